package contract

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// TestEachGenerationFitsItself tries every fact on each generation.
func TestEachGenerationFitsItself(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, g Generation) {
		portal := newOffice(t, fakeportal.Options{Generation: fakeGenerations()[g]})
		before, chats := portal.Pins(me), portal.Chats()
		r := check(t, portal)
		if fits := r.Fits(); !slices.Equal(fits, []Generation{g}) || r.tried() != len(Facts()) || r.Err() != nil {
			t.Errorf("fits %v, %d tried, %v:\n%s", fits, r.tried(), r.Err(), r.Markdown())
		}
		unchanged(t, portal, before)
		if portal.Chats() != chats {
			t.Errorf("there were %d chats and are %d", chats, portal.Chats())
		}
		onlyHarmless(t, portal, before)
	})
}

// onlyHarmless checks all requests to a portal: they pin at most three unpinned dialogs of the list, and unpin nothing
// else except a chat that no portal has.
func onlyHarmless(t *testing.T, portal *fakeportal.Portal, before []string) {
	t.Helper()
	list := portal.ChatList(me)
	var mine []string
	for _, request := range portal.Requests() {
		for _, command := range request.Commands {
			dialog, pin := command.Params.Get("DIALOG_ID"), command.Params.Get("PIN")
			switch {
			case slices.Contains([]string{"profile", "im.recent.list", "im.chat.get"}, command.Method):
			case command.Method != "im.recent.pin":
				t.Errorf("the portal was asked for %s", command.Method)
			case pin == "Y":
				if slices.Contains(before, dialog) || !strings.Contains(list, "  "+dialog+"\n") {
					t.Errorf("%s was pinned", dialog)
				}
				if !slices.Contains(mine, dialog) {
					mine = append(mine, dialog)
				}
			case pin != "N" || !slices.Contains(append(mine, "abc", "chat"+noChat), dialog):
				t.Errorf("the pin of %q was set to %q", dialog, pin)
			}
		}
	}
	if len(mine) > 3 {
		t.Errorf("%v were pinned", mine)
	}
}

// TestOtherPortals tries what differs between portals of one generation. No fact may be called broken.
func TestOtherPortals(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		options fakeportal.Options
		set     func(*fakeportal.Portal)
		fact    string
		seen    string
	}{
		"a box":                        {fakeportal.Options{Edition: fakeportal.Box}, nil, "a result: operating fields", "none"},
		"no chat is an error":          {fakeportal.Options{NoChatIsError: true}, nil, "im.chat.get: a group without a chat", "an error"},
		"a webhook that was moved":     {fakeportal.Options{}, func(p *fakeportal.Portal) { p.MoveWebhook(me, fakeportal.AccountantID) }, "profile: whose the webhook is", "another user"},
		"documented statuses":          {fakeportal.Options{DocumentedStatuses: true}, nil, "an unknown method", "404 ERROR_METHOD_NOT_FOUND"},
		"pins that are sorted by date": {fakeportal.Options{}, func(p *fakeportal.Portal) { p.SortPinsByDate(me) }, "a second, less active pin: place", "by activity"},
		"an Open Channel":              {fakeportal.Options{}, func(p *fakeportal.Portal) { addLines(p) }, "pin: answer", "true"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onEach(t, func(t *testing.T, g Generation) {
				options := test.options
				options.Generation = fakeGenerations()[g]
				portal := newOffice(t, options)
				if test.set != nil {
					test.set(portal)
				}
				r := check(t, portal)
				if !slices.Equal(r.Fits(), []Generation{g}) || r.Err() != nil {
					t.Errorf("fits %v, %v:\n%s", r.Fits(), r.Err(), r.Markdown())
				}
				if result := resultOf(t, r, test.fact); result.Seen != test.seen {
					t.Errorf("%s: seen %q, not tried %q", test.fact, result.Seen, result.NotTried)
				}
			})
		})
	}
}

// addLines adds Open Channels below all other chats, one that is taken and one that waits; most portals do not pin them.
func addLines(p *fakeportal.Portal) {
	longAgo := time.Now().Add(-72 * time.Hour)
	p.AddChat(fakeportal.Chat{ID: 900, Type: "lines", Members: []int64{me}, LastActivity: longAgo})
	p.AddChat(fakeportal.Chat{ID: 901, Type: "lines", Members: []int64{me}, Undistributed: true, LastActivity: longAgo})
}

// resultOf finds the result of a fact.
func resultOf(t *testing.T, r Report, fact string) Result {
	t.Helper()
	i := slices.IndexFunc(r.Results, func(result Result) bool { return result.Name == fact })
	if i < 0 {
		t.Fatalf("there is no fact %q", fact)
	}
	return r.Results[i]
}

// TestLackingPortals tries portals that lack what checks need: those are not tried, and nothing is called broken.
func TestLackingPortals(t *testing.T) {
	t.Parallel()
	const noRoom = "there is too little room below the limit of 45 pins"
	const refused = "the portal refuses to pin, and pins that are not shown count towards its limit"
	for name, test := range map[string]struct {
		chats, pins, hidden int
		private             bool
		notTried            map[string]string
	}{
		"everything is pinned": {chats: 3, pins: 3, notTried: map[string]string{
			"pin: answer": "no chat in the recent list that is not pinned", "unpin: answer": "no chat in the recent list that is not pinned",
			"list: pins": "everything is pinned", "list: id of a private dialog": "no private dialog in the recent list",
		}},
		"one chat": {chats: 1, notTried: map[string]string{
			"a second, less active pin: place": "two chats that are not pinned are needed", "re-pin: order of pins": "two chats that are not pinned are needed",
			"list: order of pins found": "two pins are needed", "im.chat.get: a group's chat": "no group's chat in the recent list",
		}},
		"a private dialog only": {private: true, notTried: map[string]string{
			"pin: answer": "no chat in the recent list that is not pinned", "list: id of a chat": "no chat in the recent list",
		}},
		"45 pins": {chats: 48, pins: 45, private: true, notTried: map[string]string{"pin: answer": noRoom}},
		"44 pins": {chats: 48, pins: 44, private: true, notTried: map[string]string{"pin: answer": noRoom}},
		"43 pins": {chats: 48, pins: 43, private: true, notTried: map[string]string{"a second, less active pin: place": noRoom}},
		"42 pins": {chats: 48, pins: 42, private: true, notTried: map[string]string{"pin of a private dialog: answer": noRoom}},
		"45 pins, some hidden": {chats: 48, pins: 40, hidden: 5, notTried: map[string]string{
			"pin: answer": refused, "re-pin: answer": refused, "unpin: answer": refused,
		}},
		"44 pins, some hidden": {chats: 48, pins: 40, hidden: 4, notTried: map[string]string{
			"a second, less active pin: place": refused, "re-pin: order of pins": refused,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onEach(t, func(t *testing.T, g Generation) {
				portal := lacking(t, fakeGenerations()[g], test.chats, test.pins, test.hidden, test.private)
				before := portal.Pins(me)
				r := check(t, portal)
				if !slices.Contains(r.Fits(), g) || r.Err() != nil {
					t.Errorf("fits %v, %v:\n%s", r.Fits(), r.Err(), r.Markdown())
				}
				for fact, why := range test.notTried {
					if result := resultOf(t, r, fact); result.NotTried != why || !strings.Contains(r.Markdown(), "("+why+").") {
						t.Errorf("%s: seen %q, not tried %q", fact, result.Seen, result.NotTried)
					}
				}
				unchanged(t, portal, before)
				onlyHarmless(t, portal, before)
			})
		})
	}
}

// lacking is a portal with that many chats, the last of which are pinned, besides hidden ones.
func lacking(t *testing.T, g fakeportal.Generation, chats, pins, hidden int, private bool) *fakeportal.Portal {
	t.Helper()
	portal := fakeportal.New(fakeportal.Options{Generation: g})
	portal.AddUser(fakeportal.User{ID: me, Name: "Office"})
	portal.AddUser(fakeportal.User{ID: 7, Name: "Accountant"})
	portal.AddWebhook(me, fakeportal.OfficeManagerSecret)
	if private {
		portal.AddPrivateDialog(me, 7)
	}
	for id := 1; id <= chats+hidden; id++ {
		portal.AddChat(fakeportal.Chat{ID: int64(id), Members: []int64{me}, NoMessages: id > chats})
		if id > chats-pins {
			if err := portal.Pin(me, fmt.Sprintf("chat%d", id)); err != nil {
				t.Fatal(err)
			}
		}
	}
	return portal
}
