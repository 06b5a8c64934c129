package fakeportal

import (
	"encoding/json"
	"maps"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
)

const (
	secret      = "aaaabbbbccccdddd" // user 1's
	otherSecret = "eeeeffff00001111" // user 2's
)

// newTestPortal is a portal of three people, in which user 1 is a member of chats 17, 21 and
// 170 (the chat of group 5), of open line 30, and of the comments 31, and user 2 alone of chat 99.
func newTestPortal() *Portal {
	return newTestPortalWith(Options{})
}

func newTestPortalWith(o Options) *Portal {
	o.NoIntensityLimit = true
	p := New(o)
	p.AddUser(User{ID: 1, Name: "Анна", LastName: "Manager"})
	p.AddUser(User{ID: 2, Name: "Accountant"})
	p.AddUser(User{ID: 3, Name: "Engineer"})
	p.AddWebhook(1, secret)
	p.AddWebhook(2, otherSecret)
	p.AddChat(Chat{ID: 17, Members: []int64{1, 2}})
	p.AddChat(Chat{ID: 21, Members: []int64{1, 2}})
	p.AddChat(Chat{ID: 170, Type: "sonetGroup", EntityType: "SONET_GROUP", EntityID: "5", Members: []int64{1, 2}})
	p.AddChat(Chat{ID: 30, Type: "lines", Members: []int64{1}})
	p.AddChat(Chat{ID: 31, Type: "comment", Members: []int64{1}})
	p.AddChat(Chat{ID: 98, Type: "open", Members: []int64{2}})
	p.AddChat(Chat{ID: 99, Members: []int64{2}})
	return p
}

// generations are all of them by name.
func generations() map[string]Generation {
	return map[string]Generation{"folders": Folders, "positions": Positions, "legacy": Legacy}
}

// onEach runs a test on each of the generations.
func onEach(t *testing.T, generations []Generation, test func(t *testing.T, g Generation)) {
	t.Helper()
	for _, g := range generations {
		t.Run(g.String(), func(t *testing.T) {
			t.Parallel()
			test(t, g)
		})
	}
}

// onAll runs a test on every generation.
func onAll(t *testing.T, test func(t *testing.T, g Generation)) {
	t.Helper()
	onEach(t, slices.Collect(maps.Values(generations())), test)
}

// onAllInTime is onAll for a test in which time passes at once.
func onAllInTime(t *testing.T, test func(t *testing.T, g Generation)) {
	t.Helper()
	onAll(t, func(t *testing.T, g Generation) {
		synctest.Test(t, func(t *testing.T) { test(t, g) })
	})
}

// checking are the generations that ask for access before they pin.
func checking() []Generation { return []Generation{Folders, Positions} }

// wantPinned compares without regard to the order.
func wantPinned(t *testing.T, p *Portal, userID int64, want ...string) {
	t.Helper()
	got := p.Pins(userID)
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("user %d has pinned %q, want %q", userID, got, want)
	}
}

// ask sends JSON to a method of user 1.
func ask(p *Portal, method, body string) (status int, answer string) {
	return askAs(p, "1/"+secret, method, body)
}

func askAs(p *Portal, credential, method, body string) (status int, answer string) {
	return send(p, "POST", "/rest/"+credential+"/"+method, "application/json", body)
}

func send(p *Portal, httpMethod, target, contentType, body string) (status int, answer string) {
	r := httptest.NewRequest(httpMethod, target, strings.NewReader(body))
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	w := httptest.NewRecorder()
	p.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

var times = regexp.MustCompile(`,"time":\{[^}]*\}\}$`)

// result is the answer without its time, which is checked on its own.
func result(answer string) string { return times.ReplaceAllString(answer, "}") }

// pin sends one im.recent.pin of user 1 and returns its answer without the time.
func pin(p *Portal, body string) string {
	_, answer := ask(p, "im.recent.pin", body)
	return result(answer)
}

// items reads the dialogs of an im.recent.list as the raw texts of their ids.
func items(t *testing.T, answer string) []string {
	t.Helper()
	var list struct {
		Result struct {
			Items []struct{ ID json.RawMessage }
		}
	}
	if err := json.Unmarshal([]byte(answer), &list); err != nil {
		t.Fatalf("%v in %s", err, answer)
	}
	ids := []string{}
	for _, it := range list.Result.Items {
		ids = append(ids, string(it.ID))
	}
	return ids
}

func wantPins(t *testing.T, p *Portal, userID int64, want ...string) {
	t.Helper()
	if got := p.Pins(userID); !slices.Equal(got, want) {
		t.Errorf("user %d has pinned %q, want %q", userID, got, want)
	}
}

// fill pins n further chats for user 1, with ids from 500.
func fill(t *testing.T, p *Portal, n int) {
	t.Helper()
	for i := range n {
		id := int64(500 + i)
		p.AddChat(Chat{ID: id, Members: []int64{1}})
		if err := p.Pin(1, "chat"+strconv.FormatInt(id, 10)); err != nil {
			t.Fatal(err)
		}
	}
}
