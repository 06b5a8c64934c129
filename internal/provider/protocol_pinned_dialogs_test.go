package provider

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// Whole lists, asked of the provider as Terraform asks it.

func TestProtocolImportOfAList(t *testing.T) {
	t.Parallel()
	portal := newOrderedPortal(t)
	portal.base = strings.Replace(portal.base, "127.0.0.1", "localhost", 1) // a host with letters that have another spelling
	portal.pinAll(t, me, "chat17", "256", "chat170")
	portal.pinAll(t, otherUser, "chat18")
	names := map[string]int64{"clara": otherUser, "boris": otherUser}
	for name, test := range map[string]struct {
		id               string
		user             int64 // of the identity, if there is no id
		wantID, wantUser string
		wantUserID       string
		wantDialogs      string
	}{
		"the provider's own":             {id: "pins", wantID: "pins", wantUserID: "1", wantDialogs: "chat17 256 chat170"},
		"a named person's":               {id: "clara/pins", wantID: "clara/pins", wantUser: "clara", wantUserID: "7", wantDialogs: "chat18"},
		"the provider's own by identity": {user: me, wantID: "pins", wantUserID: "1", wantDialogs: "chat17 256 chat170"},
		"a named person's by identity":   {user: otherUser, wantID: "boris/pins", wantUser: "boris", wantUserID: "7", wantDialogs: "chat18"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := portal.configured(t, me, names)
			req := &tfprotov6.ImportResourceStateRequest{ID: test.id}
			if test.id == "" {
				req.Identity = server.listIdentity(strings.ToUpper(portal.host()), test.user)
			}
			got := server.importList(req)
			if got.problem != "" {
				t.Fatal(got.problem)
			}
			want(t, got.state, "id", test.wantID)
			want(t, got.state, "user", test.wantUser)
			want(t, got.state, "user_id", test.wantUserID)
			want(t, got.identity, "portal", portal.host())
			want(t, got.identity, "user_id", test.wantUserID)
			if dialogs := server.dialogIDs(got.kept.NewState); dialogs != test.wantDialogs {
				t.Errorf("imported %s, want %s", dialogs, test.wantDialogs)
			}
		})
	}
}

// dialogIDs returns those of a list's state, separated by spaces.
func (s *protocolServer) dialogIDs(packed *tfprotov6.DynamicValue) string {
	s.t.Helper()
	value, err := packed.Unmarshal(s.resourceType(pinnedDialogsType))
	mustDo(s.t, err)
	var attributes map[string]tftypes.Value
	mustDo(s.t, value.As(&attributes))
	var elements []tftypes.Value
	mustDo(s.t, attributes["dialog_ids"].As(&elements))
	var texts []string
	for _, element := range elements {
		var text string
		mustDo(s.t, element.As(&text))
		texts = append(texts, text)
	}
	return strings.Join(texts, " ")
}

func TestProtocolImportOfAList_saysWhyNot(t *testing.T) {
	t.Parallel()
	portal := newTestPortal(t)
	for name, test := range map[string]struct {
		id, host string
		user     int64
		want     []string
	}{
		"no list":                    {id: "chat17", want: []string{"Invalid import id", `The id is "chat17". It does not name a list`, `"pins"`, `"anna/pins"`}},
		"only a name":                {id: "boris/", want: []string{"Invalid import id"}},
		"unknown name":               {id: "clara/pins", want: []string{"Unknown user", `"clara"`, `Known users: "boris"`}},
		"identity of a stranger":     {host: portal.host(), user: 256, want: []string{"No webhook for that list", "user 256"}},
		"identity of another portal": {host: "elsewhere.example", user: me, want: []string{"No webhook for that list", `"elsewhere.example"`}},
		"neither id nor identity":    {want: []string{"Invalid import id", `"pins"`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := portal.configured(t, me, map[string]int64{"boris": otherUser})
			req := &tfprotov6.ImportResourceStateRequest{ID: test.id}
			if test.host != "" {
				req.Identity = server.listIdentity(test.host, test.user)
			}
			got := server.importList(req)
			says(t, got.problem, test.want...)
		})
	}
}

// No credential is left that could read or change the list. Terraform may forget it, and says what stays pinned.
func TestProtocolListThatCannotBeReached(t *testing.T) {
	t.Parallel()
	portal := newOrderedPortal(t)
	portal.pinAll(t, me, "chat17", "chat18")
	taken := portal.configured(t, me, nil).importList(&tfprotov6.ImportResourceStateRequest{ID: "pins"})
	if taken.problem != "" {
		t.Fatal(taken.problem)
	}
	server := portal.configured(t, otherUser, nil)
	portal.forget()

	read, err := server.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{
		TypeName: pinnedDialogsType, CurrentState: taken.kept.NewState, Private: taken.kept.Private, CurrentIdentity: taken.kept.NewIdentity,
	})
	mustDo(t, err)
	says(t, server.warning(read.Diagnostics), "Webhook for another list", "The state of the pinned dialogs stays", "the list of user 1 at "+portal.host(),
		"the provider's own credential now belongs to user 7")
	if dialogs := server.dialogIDs(read.NewState); dialogs != "chat17 chat18" {
		t.Errorf("the state has %s", dialogs)
	}

	says(t, server.destroys(taken), "Pins left in place", "Still pinned for user 1 at "+portal.host()+": chat17, chat18.")
	mustDo(t, portal.nothingWritten()())
	mustDo(t, portal.listsPins("chat17", "chat18")())
}

// A list without pins causes no warning.
func TestProtocolEmptyListThatCannotBeReached(t *testing.T) {
	t.Parallel()
	portal := newTestPortal(t)
	taken := portal.configured(t, me, nil).importList(&tfprotov6.ImportResourceStateRequest{ID: "pins"})
	if taken.problem != "" {
		t.Fatal(taken.problem)
	}
	if warning := portal.configured(t, otherUser, nil).destroys(taken); warning != "" {
		t.Error(warning)
	}
}

// A destroy unpins what the resource has adopted, but not what somebody else has pinned since, although the state has that too.
func TestProtocolDestroyLeavesWhatSomebodyElsePinned(t *testing.T) {
	t.Parallel()
	portal := newOrderedPortal(t)
	portal.pinAll(t, me, "chat17", "chat18")
	server := portal.configured(t, me, nil)
	taken := server.importList(&tfprotov6.ImportResourceStateRequest{ID: "pins"})
	mustDo(t, portal.Pin(me, "chat19"))
	server = portal.configured(t, me, nil) // Terraform starts the provider again to plan and to apply
	var err error
	taken.kept, err = server.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{
		TypeName: pinnedDialogsType, CurrentState: taken.kept.NewState, Private: taken.kept.Private, CurrentIdentity: taken.kept.NewIdentity,
	})
	mustDo(t, err)
	if dialogs := server.dialogIDs(taken.kept.NewState); dialogs != "chat19 chat17 chat18" {
		t.Errorf("the state has %s", dialogs)
	}
	says(t, server.destroys(taken), "Other pins left", "Not unpinned for user 1 at ", "this resource did not pin them: chat19.")
	mustDo(t, portal.listsPins("chat19")())
}

// destroys destroys the resource, and returns the warnings.
func (s *protocolServer) destroys(taken imported) (warning string) {
	s.t.Helper()
	resp := s.destroy(taken)
	if problem := s.problem(resp.Diagnostics); problem != "" {
		s.t.Fatal(problem)
	}
	return s.warning(resp.Diagnostics)
}

func (s *protocolServer) destroy(taken imported) *tfprotov6.ApplyResourceChangeResponse {
	s.t.Helper()
	kind := s.resourceType(pinnedDialogsType)
	none, err := tfprotov6.NewDynamicValue(kind, tftypes.NewValue(kind, nil))
	mustDo(s.t, err)
	resp, err := s.ApplyResourceChange(s.t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: pinnedDialogsType, PriorState: taken.kept.NewState, PlannedState: &none, Config: &none,
		PlannedPrivate: taken.kept.Private, PlannedIdentity: taken.kept.NewIdentity,
	})
	mustDo(s.t, err)
	return resp
}

// A whole list is destroyed in one request, and says for which dialogs that failed.
func TestProtocolDestroyNamesWhatFailed(t *testing.T) {
	t.Parallel()
	portal := newOrderedPortal(t)
	portal.pinAll(t, me, "chat17", "chat18")
	server := portal.configured(t, me, nil)
	taken := server.importList(&tfprotov6.ImportResourceStateRequest{ID: "pins"})
	portal.forget()
	portal.Fail(1, "im.recent.pin", fakeportal.CommandRefusal("ERROR_CORE", "No."))
	resp := server.destroy(taken)
	says(t, server.problem(resp.Diagnostics), "Cannot unpin chat17 for user 1", "Cannot unpin chat18 for user 1", "ERROR_CORE")
	mustDo(t, portal.requestCount(1)())
	if server.dialogIDs(resp.NewState) != "chat17 chat18" {
		t.Error("the state was forgotten")
	}
}
