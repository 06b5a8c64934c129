package lookup

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24/im"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

const me = 1

// portalAsker puts each question to a fake portal in a request of its own.
type portalAsker struct {
	*fakeportal.Portal
	client *bitrix24.Client
}

func (a portalAsker) Ask(ctx context.Context, question bitrix24.Command) (bitrix24.Reply, error) {
	token, err := a.client.Token(ctx, func() int { return 1 })
	if err != nil {
		return bitrix24.Reply{}, err
	}
	replies, err := a.client.Batch(ctx, token, []bitrix24.Command{question})
	if err != nil {
		return bitrix24.Reply{}, err
	}
	if replies[0].Err != nil {
		return bitrix24.Reply{}, replies[0].Err
	}
	return replies[0], nil
}

// newPortal is a portal where user 1 sees chats 1 to 3, a group's chat, a deal's and a private one with user 7, and
// where user 8, group 6 and deal 99 have no chat.
func newPortal(t *testing.T) portalAsker {
	t.Helper()
	portal := fakeportal.New(fakeportal.Options{NoIntensityLimit: true})
	portal.AddUser(fakeportal.User{ID: me, Name: "First"})
	portal.AddUser(fakeportal.User{ID: 7, Name: "Vera", LastName: "Lind"})
	portal.AddUser(fakeportal.User{ID: 8, Name: "Otto"})
	portal.AddWebhook(me, "secretOfTheDirectory")
	for id := int64(1); id <= 3; id++ {
		portal.AddChat(fakeportal.Chat{ID: id, Title: fmt.Sprintf("Chat %d", id), Members: []int64{me}})
	}
	portal.AddChat(fakeportal.Chat{ID: 4, Title: "Not mine", Members: []int64{7}})
	portal.AddChat(fakeportal.Chat{ID: 170, Title: "Project", Type: "sonetGroup", EntityType: "SONET_GROUP", EntityID: "5", Members: []int64{me}})
	portal.AddChat(fakeportal.Chat{ID: 180, Title: "Deal: roof", Type: "crm", EntityType: "CRM", EntityID: "DEAL|31", Members: []int64{me}})
	portal.AddGroup(6, "Group without a chat", me)
	portal.AddPrivateDialog(me, 7)
	server := httptest.NewServer(portal)
	t.Cleanup(server.Close)
	webhook, err := bitrix24.ParseWebhook(portal.WebhookURL(server.URL, me))
	if err != nil {
		t.Fatal(err)
	}
	return portalAsker{portal, bitrix24.NewClient(webhook, bitrix24.NewThrottle(1000, 50), bitrix24.Settings{RequestTimeout: time.Minute})}
}

// script answers questions without a portal, with answers that the fake portal never gives.
type script func(question bitrix24.Command) (bitrix24.Reply, error)

func (s script) Ask(_ context.Context, question bitrix24.Command) (bitrix24.Reply, error) {
	return s(question)
}

// says replies with that JSON to everything.
func says(result string) script {
	return func(bitrix24.Command) (bitrix24.Reply, error) {
		return bitrix24.Reply{Result: json.RawMessage(result)}, nil
	}
}

func parsed(t *testing.T, text string) dialog.ID {
	t.Helper()
	id, err := dialog.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// A lookup must not create a chat, as the portal's own methods do for some ids without one.
func TestByID(t *testing.T) {
	t.Parallel()
	portal := newPortal(t)
	before := portal.Chats()
	for name, test := range map[string]struct {
		id       string
		want     im.Dialog // with the id that the portal uses
		explains string    // what an error says
	}{
		"chat":                  {id: "chat2", want: im.Dialog{ID: parsed(t, "chat2"), ChatID: 2, Type: "chat", Title: "Chat 2"}},
		"group":                 {id: "sg5", want: im.Dialog{ID: parsed(t, "chat170"), ChatID: 170, Group: 5, Type: "sonetGroup", Title: "Project"}},
		"private chat":          {id: "7", want: im.Dialog{ID: parsed(t, "7"), Type: "user", Title: "Vera Lind"}},
		"colleague, never met":  {id: "8", explains: `user 8 ("Otto"): no dialog yet`},
		"nobody":                {id: "999", explains: "no such user"},
		"group without a chat":  {id: "sg6", explains: "chat for sg6: no group chat"},
		"group that is none":    {id: "sg77", explains: "chat for sg77: no group chat"},
		"chat that is not mine": {id: "chat4", explains: "ACCESS_ERROR"},
		"no chat":               {id: "chat404", explains: "ACCESS_ERROR"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ByID(t.Context(), portal, parsed(t, test.id))
			if test.explains != "" {
				if err == nil || !strings.Contains(explain(err), test.explains) {
					t.Errorf("the error is %v, want it to say %q", err, test.explains)
				}
				return
			}
			if test.want.ChatID == 0 {
				test.want.ChatID = got.ChatID // of a private chat it is the portal's choice
			}
			if err != nil || got.ChatID == 0 || got != test.want {
				t.Errorf("got %+v (%v), want %+v", got, err, test.want)
			}
		})
	}
	if got := portal.Chats(); got != before {
		t.Errorf("the portal had %d chats and has %d", before, got)
	}
}

// explain is everything that an error says.
func explain(err error) string {
	if missing, ok := errors.AsType[*NotFoundError](err); ok {
		reason := map[Reason]string{NoSuchTitle: "no such title", NoChatYet: "no chat yet", NoGroupChat: "no group chat", NoDialogYet: "no dialog yet", NoSuchUser: "no such user", PrivateChat: "private chat"}[missing.Reason]
		return err.Error() + ": " + reason
	}
	return err.Error()
}

// A chat's number may be that of a private chat, whose dialog has another id.
func TestByID_numberOfAPrivateChat(t *testing.T) {
	t.Parallel()
	portal := newPortal(t)
	private, err := ByID(t.Context(), portal, parsed(t, "7"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = ByID(t.Context(), portal, dialog.New(dialog.Chat, private.ChatID))
	if !errors.As(err, new(*NotFoundError)) || !strings.HasSuffix(explain(err), ": private chat") {
		t.Errorf("the error is %v", err)
	}
}

// The dialog may be on any page. A portal that ignores OFFSET sends the first page for ever.
func TestByID_privateChatBehindManyPages(t *testing.T) {
	t.Parallel()
	portal := newPortal(t)
	for id := int64(5000); id < 5000+2*im.RecentLimit; id++ {
		portal.AddChat(fakeportal.Chat{ID: id, Title: "Newer", Members: []int64{me}})
		portal.Post(id)
	}
	portal.ForgetRequests()
	got, err := ByID(t.Context(), portal, parsed(t, "7"))
	if err != nil || got.Title != "Vera Lind" {
		t.Errorf("got %+v (%v)", got, err)
	}
	if asked := len(portal.Requests()); asked != 3 {
		t.Errorf("%d requests", asked)
	}
}

func TestLookupsEndIfAPortalRepeatsItself(t *testing.T) {
	t.Parallel()
	asked := 0
	again := script(func(question bitrix24.Command) (bitrix24.Reply, error) {
		asked++
		if asked > 10 {
			t.Fatal("it never ends")
		}
		result := `{"items": [{"id": "chat1", "chat_id": 1}], "hasMore": true}`
		switch question.Method {
		case "im.search.chat.list":
			result = `[{"id": 1, "name": "Something else"}]`
		case "im.user.get":
			return bitrix24.Reply{}, &bitrix24.Error{Code: "USER_NOT_EXISTS"}
		}
		return bitrix24.Reply{Result: json.RawMessage(result), More: true}, nil
	})
	if _, err := ByID(t.Context(), again, parsed(t, "7")); !errors.As(err, new(*NotFoundError)) {
		t.Errorf("the recent dialogs: %v", err)
	}
	if _, err := ByTitle(t.Context(), again, "General"); !errors.As(err, new(*NotFoundError)) {
		t.Errorf("the search: %v", err)
	}
}

// A portal that always has another page does not keep the lookup busy for ever.
func TestLookupsEndOnAnEndlessPortal(t *testing.T) {
	t.Parallel()
	var asked int
	endless := script(func(question bitrix24.Command) (bitrix24.Reply, error) {
		if asked++; asked > im.MaxPages {
			t.Fatal("it never ends")
		}
		var rows []string
		for n := range im.SearchLimit {
			id := asked*im.SearchLimit + n
			rows = append(rows, fmt.Sprintf(`{"id": %d, "chat_id": %d, "name": "General %d"}`, 1000+id, id, id))
		}
		result := "[" + strings.Join(rows, ",") + "]"
		if question.Method == "im.recent.list" {
			result = `{"items": ` + result + `, "hasMore": true}`
		}
		return bitrix24.Reply{Result: json.RawMessage(result), More: true}, nil
	})
	for name, lookUp := range map[string]func() error{
		"the recent dialogs": func() error { _, err := ByID(t.Context(), endless, parsed(t, "7")); return err },
		"the search":         func() error { _, err := ByTitle(t.Context(), endless, "General"); return err },
	} {
		asked = 0
		if err := lookUp(); !errors.Is(err, im.ErrEndless) || asked != im.MaxPages {
			t.Errorf("%s: %v after %d pages, want %d", name, err, asked, im.MaxPages)
		}
	}
}

func TestByEntity(t *testing.T) {
	t.Parallel()
	portal := newPortal(t)
	if got, err := ByEntity(t.Context(), portal, "CRM", "DEAL|31"); err != nil || got.ID != parsed(t, "chat180") {
		t.Errorf("got %+v (%v)", got, err)
	}
	before := portal.Chats()
	if _, err := ByEntity(t.Context(), portal, "CRM", "DEAL|99"); !errors.As(err, new(*NotFoundError)) {
		t.Errorf("a deal without a chat: %v", err)
	}
	if got := portal.Chats(); got != before {
		t.Errorf("the portal had %d chats and has %d", before, got)
	}
}

func TestWhoAmI(t *testing.T) {
	t.Parallel()
	if got, err := WhoAmI(t.Context(), newPortal(t)); err != nil || got != (im.Person{ID: me, Name: "First", Admin: true}) {
		t.Errorf("got %+v (%v)", got, err)
	}
}

// A title with a decomposed accent, as on macOS, is the same title.
func TestByTitle_inEveryUnicodeForm(t *testing.T) {
	t.Parallel()
	const composed, decomposed = "Caf\u00e9", "Cafe\u0301"
	for _, title := range []string{composed, decomposed} {
		got, err := ByTitle(t.Context(), says(`[{"id": 190, "name": "`+decomposed+`"}]`), title)
		if err != nil || got.ChatID != 190 {
			t.Errorf("%+q: %+v, %v", title, got, err)
		}
	}
}
