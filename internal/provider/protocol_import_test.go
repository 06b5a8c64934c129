package provider

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

func TestProtocolImport(t *testing.T) {
	t.Parallel()
	portal := newTestPortal(t)
	portal.base = strings.Replace(portal.base, "127.0.0.1", "localhost", 1) // a host with letters that have another spelling
	mustDo(t, portal.Pin(me, "chat17"))
	mustDo(t, portal.Pin(me, "chat170"))
	mustDo(t, portal.Pin(me, "256"))
	mustDo(t, portal.Pin(otherUser, "chat18"))
	for name, test := range map[string]struct {
		own       int64
		named     map[string]int64
		id        string
		user      int64 // of the identity that is imported, if there is no id
		dialog    string
		wantUser  string
		wantID    string
		canonical string
	}{
		"id":                        {own: me, id: "chat17", wantID: "chat17", canonical: "chat17"},
		"id of a group":             {own: me, id: "sg5", wantID: "sg5", canonical: "chat170"},
		"id with a name":            {own: me, named: map[string]int64{"boris": otherUser}, id: "boris/chat18", wantUser: "boris", wantID: "boris/chat18", canonical: "chat18"},
		"identity":                  {own: me, user: me, dialog: "256", wantID: "256", canonical: "256"},
		"identity of a group":       {own: me, user: me, dialog: "sg5", wantID: "sg5", canonical: "chat170"},
		"identity of a named user":  {own: me, named: map[string]int64{"boris": otherUser}, user: otherUser, dialog: "chat18", wantUser: "boris", wantID: "boris/chat18", canonical: "chat18"},
		"identity, own name first":  {own: me, named: map[string]int64{"anna": me}, user: me, dialog: "chat17", wantID: "chat17", canonical: "chat17"},
		"identity, then the ABC":    {named: map[string]int64{"boss": me, "anna": me, "zoe": me}, user: me, dialog: "chat17", wantUser: "anna", wantID: "anna/chat17", canonical: "chat17"},
		"id, whatever comes before": {named: map[string]int64{"boss": me, "anna": me}, id: "boss/chat17", wantUser: "boss", wantID: "boss/chat17", canonical: "chat17"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := portal.configured(t, test.own, test.named)
			req := &tfprotov6.ImportResourceStateRequest{ID: test.id}
			if test.id == "" {
				req.Identity = server.identity(strings.ToUpper(portal.host()), test.user, test.dialog)
			}
			got := server.importPin(req)
			if got.problem != "" {
				t.Fatal(got.problem)
			}
			want(t, got.state, "user", test.wantUser)
			want(t, got.state, "id", test.wantID)
			want(t, got.identity, "portal", portal.host())
			want(t, got.identity, "dialog_id", test.canonical)
			want(t, got.identity, "user_id", got.state["user_id"])
		})
	}
}

func TestProtocolImport_saysWhyNot(t *testing.T) {
	t.Parallel()
	portal := newTestPortal(t)
	mustDo(t, portal.Pin(me, "chat17"))
	names := map[string]int64{"boris": otherUser}
	for name, test := range map[string]struct {
		id           string
		host, dialog string
		user         int64
		want         []string
	}{
		"not pinned":                 {id: "chat18", want: []string{"Dialog not pinned", "chat18", "1 pinned dialogs of user 1", "remove the import"}},
		"not pinned, by name":        {id: "boris/chat17", want: []string{"Dialog not pinned", `user 7 ("boris")`}},
		"not pinned, by identity":    {host: portal.host(), user: me, dialog: "chat18", want: []string{"Dialog not pinned", "chat18"}},
		"no dialog":                  {id: "Chat17", want: []string{"Invalid import id", "lower case", `"anna/chat17"`}},
		"name without a dialog":      {id: "boris/", want: []string{"Invalid import id"}},
		"unknown name":               {id: "clara/chat17", want: []string{"Unknown user", `"clara"`, `Known users: "boris"`}},
		"identity of a stranger":     {host: portal.host(), user: 256, dialog: "chat17", want: []string{"No webhook for that list", "user 256", portal.host(), `Known users: "boris"`}},
		"identity of another portal": {host: "elsewhere.example", user: me, dialog: "chat17", want: []string{"No webhook for that list", `"elsewhere.example"`, portal.host()}},
		"neither id nor identity":    {want: []string{"Invalid import id", "neither an id nor an identity", `"anna/chat17"`}},
		"webhook for an id":          {id: webhookOf("a.example"), want: []string{"Invalid import id", notShown}},
		"webhook for a portal":       {host: webhookOf("a.example"), user: me, dialog: "chat17", want: []string{"No webhook for that list", notShown, portal.host()}},
		"identity without a dialog":  {host: portal.host(), user: me, dialog: "17chat", want: []string{"Invalid import id"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := portal.configured(t, me, names)
			req := &tfprotov6.ImportResourceStateRequest{ID: test.id}
			if test.host != "" {
				req.Identity = server.identity(test.host, test.user, test.dialog)
			}
			got := server.importPin(req)
			says(t, got.problem, test.want...)
			if strings.Contains(got.problem, hidden) {
				t.Error("the secret is shown")
			}
		})
	}
}

// enough is Terraform's default limit of a query.
const enough = 100

func TestProtocolList(t *testing.T) {
	t.Parallel()
	portal := newOrderedPortal(t)
	for n := range 5 {
		mustDo(t, portal.Pin(me, fmt.Sprintf("chat%d", n+1)))
	}
	mustDo(t, portal.Pin(me, "256"))
	mustDo(t, portal.Pin(me, "chat170"))
	mustDo(t, portal.Pin(otherUser, "chat18"))
	t.Run("whole", func(t *testing.T) {
		t.Parallel()
		got := portal.configured(t, me, nil).list("", enough, true)
		var names []string
		for _, one := range got {
			names = append(names, one.name)
		}
		if all := strings.Join(names, ", "); all != "Project, Support Desk, Chat 5, Chat 4, Chat 3, Chat 2, Chat 1" {
			t.Fatalf("listed %s", all)
		}
		want(t, got[0].identity, "portal", portal.host())
		want(t, got[0].identity, "user_id", "1")
		want(t, got[0].identity, "dialog_id", "chat170")
		want(t, got[0].resource, "id", "chat170")
		want(t, got[0].resource, "user", "")
		want(t, got[1].resource, "dialog_id", "256")
		want(t, got[1].resource, "title", "Support Desk")
	})
	t.Run("limit", func(t *testing.T) {
		t.Parallel()
		got := portal.configured(t, me, nil).list("", 3, false)
		if len(got) != 3 {
			t.Fatalf("%d results", len(got))
		}
		for _, one := range got {
			if one.resource != nil {
				t.Errorf("%s came with a resource that nobody asked for", one.name)
			}
		}
	})
	t.Run("named user", func(t *testing.T) {
		t.Parallel()
		got := portal.configured(t, me, map[string]int64{"boris": otherUser}).list("boris", enough, true)
		if len(got) != 1 {
			t.Fatalf("%d results", len(got))
		}
		want(t, got[0].identity, "user_id", "7")
		want(t, got[0].resource, "id", "boris/chat18")
	})
}

// Terraform writes the configuration from the list and imports by identity. Both have to give the person the same name, or
// the plan after the import is not empty.
func TestProtocolList_ofAPersonWithTwoNames(t *testing.T) {
	t.Parallel()
	portal := newTestPortal(t)
	mustDo(t, portal.Pin(otherUser, "chat18"))
	server := portal.configured(t, 0, map[string]int64{"anna": otherUser, "boris": otherUser})
	got := server.list("boris", enough, true)
	if len(got) != 1 {
		t.Fatalf("%d results", len(got))
	}
	want(t, got[0].resource, "user", "anna")
	taken := server.importPin(&tfprotov6.ImportResourceStateRequest{Identity: server.identity(got[0].identity["portal"], otherUser, got[0].identity["dialog_id"])})
	want(t, taken.state, "user", got[0].resource["user"])
	want(t, taken.state, "id", got[0].resource["id"])
}

// An error while listing is the only result, with that error: no results at all would look like no pins.
func TestProtocolList_errorsAreNoEmptyList(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		user  string
		fault fakeportal.Fault
		want  string
	}{
		"unknown user":         {"clara", fakeportal.Slow(0), "Unknown user"},
		"webhook was deleted":  {"boris", fakeportal.Refusal(401, "INVALID_CREDENTIALS", ""), "INVALID_CREDENTIALS"},
		"REST is switched off": {"boris", fakeportal.Refusal(403, "ACCESS_DENIED", ""), "ACCESS_DENIED"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			portal := newTestPortal(t)
			server := portal.configured(t, me, map[string]int64{"boris": otherUser})
			portal.Fail(-1, "", test.fault)
			got := server.list(test.user, enough, false)
			if len(got) != 1 || !strings.Contains(got[0].problem, test.want) {
				t.Errorf("listed %+v, want the error %q alone", got, test.want)
			}
		})
	}
}
