package fakeportal

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

const pin17 = `{"cmd":{"a":"im.recent.pin?DIALOG_ID=chat17&PIN=Y"}}`

// broken sends pin17 to the portal, without a server in between, and reports whether the
// connection was dropped.
func broken(p *Portal) (dropped bool, w *httptest.ResponseRecorder) {
	w = httptest.NewRecorder()
	r := httptest.NewRequest("POST", "https://portal.example/rest/1/"+secret+"/batch?x=1&y=2", strings.NewReader(pin17))
	r.Header.Set("Content-Type", "application/json")
	defer func() {
		switch problem := recover(); problem {
		case nil:
		case http.ErrAbortHandler:
			dropped = true
		default:
			panic(problem)
		}
	}()
	p.ServeHTTP(w, r)
	return false, w
}

func TestRule23Faults(t *testing.T) {
	t.Parallel()
	const (
		htmlType = "text/html; charset=UTF-8"
		jsonType = "application/json; charset=utf-8"
		path     = "/rest/1/" + secret + "/batch?x=1&y=2"
		moved    = "https://new.example" + path
		coupon   = "https://portal.example/bitrix/coupon_activation.php"
		page     = "https://portal.example/rest/1/" + secret + "/batch?x=1&amp;y=2<"
		begun    = `{"result":{"result":{"a":true},`
	)
	for _, tt := range []faulty{
		{HTMLPage(502), 502, "", htmlType, "", "<html>", "502 Bad Gateway", -1, false, false},
		{HTMLPage(503), 503, "", htmlType, "", "<html>", page, -1, false, false},
		{EmptyAnswer(500), 500, "", htmlType, "", "", "", 0, false, false},
		{MovedTo("new.example"), 302, "", htmlType, moved, "", "", 0, false, false},
		{LicenceExpired(), 302, "", htmlType, coupon, "", "", 0, false, false},
		{Refusal(401, "OVERLOAD_LIMIT", "It's off"), 401, "OVERLOAD_LIMIT", jsonType, "", `{"error":"OVERLOAD_LIMIT","error_description":"It\u0027s off"}`, "", -1, false, true},
		{Refusal(200, "ERROR_CORE", ""), 200, "ERROR_CORE", jsonType, "", `{"error":"ERROR_CORE","error_description":""}`, "", -1, false, true},
		{CommandRefusal("ERROR_CORE", ""), 200, "", jsonType, "", `{"result":{"result":[],"result_error":{"a":{"error":"ERROR_CORE",`, "", -1, false, true},
		{ResetBefore(), 0, "", "", "", "", "", 0, false, false},
		{ResetAfter(), 0, "", "", "", "", "", 0, true, false},
		{Truncated(), 200, "", jsonType, "", begun, "", -1, true, false},
		{Slow(0), 200, "", jsonType, "", begun, "", -1, true, true},
		{Huge(5), 200, "", jsonType, "", `{"res`, "", 5, true, false},
		{Huge(5000), 200, "", jsonType, "", `{"result":"xxxx`, "", 5000, true, false},
	} {
		t.Run(fmt.Sprintf("%s %d", tt.fault.name, tt.status), func(t *testing.T) {
			t.Parallel()
			var told []Request
			p := newTestPortal()
			p.options.OnAnswer = func(r Request) { told = append(told, r) }
			p.Fail(1, "", tt.fault)
			dropped, w := broken(p)
			tt.checkAnswer(t, dropped, w)
			tt.checkTraces(t, p)
			if (len(told) == 0) != dropped || !dropped && told[0].Fault != tt.fault.name {
				t.Errorf("told of %+v", told)
			}
			if dropped, w := broken(p); dropped || w.Code != 200 || p.Requests()[1].Fault != "" {
				t.Errorf("the next request: %v, %d, %+v", dropped, w.Code, p.Requests()[1])
			}
		})
	}
}

// faulty is what becomes of a request that meets a fault.
type faulty struct {
	fault                 Fault
	status                int // 0: no answer
	code, kind, location  string
	begins, contains      string
	length                int // of the body; -1: any
	carriedOut, plainJSON bool
}

// checkAnswer looks at what the client got.
func (f faulty) checkAnswer(t *testing.T, dropped bool, w *httptest.ResponseRecorder) {
	t.Helper()
	body, header := w.Body.String(), w.Header()
	if dropped != (f.status == 0) || !dropped && w.Code != f.status {
		t.Errorf("dropped %v, status %d", dropped, w.Code)
	}
	if header.Get("Content-Type") != f.kind || header.Get("Location") != f.location {
		t.Errorf("header %v", header)
	}
	if !strings.HasPrefix(body, f.begins) || !strings.Contains(body, f.contains) || f.length >= 0 && len(body) != f.length {
		t.Errorf("body %s", body)
	}
	if whole := strings.HasSuffix(body, "}") && strings.HasPrefix(body, "{"); whole != f.plainJSON {
		t.Errorf("all of the JSON is there: %v in %s", whole, body)
	}
}

// checkTraces looks at what the portal did and noted.
func (f faulty) checkTraces(t *testing.T, p *Portal) {
	t.Helper()
	var want, ran []string
	if f.carriedOut {
		want, ran = []string{"chat17"}, []string{"chat17 true "}
	}
	if f.fault.command != nil {
		ran = []string{"chat17  ERROR_CORE"}
	}
	wantPins(t, p, 1, want...)
	r := p.Requests()[0]
	if r.Status != f.status || r.Code != f.code || r.Fault != f.fault.name || r.Answered.IsZero() != (f.status == 0) {
		t.Errorf("the log: %+v", r)
	}
	var got []string
	for _, c := range r.Commands {
		got = append(got, c.Params.Get("DIALOG_ID")+" "+c.Result+" "+c.Code)
	}
	if !slices.Equal(got, ran) {
		t.Errorf("the log says that %q ran, want %q", got, ran)
	}
}

func TestRule23AddressAsAsked(t *testing.T) {
	t.Parallel()
	p := newTestPortal()
	server, secure := httptest.NewServer(p), httptest.NewTLSServer(p)
	defer server.Close()
	defer secure.Close()
	p.Fail(-1, "", MovedTo("new.example"))
	for _, s := range []*httptest.Server{server, secure} {
		client := s.Client()
		client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		resp, err := client.Get(p.WebhookURL(s.URL, 1) + "profile?a=%2F")
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		scheme, _, _ := strings.Cut(s.URL, ":")
		if want := scheme + "://new.example/rest/1/" + secret + "/profile?a=%2F"; resp.Header.Get("Location") != want {
			t.Errorf("to %s, want %s", resp.Header.Get("Location"), want)
		}
	}

	// A client's own request, that no server has read.
	r, err := http.NewRequestWithContext(t.Context(), "GET", "https://portal.example/rest/profile", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = ""
	w := httptest.NewRecorder()
	p.Heal()
	p.Fail(1, "", LicenceExpired())
	p.ServeHTTP(w, r)
	if got := w.Header().Get("Location"); got != "https://portal.example/bitrix/coupon_activation.php" {
		t.Error(got)
	}
}

func TestRule23CommandRefusal(t *testing.T) {
	t.Parallel()
	const (
		fault  = `{"error":"SOME_CODE","error_description":"Some text"}`
		three  = `"a":"im.recent.pin?DIALOG_ID=chat17","b":"profile","c":"im.recent.pin?DIALOG_ID=chat21&PIN=N"`
		second = `{"ID":"1","ADMIN":true,"NAME":"Анна","LAST_NAME":"Manager","PERSONAL_GENDER":"","TIME_ZONE":""}`
	)
	for _, tt := range []struct {
		name, fails, method, body string
		status                    int
		want                      string
	}{
		{
			"some of a batch", "im.recent.pin", "batch", `{"cmd":{` + three + `}}`, 200,
			`{"result":{"result":{"b":` + second + `},"result_error":{"a":` + fault + `,"c":` + fault + `},"result_total":[],"result_next":[]`,
		},
		{
			"every command of a batch", "", "batch", `{"cmd":{` + three + `}}`, 200,
			`{"result":{"result":[],"result_error":{"a":` + fault + `,"b":` + fault + `,"c":` + fault + `},"result_total":[],"result_next":[]`,
		},
		{
			"with halt", "im.recent.pin", "batch", `{"cmd":{` + three + `},"halt":1}`, 200,
			`{"result":{"result":[],"result_error":{"a":` + fault + `},"result_total":[],"result_next":[]`,
		},
		{
			"what the portal refuses itself", "", "batch", `{"cmd":{"a":"nothing","b":"batch","c":"profile"}}`, 200,
			`{"result":{"result":[],"result_error":{"a":` + notFound +
				`,"b":{"error":"ERROR_BATCH_METHOD_NOT_ALLOWED","error_description":"Method is not allowed for batch usage"}` +
				`,"c":` + fault + `},"result_total":[],"result_next":[]`,
		},
		{"the batch", "batch", "batch", `{"cmd":{` + three + `}}`, 400, fault},
		{"plain", "im.recent.pin", "im.recent.pin", `{"DIALOG_ID":"chat17"}`, 400, fault},
		{"plain, every method", "", "im.recent.pin", `{"DIALOG_ID":"chat17"}`, 400, fault},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := newTestPortal()
			p.Fail(1, tt.fails, CommandRefusal("SOME_CODE", "Some text"))
			status, answer := ask(p, tt.method, tt.body)
			got, _, _ := strings.Cut(answer, `,"result_time":`)
			if status != tt.status || got != tt.want {
				t.Errorf("%d\n got %s\nwant %s", status, got, tt.want)
			}
			wantPins(t, p, 1)
			r := p.Requests()[0]
			if r.Fault != "CommandRefusal" || r.Status != tt.status {
				t.Errorf("the log: %+v", r)
			}
			if status == 400 && (r.Code != "SOME_CODE" || len(r.Commands) != 1 || r.Commands[0].Code != "SOME_CODE") {
				t.Errorf("the log: %+v", r)
			}
		})
	}
}

// A batch without a command leaves the fault to the next request.
func TestRule23CommandRefusalWaitsForACommand(t *testing.T) {
	t.Parallel()
	p := newTestPortal()
	p.Fail(1, "", CommandRefusal("SOME_CODE", "Some text"))
	for i, want := range []string{"", "CommandRefusal"} {
		ask(p, "batch", []string{`{"cmd":[7]}`, `{"cmd":["profile"]}`}[i])
		if got := p.Requests()[i].Fault; got != want {
			t.Errorf("request %d met %q, want %q", i, got, want)
		}
	}
}

// Whoever follows the redirect of a portal without a licence comes back to it for ever.
func TestRule23LicenceExpiredLoops(t *testing.T) {
	t.Parallel()
	p := newTestPortal()
	p.Fail(-1, "", LicenceExpired())
	server := httptest.NewServer(p)
	defer server.Close()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.WebhookURL(server.URL, 1)+"profile", nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := server.Client().Do(r)
	if response != nil {
		_ = response.Body.Close()
	}
	if err == nil || !strings.Contains(err.Error(), "stopped after 10 redirects") {
		t.Errorf("got %v", err)
	}
	if got := len(p.Requests()); got != 10 {
		t.Errorf("%d requests are in the log", got)
	}
}

func TestRule23Slow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newTestPortal()
		p.Fail(1, "", Slow(time.Minute))
		begin, done := time.Now(), make(chan string)
		go func() {
			_, answer := ask(p, "im.recent.pin", `{"DIALOG_ID":"chat17"}`)
			done <- answer
		}()
		synctest.Wait()
		wantPins(t, p, 1, "chat17")
		if r := p.Requests()[0]; r.Status != 0 || len(r.Commands) != 1 || r.Fault != "Slow" {
			t.Errorf("the log of a request under way: %+v", r)
		}
		if got := result(<-done); got != yes || time.Since(begin) != time.Minute {
			t.Errorf("%s after %v", got, time.Since(begin))
		}
		if r := p.Requests()[0]; r.Status != 200 || r.Answered.Sub(r.Arrived) != time.Minute {
			t.Errorf("the log: %+v", r)
		}
	})
}
