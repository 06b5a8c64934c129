package fakeportal

import (
	"fmt"
	"strings"
	"testing"
)

const (
	yes = `{"result":true}`
	no  = `{"result":false}`
)

func TestRule06DialogIDForm(t *testing.T) {
	t.Parallel()
	for name, generation := range generations() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testDialogIDForm(t, newTestPortalWith(Options{Generation: generation}))
		})
	}
}

func testDialogIDForm(t *testing.T, p *Portal) {
	t.Helper()
	if status, answer := ask(p, "im.recent.pin", `{"PIN":"Y"}`); status != 400 || answer != encode(dialogIDEmpty.array()) {
		t.Errorf("none: %d %s", status, answer)
	}
	for _, id := range []string{
		`""`, `"0"`, `0`, `-1`, `1.5`, `17.0`, `1e2`, `99999999999999999999`, `true`, `false`, `null`, `[]`, `["chat17"]`, `{}`,
		`"abc"`, `"chat"`, `"chat-1"`, `" chat1"`, `"chat1 "`, `"chat1\n\n"`, `"-1"`, `"1.5"`, `"crm|deal|1"`, `"Notify"`, `"sg"`, `"ſg5"`,
	} {
		status, answer := ask(p, "im.recent.pin", `{"DIALOG_ID":`+id+`}`)
		if status != 400 || !strings.Contains(answer, `"DIALOG_ID_EMPTY"`) {
			t.Errorf("%s: %d %s", id, status, answer)
		}
	}
	for _, id := range []string{
		`"chat1"`, `"CHAT1"`, `"chat01"`, `"sg1"`, `"crm1"`, `1`, `"01"`, `"notify"`, `"chat1\n"`, `"99999999999999999999"`,
	} {
		if _, answer := ask(p, "im.recent.pin", `{"DIALOG_ID":`+id+`}`); strings.Contains(answer, `"DIALOG_ID_EMPTY"`) {
			t.Errorf("%s: %s", id, answer)
		}
	}
}

func TestRule07Access(t *testing.T) {
	t.Parallel()
	onEach(t, checking(), testRule07Access)
}

func testRule07Access(t *testing.T, g Generation) {
	t.Helper()
	p := newTestPortalWith(Options{Generation: g})
	before := p.Chats()
	for id, want := range map[string]*refusal{
		"crm1": noAccess, "notify": noAccess, "chat0": noAccess, "00": noAccess,
		"404": noAccess, "99999999999999999999": noAccess, "sg404": noAccess,
		"chat404": noPermission, "chat99999999999999999999": noPermission,
		"chat99": noPermission, "chat98": noPermission, "chat30": noPermission, "chat31": noPermission,
		"CHAT99": noPermission,
	} {
		for _, value := range []string{"Y", "N"} {
			status, answer := ask(p, "im.recent.pin", fmt.Sprintf(`{"DIALOG_ID":%q,"PIN":%q}`, id, value))
			if status != 400 || answer != encode(want.array()) {
				t.Errorf("%s, PIN=%s: %d %s", id, value, status, answer)
			}
		}
	}
	if p.Chats() != before {
		t.Error("a refusal created a chat")
	}
}

func TestRule08PinValues(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		rest string
		pins bool
	}{
		{``, true},
		{`,"PIN":"Y"`, true},
		{`,"PIN":"N"`, false},
		{`,"PIN":"n"`, true},
		{`,"PIN":"no"`, true},
		{`,"PIN":""`, true},
		{`,"PIN":0`, true},
		{`,"PIN":null`, true},
		{`,"PIN":[]`, true},
		{`,"PIN":false`, true},
		{`,"PIN":true`, false},
		{`,"ACTION":"N"`, false},
		{`,"PIN":"Y","ACTION":"N"`, false},
		{`,"PIN":"N","ACTION":"Y"`, true},
		{`,"PIN":"N","action":"pin"`, true},
		{`,"PIN":"N","ACTION":null`, false},
	} {
		for name, generation := range generations() {
			t.Run(name+tt.rest, func(t *testing.T) {
				t.Parallel()
				p := newTestPortalWith(Options{Generation: generation})
				if err := p.Pin(1, "chat21"); err != nil {
					t.Fatal(err)
				}
				dialog := "chat21" // to be unpinned, unless the value pins
				if tt.pins {
					dialog = "chat17"
				}
				if got := pin(p, `{"DIALOG_ID":"`+dialog+`"`+tt.rest+`}`); got != yes {
					t.Error(got)
				}
				if tt.pins {
					wantPinned(t, p, 1, "chat17", "chat21")
				} else {
					wantPins(t, p, 1)
				}
			})
		}
	}
}

func TestRule09Limit(t *testing.T) {
	t.Parallel()
	onEach(t, checking(), testRule09Limit)
}

func testRule09Limit(t *testing.T, g Generation) {
	t.Helper()
	p := newTestPortalWith(Options{Generation: g})
	fill(t, p, 44)
	if got := pin(p, `{"DIALOG_ID":"chat17"}`); got != yes {
		t.Errorf("the 45th pin: %s", got)
	}
	again := no // with folders, the limit is for new pins only
	if g == Folders {
		again = yes
	}
	for dialog, want := range map[string]string{"chat21": no, "chat17": again} {
		status, answer := ask(p, "im.recent.pin", `{"DIALOG_ID":"`+dialog+`"}`)
		if status != 200 || result(answer) != want {
			t.Errorf("pinning %s at the limit: %d %s", dialog, status, answer)
		}
	}
	if got := pin(p, `{"DIALOG_ID":"chat99"}`); got == no {
		t.Error("the limit was tested before access")
	}
	if got := pin(p, `{"DIALOG_ID":"chat500","PIN":"N"}`); got != yes {
		t.Errorf("unpinning at the limit: %s", got)
	}
	if got := pin(p, `{"DIALOG_ID":"chat21"}`); got != yes {
		t.Errorf("pinning after an unpin: %s", got)
	}
	if err := p.Pin(1, "chat170"); err == nil {
		t.Error("a 46th pin by hand")
	}
	if n := len(p.Pins(1)); n != 45 {
		t.Errorf("%d pins", n)
	}
}

func TestRule10Order(t *testing.T) {
	t.Parallel()
	p := newTestPortalWith(Options{Generation: Positions})
	for _, step := range []struct {
		body string
		want []string
	}{
		{`{"DIALOG_ID":"chat17"}`, []string{"chat17"}},
		{`{"DIALOG_ID":"chat21"}`, []string{"chat21", "chat17"}},
		{`{"DIALOG_ID":2}`, []string{"2", "chat21", "chat17"}},
		{`{"DIALOG_ID":"chat17"}`, []string{"2", "chat21", "chat17"}},
		{`{"DIALOG_ID":"chat21","PIN":"N"}`, []string{"2", "chat17"}},
		{`{"DIALOG_ID":"chat21","PIN":"N"}`, []string{"2", "chat17"}},
		{`{"DIALOG_ID":"chat170"}`, []string{"chat170", "2", "chat17"}},
		{`{"DIALOG_ID":"chat021"}`, []string{"chat21", "chat170", "2", "chat17"}},
		{`{"DIALOG_ID":"002","PIN":"N"}`, []string{"chat21", "chat170", "chat17"}},
	} {
		if got := pin(p, step.body); got != yes {
			t.Errorf("%s: %s", step.body, got)
		}
		wantPins(t, p, 1, step.want...)
	}
}

func TestRule11NotInTheRecentList(t *testing.T) {
	t.Parallel()
	onEach(t, checking(), func(t *testing.T, g Generation) {
		for value, want := range map[string][]string{"Y": {"chat17"}, "N": nil} {
			p := newTestPortalWith(Options{Generation: g})
			if err := p.Pin(1, "chat17"); err != nil {
				t.Fatal(err)
			}
			if err := p.Hide(1, "chat17"); err != nil {
				t.Fatal(err)
			}
			wantPins(t, p, 1)
			if strings.Contains(p.ChatList(1), "chat17\n") {
				t.Error("a hidden dialog is listed")
			}
			if got := pin(p, `{"DIALOG_ID":"chat17","PIN":"`+value+`"}`); got != yes {
				t.Errorf("PIN=%s: %s", value, got)
			}
			wantPins(t, p, 1, want...)
			added := value == "Y" || g == Positions // with folders, an unpin adds no row
			if strings.Contains(p.ChatList(1), "chat17\n") != added {
				t.Errorf("PIN=%s added the dialog to the list: %v", value, !added)
			}
		}
	})
}

func TestRule12TrueAndNotPinned(t *testing.T) {
	t.Parallel()
	p := newTestPortalWith(Options{Generation: Positions})
	p.AddGroup(6, "No chat yet", 1)
	private := p.AddPrivateDialog(1, 2)
	if err := p.Pin(1, "chat21"); err != nil {
		t.Fatal(err)
	}
	ids := []string{"CHAT17", "Chat17", "sg5", "SG5", "sg6", fmt.Sprintf("chat%d", private)}
	for _, id := range ids {
		for _, value := range []string{"Y", "N"} {
			if got := pin(p, fmt.Sprintf(`{"DIALOG_ID":%q,"PIN":%q}`, id, value)); got != yes {
				t.Errorf("%s, PIN=%s: %s", id, value, got)
			}
			wantPins(t, p, 1, "chat21")
		}
	}

	// The dialog with the user whose id is that of the private chat is another one.
	p.AddUser(User{ID: private, Name: "Namesake"})
	p.AddPrivateDialog(1, private)
	if got := pin(p, fmt.Sprintf(`{"DIALOG_ID":"chat%d"}`, private)); got != yes {
		t.Error(got)
	}
	wantPins(t, p, 1, fmt.Sprint(private), "chat21")
}

func TestRule14PinsAreTheOwners(t *testing.T) {
	t.Parallel()
	onAll(t, testRule14PinsAreTheOwners)
}

func testRule14PinsAreTheOwners(t *testing.T, g Generation) {
	t.Helper()
	p := newTestPortalWith(Options{Generation: g})
	pin(p, `{"DIALOG_ID":"chat17"}`)
	askAs(p, "2/"+otherSecret, "im.recent.pin", `{"DIALOG_ID":"chat21"}`)
	wantPins(t, p, 1, "chat17")
	wantPins(t, p, 2, "chat21")
	_, mine := ask(p, "im.recent.list", "")
	_, theirs := askAs(p, "2/"+otherSecret, "im.recent.list", "")
	if a, b := items(t, mine), items(t, theirs); a[0] != `"chat17"` || b[0] != `"chat21"` {
		t.Errorf("lists %q and %q", a, b)
	}
}
