package fakeportal

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestRule20Intensity(t *testing.T) {
	t.Parallel()
	onAllInTime(t, testRule20Intensity)
}

func testRule20Intensity(t *testing.T, g Generation) {
	t.Helper()
	p := New(Options{Generation: g})
	p.AddWebhook(1, secret)
	p.AddWebhook(2, otherSecret)
	const profile, batch = `{}`, `{"cmd":{"a":"profile","b":"profile","c":"profile"}}`
	for i := range 50 {
		method, body, hook := "profile", profile, "1/"+secret
		if i%2 == 1 {
			method, body, hook = "batch", batch, "2/"+otherSecret
		}
		if status, answer := askAs(p, hook, method, body); status != 200 {
			t.Fatalf("request %d: %d %s", i+1, status, answer)
		}
	}
	status, answer := ask(p, "profile", "")
	if want := `{"error":"QUERY_LIMIT_EXCEEDED","error_description":"Too many requests"}`; status != 503 || answer != want {
		t.Errorf("the 51st request: %d %s", status, answer)
	}
	if status, _ := send(p, "POST", "/rest/nothing", "", ""); status != 503 {
		t.Errorf("the front end looked at the method: %d", status)
	}

	time.Sleep(1500 * time.Millisecond) // the counter was at 52 and sinks to 49
	if status, _ := ask(p, "profile", ""); status != 200 {
		t.Errorf("after a pause: %d", status)
	}
	if status, _ := ask(p, "profile", ""); status != 503 {
		t.Errorf("without a pause: %d", status)
	}

	time.Sleep(time.Minute)
	for i := range 100 {
		if status, _ := ask(p, "profile", ""); status != 200 {
			t.Fatalf("request %d at two a second: %d", i, status)
		}
		time.Sleep(500 * time.Millisecond)
	}

	p.Spend(50)
	if status, _ := ask(p, "profile", ""); status != 503 {
		t.Errorf("after another program spent the bucket: %d", status)
	}
}

func TestRule20OneBucket(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := New(Options{})
		p.AddWebhook(1, secret)
		p.AddWebhook(2, otherSecret)
		p.Spend(49)
		for i, credential := range []string{"1/" + secret, "2/" + otherSecret} {
			w := httptest.NewRecorder()
			p.ServeHTTP(w, httptest.NewRequest("GET", "/rest/"+credential+"/profile", nil))
			if w.Code != []int{200, 503}[i] || w.Header().Get("Retry-After") != "" {
				t.Errorf("request %d: %d, %v", i+1, w.Code, w.Header())
			}
		}
	})
}

func TestLatency(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := New(Options{RequestLatency: time.Second, CommandLatency: 200 * time.Millisecond})
		p.AddWebhook(1, secret)
		p.AddChat(Chat{ID: 17, Members: []int64{1}})
		p.AddChat(Chat{ID: 21, Members: []int64{1}})
		answered := make(chan string)
		begin := time.Now()
		go func() {
			_, answer := ask(p, "batch", `{"cmd":{"a":"im.recent.pin?DIALOG_ID=chat17","b":"im.recent.pin?DIALOG_ID=chat21"}}`)
			answered <- answer
		}()
		time.Sleep(1300 * time.Millisecond)
		wantPins(t, p, 1, "chat17") // one command has run, the other not yet
		if r := p.Requests()[0]; r.Status != 0 || !r.Answered.IsZero() || len(r.Commands) != 1 {
			t.Errorf("the log of a request under way: %+v", r)
		}
		answer := <-answered
		if took := time.Since(begin); took != 1400*time.Millisecond {
			t.Errorf("it took %v", took)
		}
		if !strings.Contains(answer, `"processing":0.2,`) || !strings.Contains(answer, `"processing":1.4,`) {
			t.Errorf("times: %s", answer)
		}
		wantPins(t, p, 1, "chat21", "chat17")
		if r := p.Requests()[0]; r.Answered.Sub(r.Arrived) != 1400*time.Millisecond {
			t.Errorf("the log has %v to %v", r.Arrived, r.Answered)
		}
	})
}

// TestClientGoesAway leaves before and in the middle of the work, which is done to its end.
func TestClientGoesAway(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newTestPortalWith(Options{
			RequestLatency: time.Minute, CommandLatency: time.Second,
			OnAnswer: func(r Request) { t.Errorf("told of %+v", r) },
		})
		for _, leaves := range []time.Duration{time.Second, time.Minute + 1500*time.Millisecond} {
			p.ForgetRequests()
			ctx, cancel := context.WithTimeout(t.Context(), leaves)
			body := `{"cmd":["im.recent.pin?DIALOG_ID=chat17","im.recent.pin?DIALOG_ID=chat21"]}`
			r := httptest.NewRequestWithContext(ctx, "POST", "/rest/1/"+secret+"/batch", strings.NewReader(body))
			r.Header.Set("Content-Type", "application/json")
			w := httptest.NewRecorder()
			begin := time.Now()
			p.ServeHTTP(w, r)
			cancel()
			if took := time.Since(begin); took != time.Minute+2*time.Second || w.Body.Len() != 0 || len(w.Header()) != 0 {
				t.Errorf("after %v: %q, %v", took, w.Body, w.Header())
			}
			wantPins(t, p, 1, "chat21", "chat17")
			log := p.Requests()
			if len(log) != 1 || log[0].Status != 0 || !log[0].Answered.IsZero() || len(log[0].Commands) != 2 {
				t.Errorf("the log: %+v", log)
			}
			for _, id := range []string{"chat17", "chat21"} {
				if err := p.Unpin(1, id); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}

// What the portal says may hold a secret as well, where a test lets it.
func TestLogOfSecretsThatAreAnswered(t *testing.T) {
	t.Parallel()
	p := newTestPortal()
	p.AddChat(Chat{ID: 40, Title: "About " + secret, Members: []int64{1}})
	ask(p, "im.recent.list", "")
	p.Fail(1, "", Refusal(400, secret, ""))
	ask(p, "profile", "")
	p.Fail(1, "", CommandRefusal(secret, ""))
	ask(p, "batch", `{"cmd":{"a":"profile"}}`)
	send(p, "PUT", "/rest/1/"+secret+"/profile", "", "")
	send(p, "GET", "/company/"+secret, "", "")
	log := p.Requests()
	if len(log) != 5 {
		t.Errorf("%d requests are in the log, want all 5", len(log))
	}
	if all := strings.ToLower(fmt.Sprintf("%+v", log)); strings.Contains(all, secret) || strings.Count(all, "[webhook secret]") != 5 {
		t.Errorf("the log: %s", all)
	}
}

// entryLine is what tells entries of the log apart.
func entryLine(r Request) string {
	line := fmt.Sprintf("%d %s %d %s", r.UserID, r.Method, r.Status, r.Code)
	for _, c := range r.Commands {
		line += fmt.Sprintf(" | %s %s?%s %s %s", c.Key, c.Method, c.Params.Encode(), c.Code, c.Result)
	}
	return line
}

func TestLog(t *testing.T) {
	t.Parallel()
	p := newTestPortal()
	server := httptest.NewServer(p)
	defer server.Close()
	hook := p.WebhookURL(server.URL+"/", 1)
	if want := server.URL + "/rest/1/" + secret + "/"; hook != want {
		t.Fatalf("webhook %s, want %s", hook, want)
	}
	post := func(target, body string) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), "POST", target, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("User-Agent", "test/1 "+secret)
		resp, err := server.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
	}
	post(hook+"im.recent.pin", `{"DIALOG_ID":17,"PIN":"Y","method":"profile","x":["`+secret+`"],"`+secret+`":1}`)
	post(hook+"Batch.json", `{"cmd":{"b":"im.recent.pin?DIALOG_ID=chat17","a":"im.recent.pin?DIALOG_ID=chat99&PIN=Y","`+secret+`":"`+secret+`?a=`+secret+`"}}`)
	post(server.URL+"/rest/1/wrong/profile", "")
	post(server.URL+"/rest/"+strings.ToUpper(secret)+"/profile", "")
	post(server.URL+"/rest/profile/1/"+secret, "")

	log := p.Requests()
	var got []string
	for _, r := range log {
		got = append(got, entryLine(r))
		if r.UserAgent != "test/1 [webhook secret]" || r.Answered.Before(r.Arrived) || r.Arrived.IsZero() {
			t.Errorf("%+v", r)
		}
	}
	blot := url.QueryEscape("[webhook secret]")
	want := []string{
		"1 im.recent.pin 400 ACCESS_ERROR |  im.recent.pin?DIALOG_ID=17&PIN=Y&" + blot + "=1&x=" + url.QueryEscape(`["[webhook secret]"]`) + " ACCESS_ERROR ",
		"1 batch 200  | b im.recent.pin?DIALOG_ID=chat17  true | a im.recent.pin?DIALOG_ID=chat99&PIN=Y ACCESS_ERROR " +
			" | [webhook secret] [webhook secret]?a=" + blot + " ERROR_METHOD_NOT_FOUND ",
		"0 profile 401 INVALID_CREDENTIALS",
		"0 [webhook secret]/profile 404 ERROR_METHOD_NOT_FOUND",
		"0 [webhook secret] 404 ERROR_METHOD_NOT_FOUND",
	}
	if len(got) != len(want) {
		t.Fatalf("%d requests: %q", len(got), got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("request %d:\n got %s\nwant %s", i, got[i], want[i])
		}
	}
	if all := strings.ToLower(fmt.Sprintf("%+v", log)); strings.Contains(all, secret) {
		t.Errorf("a secret in the log: %s", all)
	}
}

// TestLogIsTheTests: it can be changed and emptied, and nothing that is done by hand is in it.
func TestLogIsTheTests(t *testing.T) {
	t.Parallel()
	p := newTestPortal()
	pin(p, `{"DIALOG_ID":"chat17"}`)
	p.Requests()[0].Commands[0].Params.Set("DIALOG_ID", "chat1")
	if got := p.Requests()[0].Commands[0].Params.Get("DIALOG_ID"); got != "chat17" {
		t.Error("the log can be written from outside")
	}
	if err := p.Pin(1, "chat21"); err != nil {
		t.Fatal(err)
	}
	if n := len(p.Requests()); n != 1 {
		t.Error("what is done by hand is in the log")
	}
	p.ForgetRequests()
	if n := len(p.Requests()); n != 0 {
		t.Errorf("%d requests were not forgotten", n)
	}
}

func TestManyAtATime(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	told := 0
	p := NewOffice(Options{
		NoIntensityLimit: true, CommandLatency: time.Millisecond,
		OnAnswer: func(Request) { mu.Lock(); told++; mu.Unlock() },
	})
	server := httptest.NewServer(p)
	defer server.Close()
	var wg sync.WaitGroup
	for _, userID := range []int64{OfficeManagerID, AccountantID} {
		for i := range 10 {
			wg.Go(func() {
				value := []string{"Y", "N"}[i%2]
				resp, err := server.Client().Get(p.WebhookURL(server.URL, userID) + "batch?cmd[a]=" +
					url.QueryEscape("im.recent.pin?DIALOG_ID=chat17&PIN="+value) + "&cmd[b]=im.recent.list")
				if err != nil {
					t.Error(err)
					return
				}
				_ = resp.Body.Close()
				_, _, _ = p.ChatList(userID), p.Requests(), p.Chats()
				if err := p.Pin(userID, "chat33"); err != nil {
					t.Error(err)
				}
			})
		}
	}
	wg.Wait()
	server.Close() // waits for the handlers, and so for the last OnAnswer
	if n := len(p.Requests()); n != 20 || told != 20 {
		t.Errorf("%d requests, %d told", n, told)
	}
}
