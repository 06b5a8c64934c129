package page

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// TestRequestsTold lets the portal answer one request in each way, and looks at what the browser learns of it.
func TestRequestsTold(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		fault *fakeportal.Fault
		call  string
		want  request // without its commands and its times
		first command // if there is one
	}{
		"pinned": {call: "im.recent.pin?dialog_id=chat17", want: request{State: "answered", Status: 200}, first: command{Title: "General"}},
		"unpinned": {
			call: "im.recent.pin?DIALOG_ID=chat17&PIN=N", want: request{State: "answered", Status: 200},
			first: command{Title: "General", Unpins: true},
		},
		"unpinned by ACTION": {
			call: "im.recent.pin?DIALOG_ID=chat17&PIN=Y&ACTION=N", want: request{State: "answered", Status: 200},
			first: command{Title: "General", Unpins: true},
		},
		"refused without an error": {
			call: "im.recent.pin?DIALOG_ID=CHAT17", want: request{State: "answered", Status: 200}, first: command{Title: "General", False: true},
		},
		"an error": {
			call: "im.search.chat.list?FIND=x", want: request{State: "answered", Status: 400, Code: "FIND_SHORT"}, first: command{Code: "FIND_SHORT"},
		},
		"listed":         {call: "im.recent.list", want: request{State: "answered", Status: 200}, first: command{Rows: 12, Pinned: 1}},
		"no such method": {call: "im.dance", want: request{State: "answered", Status: 404, Code: "ERROR_METHOD_NOT_FOUND"}},
		"an error page":  {new(fakeportal.HTMLPage(502)), "profile", request{State: "answered", Status: 502, Fault: "HTMLPage"}, command{}},
		"lost":           {new(fakeportal.ResetAfter()), "profile", request{State: "unanswered", Fault: "ResetAfter"}, command{}},
		"slow": {
			new(fakeportal.Slow(time.Minute)), "profile",
			request{State: "answered", Status: 200, Fault: "Slow", Took: time.Minute.Milliseconds()},
			command{},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				portal := fakeportal.NewOffice(fakeportal.Options{Generation: fakeportal.Legacy})
				if err := portal.Pin(1, "chat42"); err != nil {
					t.Fatal(err)
				}
				p := New(portal)
				if tt.fault != nil {
					portal.Fail(1, "", *tt.fault)
				}
				func() {
					defer func() { _ = recover() }() // a connection that is dropped
					ask(t, p, tt.call)
				}()
				checkTold(t, p, tt.want, tt.first)
			})
		})
	}
}

func checkTold(t *testing.T, p *Page, want request, first command) {
	t.Helper()
	event, _ := newStream(p.portal).next()
	if event.Sorts != (event.Generation != "folders") {
		t.Errorf("on %s, sorting is heeded: %v", event.Generation, event.Sorts)
	}
	got := event.Requests[0]
	if got.User != 1 || got.Who != "Office Manager" || got.At == 0 {
		t.Errorf("whose, and when: %+v", got)
	}
	if got.State != want.State || got.Status != want.Status || got.Code != want.Code || got.Fault != want.Fault || got.Took != want.Took {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if len(got.Commands) == 0 {
		return
	}
	c := got.Commands[0]
	if c.Title != first.Title || c.Unpins != first.Unpins || c.False != first.False || c.Code != first.Code || c.Rows != first.Rows || c.Pinned != first.Pinned {
		t.Errorf("got %+v, want %+v", c, first)
	}
}

// TestRequestUnderWay is looked at before it has ended.
func TestRequestUnderWay(t *testing.T) {
	t.Parallel()
	portal := fakeportal.NewOffice(fakeportal.Options{})
	p := New(portal)
	portal.BeforeCommand(func(int64, fakeportal.Command) {
		event, _ := newStream(portal).next()
		if r := event.Requests[0]; r.State != "working" || r.Status != 0 || event.Sorts {
			t.Errorf("%+v", r)
		}
	})
	ask(t, p, "profile")
}

// TestLongTexts are shortened, between two letters.
func TestLongTexts(t *testing.T) {
	t.Parallel()
	p := New(fakeportal.NewOffice(fakeportal.Options{}))
	ask(t, p, "profile?A="+strings.Repeat("%D0%96", maxText+1)+"&B="+strings.Repeat("%D0%96", maxText))
	event, _ := newStream(p.portal).next()
	params := event.Requests[0].Commands[0].Params
	if a, b := params["A"], params["B"]; a != strings.Repeat("Ж", maxText)+"…" || b != strings.Repeat("Ж", maxText) {
		t.Errorf("A=%s B=%s", a, b)
	}
}
