package directory

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
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/fakeportal"
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

// script answers questions without a portal, with what no fake portal says.
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

// A look-up must not create a chat, as the portal's own methods do for some ids that have none.
func TestByID(t *testing.T) {
	t.Parallel()
	portal := newPortal(t)
	before := portal.Chats()
	for name, test := range map[string]struct {
		id       string
		want     Dialog // with the id that the portal uses
		explains string // what an error says
	}{
		"chat":                  {id: "chat2", want: Dialog{ID: parsed(t, "chat2"), ChatID: 2, Type: "chat", Title: "Chat 2"}},
		"group":                 {id: "sg5", want: Dialog{ID: parsed(t, "chat170"), ChatID: 170, Group: 5, Type: "sonetGroup", Title: "Project"}},
		"private chat":          {id: "7", want: Dialog{ID: parsed(t, "7"), Type: "user", Title: "Vera Lind"}},
		"colleague, never met":  {id: "8", explains: `user 8 ("Otto"): no dialog yet`},
		"nobody":                {id: "999", explains: "no such user"},
		"group without a chat":  {id: "sg6", explains: "workgroup or project 6: no chat yet"},
		"group that is none":    {id: "sg77", explains: "workgroup or project 77: no chat yet"},
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

// explain is all that an error tells.
func explain(err error) string {
	if missing, ok := errors.AsType[*NotFoundError](err); ok {
		reason := map[Reason]string{NoSuchTitle: "no such title", NoChatYet: "no chat yet", NoDialogYet: "no dialog yet", NoSuchUser: "no such user", PrivateChat: "private chat"}[missing.Reason]
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

// The dialog may be behind any number of pages. A portal that heeds no OFFSET sends the first page for ever.
func TestByID_privateChatBehindManyPages(t *testing.T) {
	t.Parallel()
	portal := newPortal(t)
	for id := int64(5000); id < 5000+2*recentLimit; id++ {
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

func TestLookUpsEndWhereAPortalRepeatsItself(t *testing.T) {
	t.Parallel()
	asked := 0
	again := script(func(question bitrix24.Command) (bitrix24.Reply, error) {
		asked++
		if asked > 10 {
			t.Fatal("it never ends")
		}
		result := `{"items": [{"id": "chat1", "chat_id": 1}], "hasMore": true}`
		switch question.Method {
		case methodSearch:
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
	if number, err := ChatOfGroup(t.Context(), portal, 5); err != nil || number != 170 {
		t.Errorf("group 5: %d (%v)", number, err)
	}
	var none *NotFoundError
	if number, err := ChatOfGroup(t.Context(), portal, 6); !errors.As(err, &none) || none.Reason != NoChatYet || number != 0 {
		t.Errorf("group 6: %d (%v)", number, err)
	}
	if got := portal.Chats(); got != before {
		t.Errorf("the portal had %d chats and has %d", before, got)
	}
}

func TestByTitle(t *testing.T) {
	t.Parallel()
	portal := newPortal(t)
	for id := int64(200); id < 200+2*searchLimit; id++ {
		portal.AddChat(fakeportal.Chat{ID: id, Title: fmt.Sprintf("Plan %d", id), Members: []int64{me}})
	}
	portal.AddChat(fakeportal.Chat{ID: 190, Title: "Plan", Members: []int64{me}})
	portal.AddChat(fakeportal.Chat{ID: 401, Title: "Twin", Members: []int64{me}})
	portal.AddChat(fakeportal.Chat{ID: 402, Title: "Twin", Members: []int64{me}})
	portal.ForgetRequests()
	if got, err := ByTitle(t.Context(), portal, "Plan"); err != nil || got.ChatID != 190 {
		t.Errorf("behind two pages: %+v (%v)", got, err)
	}
	if asked := len(portal.Requests()); asked != 3 {
		t.Errorf("%d requests", asked)
	}
	_, err := ByTitle(t.Context(), portal, "Twin")
	if twins, ok := errors.AsType[*AmbiguousError](err); !ok || len(twins.Candidates) != 2 {
		t.Errorf("two of that title: %v", err)
	}
	_, err = ByTitle(t.Context(), portal, "twin")
	if near, ok := errors.AsType[*NotFoundError](err); !ok || len(near.Candidates) != 2 {
		t.Errorf("none of exactly that title: %v", err)
	}
	_, err = ByTitle(t.Context(), portal, "Not mine")
	if none, ok := errors.AsType[*NotFoundError](err); !ok || len(none.Candidates) != 0 {
		t.Errorf("somebody else's: %v", err)
	}
}

// A page may be short because the portal left something out of it, and have another one behind it.
func TestByTitle_shortPageWithAnotherBehindIt(t *testing.T) {
	t.Parallel()
	portal := script(func(question bitrix24.Command) (bitrix24.Reply, error) {
		if question.Params.Get("OFFSET") == "" {
			return bitrix24.Reply{Result: json.RawMessage(`[{"id": 1, "name": "Plan 1"}]`), More: true}, nil
		}
		return bitrix24.Reply{Result: json.RawMessage(`[{"id": 2, "name": "Plan"}]`)}, nil
	})
	if got, err := ByTitle(t.Context(), portal, "Plan"); err != nil || got.ChatID != 2 {
		t.Errorf("got %+v (%v)", got, err)
	}
}

// Older parts of a portal write booleans in other ways.
func TestParseMyself(t *testing.T) {
	t.Parallel()
	for admin, want := range map[string]bool{`true`: true, `false`: false, `"Y"`: true, `"N"`: false, `1`: true, `"1"`: true, `0`: false, `null`: false, `[]`: false} {
		got, err := ParseMyself(json.RawMessage(`{"ID": "7", "ADMIN": ` + admin + `}`))
		if err != nil || got.ID != 7 || got.Admin != want {
			t.Errorf("ADMIN %s: %+v (%v)", admin, got, err)
		}
	}
}

func TestWhoAmI(t *testing.T) {
	t.Parallel()
	if got, err := WhoAmI(t.Context(), newPortal(t)); err != nil || got != (Person{ID: me, Name: "First", Admin: true}) {
		t.Errorf("got %+v (%v)", got, err)
	}
	for _, result := range []string{`[]`, `null`, `{"ID": "0"}`, `{"ID": "many"}`, `"1"`} {
		if _, err := WhoAmI(t.Context(), says(result)); !errors.Is(err, ErrNobody) {
			t.Errorf("%s: %v", result, err)
		}
	}
}

func TestParsePage(t *testing.T) {
	t.Parallel()
	page, err := ParsePage(json.RawMessage(`{"hasMore": true, "items": [
		{"id": "chat170", "chat_id": 170, "type": "chat", "title": "Project", "pinned": true, "date_last_activity": "2026-05-22T12:07:10+03:00", "chat": {"type": "sonetGroup", "entity_type": "SONET_GROUP", "entity_id": "5"}},
		{"id": 7, "chat_id": "31", "type": "user", "title": "Vera", "pinned": false, "date_last_activity": "yesterday", "chat": []},
		{"id": "crm|deal|5", "chat_id": 9, "title": null, "date_last_activity": []}
	]}`))
	want := []Row{
		{Dialog{ID: parsed(t, "chat170"), ChatID: 170, Group: 5, Type: "sonetGroup", Title: "Project"}, true, time.Date(2026, 5, 22, 9, 7, 10, 0, time.UTC)},
		{Dialog{ID: parsed(t, "7"), ChatID: 31, Type: "user", Title: "Vera"}, false, time.Time{}},
		{Dialog{ChatID: 9}, false, time.Time{}},
	}
	for i := range page.Rows {
		page.Rows[i].LastActivity = page.Rows[i].LastActivity.UTC()
	}
	if err != nil || !page.HasMore || fmt.Sprint(page.Rows) != fmt.Sprint(want) {
		t.Errorf("got %+v (%v), want %+v", page, err, want)
	}
}

// A portal that refuses to look an entity up says that it has no chat. What the REST server itself refuses, or what is
// refused as a whole request, is another matter.
func TestARefusedLookUpOfAnEntity(t *testing.T) {
	t.Parallel()
	for code, none := range map[string]bool{
		"ACCESS_ERROR": true, "CHAT_NOT_FOUND": true, "ERROR_ARGUMENT": true, "ERROR_CORE": true, "": true,
		"insufficient_scope": false, "INTERNAL_SERVER_ERROR": false, "OPERATION_TIME_LIMIT": false, "expired_token": false,
		"ACCESS_DENIED": false, "ERROR_METHOD_NOT_FOUND": false, "wrong_license": false,
	} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			refusal := &bitrix24.Error{Code: code, Description: "the portal's words", Method: "im.chat.get"}
			refuses := script(func(bitrix24.Command) (bitrix24.Reply, error) { return bitrix24.Reply{}, refusal })
			for name, ask := range map[string]func() error{
				"group":  func() error { _, err := ChatOfGroup(t.Context(), refuses, 5); return err },
				"entity": func() error { _, err := ByEntity(t.Context(), refuses, "CRM", "DEAL|5"); return err },
				"sg":     func() error { _, err := ByID(t.Context(), refuses, parsed(t, "sg5")); return err },
			} {
				var missing *NotFoundError
				err := ask()
				if found := errors.As(err, &missing); found != none || found && missing.Err != refusal || !found && !errors.Is(err, refusal) {
					t.Errorf("%s: %v", name, err)
				}
				whole := &bitrix24.Error{Code: code, Method: "batch"}
				refusal, whole = whole, refusal
				if err := ask(); errors.As(err, &missing) || !errors.Is(err, refusal) {
					t.Errorf("%s, the whole request: %v", name, err)
				}
				refusal, _ = whole, refusal
			}
		})
	}
}

// What the portal answers in another form than it should is an error, and nothing that could be taken for "not found".
func TestAnswersOfAnUnknownForm(t *testing.T) {
	t.Parallel()
	asks := map[string]func(Asker) error{
		"chat":    func(a Asker) error { _, err := ByID(t.Context(), a, parsed(t, "chat2")); return err },
		"private": func(a Asker) error { _, err := ByID(t.Context(), a, parsed(t, "7")); return err },
		"title":   func(a Asker) error { _, err := ByTitle(t.Context(), a, "General"); return err },
		"entity":  func(a Asker) error { _, err := ByEntity(t.Context(), a, "CRM", "DEAL|5"); return err },
	}
	for name, ask := range asks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, result := range []string{`"text"`, `true`, `{"id": "x", "ID": "x", "items": 1}`} {
				failed, ok := errors.AsType[*bitrix24.Error](ask(says(result)))
				if !ok || failed.Code != bitrix24.CodeUnexpectedAnswer || failed.Method == "" {
					t.Errorf("%s: %v", result, failed)
				}
			}
			refused := &bitrix24.Error{Code: "ACCESS_DENIED"}
			refuses := script(func(bitrix24.Command) (bitrix24.Reply, error) { return bitrix24.Reply{}, refused })
			if err := ask(refuses); !errors.Is(err, refused) {
				t.Errorf("the portal's own error is lost: %v", err)
			}
		})
	}
}
