package fakeportal

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

const notFound = `{"error":"ERROR_METHOD_NOT_FOUND","error_description":"Method not found!"}`

func TestRule01Routes(t *testing.T) {
	t.Parallel()
	p := newTestPortal()
	hook := "/rest/1/" + secret
	for _, tt := range []struct {
		name, method, path string
		status             int
		begins             string
	}{
		{"plain", "GET", hook + "/profile", 200, `{"result":{"ID":"1"`},
		{"json suffix", "GET", hook + "/profile.json", 200, `{"result":`},
		{"closing slash", "POST", hook + "/profile.json/", 200, `{"result":`},
		{"method in another case", "GET", hook + "/PROFILE", 200, `{"result":`},
		{"unknown method", "GET", hook + "/im.recent.pim", 404, notFound},
		{"unknown before a bad secret", "POST", "/rest/1/bad/im.recent.pim", 404, notFound},
		{"unknown without credentials", "POST", "/rest/im.recent.pim", 404, notFound},
		{"user id is missing", "POST", "/rest/" + secret + "/profile", 404, notFound},
		{"too many segments", "POST", hook + "/im/recent.pin", 404, notFound},
		{"no method", "GET", "/rest/", 404, notFound},
		{"not REST", "GET", "/company/", 404, "no REST method is called so"},
		{"PUT", "PUT", hook + "/profile", 405, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			status, answer := send(p, tt.method, tt.path, "", "")
			if status != tt.status || !strings.HasPrefix(answer, tt.begins) {
				t.Errorf("%d %s", status, answer)
			}
		})
	}
}

func TestRule02Credentials(t *testing.T) {
	t.Parallel()
	p := newTestPortal()
	p.AddWebhook(3, "scopeless0000000", "task")
	const (
		noAuth   = `{"error":"NO_AUTH_FOUND","error_description":"Wrong authorization data"}`
		invalid  = `{"error":"INVALID_CREDENTIALS","error_description":"Invalid request credentials"}`
		tooSmall = `{"error":"insufficient_scope","error_description":"The request requires higher privileges than provided by the webhook token"}`
	)
	for _, tt := range []struct {
		name, path string
		status     int
		begins     string
	}{
		{"none", "/rest/im.recent.pin", 401, noAuth},
		{"none, no scope needed", "/rest/profile", 401, noAuth},
		{"wrong secret", "/rest/1/bad/im.recent.pin", 401, invalid},
		{"another's secret", "/rest/2/" + secret + "/im.recent.pin", 401, invalid},
		{"secret in another case", "/rest/1/" + strings.ToUpper(secret) + "/im.recent.pin", 401, invalid},
		{"unknown user", "/rest/anna/" + secret + "/batch", 401, invalid},
		{"without im", "/rest/3/scopeless0000000/im.recent.pin", 401, tooSmall},
		{"without im, none needed", "/rest/3/scopeless0000000/profile", 200, `{"result":{"ID":"3"`},
		{"without im, batch", "/rest/3/scopeless0000000/batch", 200, `{"result":{"result":[]`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			status, answer := send(p, "POST", tt.path, "", "")
			if status != tt.status || !strings.HasPrefix(answer, tt.begins) {
				t.Errorf("%d %s", status, answer)
			}
		})
	}
}

func TestRule03Time(t *testing.T) {
	t.Parallel()
	p := newTestPortal()
	const form = `"time":\{"start":\d{10},"finish":\d{10}(\.\d+)?,"duration":\d+(\.\d+)?,"processing":\d+(\.\d+)?,` +
		`"date_start":"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\+03:00","date_finish":"[^"]+",` +
		`"operating_reset_at":\d{10},"operating":\d+(\.\d+)?\}`
	for _, method := range []string{"profile", "batch", "im.recent.list", "im.chat.get"} {
		if _, answer := ask(p, method, "{}"); !regexp.MustCompile(form + `\}$`).MatchString(answer) {
			t.Errorf("%s has no such time: %s", method, answer)
		}
	}
	_, answer := ask(p, "batch", `{"cmd":{"a":"profile","b":"im.recent.pin"}}`)
	if !regexp.MustCompile(`"result_time":\{"a":` + strings.TrimPrefix(form, `"time":`) + `\}\}`).MatchString(answer) {
		t.Errorf("the commands of a batch have no such times, or failures have: %s", answer)
	}
	for _, path := range []string{"/rest/1/bad/profile", "/rest/1/" + secret + "/im.recent.pin", "/rest/nothing"} {
		if _, answer := send(p, "POST", path, "", ""); strings.Contains(answer, `"time"`) {
			t.Errorf("%s: an error with a time: %s", path, answer)
		}
	}
}

func TestRule04Bytes(t *testing.T) {
	t.Parallel()
	p := newTestPortal()
	p.AddChat(Chat{ID: 40, Title: "<Чат> 'a' & \"b\" / \\ \n\x01 \u2028", Members: []int64{1}})
	_, answer := ask(p, "im.recent.list", `{"LIMIT":1}`)
	if want := `"title":"\u003CЧат\u003E \u0027a\u0027 \u0026 \u0022b\u0022 \/ \\ \n\u0001 \u2028"`; !strings.Contains(answer, want) {
		t.Errorf("no %s in %s", want, answer)
	}
	if !json.Valid([]byte(answer)) {
		t.Errorf("not JSON: %s", answer)
	}
	for body, want := range map[string]string{
		`{}`:                   `{"error":"DIALOG_ID_EMPTY","error_description":"Dialog ID can\u0027t be empty"}`,
		`{"DIALOG_ID":"crm1"}`: `{"error":"ACCESS_ERROR","error_description":"You don\u0027t have access to this chat"}`,
		`{"DIALOG_ID":"chat99"}`: "{\"error\":\"ACCESS_ERROR\",\"error_description\":" +
			"\"You don\u2019t have permission to pin this chat\"}",
	} {
		if status, answer := ask(p, "im.recent.pin", body); status != 400 || answer != want {
			t.Errorf("%s: %d %s", body, status, answer)
		}
	}

	for _, path := range []string{"/rest/nothing", "/rest/1/" + secret + "/profile"} {
		w := httptest.NewRecorder()
		p.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		for name, want := range map[string]string{
			"Content-Type":                "application/json; charset=utf-8",
			"Access-Control-Allow-Origin": "*",
			"X-Content-Type-Options":      "nosniff",
		} {
			if got := w.Header().Get(name); got != want {
				t.Errorf("%s of %s: %q, want %q", name, path, got, want)
			}
		}
	}
}

func TestRule05Parameters(t *testing.T) {
	t.Parallel()
	const (
		jsonType = "application/json"
		formType = "application/x-www-form-urlencoded"
	)
	for _, tt := range []struct {
		name, query, contentType, body string
		pinned                         string
	}{
		{"json", "", jsonType, `{"DIALOG_ID":"chat17"}`, "chat17"},
		{"json with charset", "", "Application/JSON; charset=utf-8", `{"DIALOG_ID":"chat17"}`, "chat17"},
		{"json by suffix", "", "application/problem+json", `{"DIALOG_ID":"chat17"}`, "chat17"},
		{"json without a type", "", "", `{"DIALOG_ID":"chat17"}`, ""},
		{"json as text", "", "text/plain", `{"DIALOG_ID":"chat17"}`, ""},
		{"json sent as a form", "", formType, `{"DIALOG_ID":"chat17"}`, ""},
		{"broken json", "", jsonType, `{"DIALOG_ID":"chat17"`, ""},
		{"broken json leaves the query", "DIALOG_ID=chat21", jsonType, `{"DIALOG_ID":"chat17"`, "chat21"},
		{"two values", "", jsonType, `{"DIALOG_ID":"chat17"} {}`, ""},
		{"not UTF-8", "", jsonType, "{\"DIALOG_ID\":\"chat17\",\"x\":\"\xff\"}", ""},
		{"scalar", "", jsonType, `"chat17"`, ""},
		{"lower case", "", jsonType, `{"dialog_id":"chat17","pin":"Y"}`, "chat17"},
		{"mixed case", "", jsonType, `{"Dialog_Id":"chat17"}`, "chat17"},
		{"form", "", formType, "dialog_id=chat17&PIN=Y", "chat17"},
		{"query", "DIALOG_ID=chat17", "", "", "chat17"},
		{"body over query", "DIALOG_ID=chat21", jsonType, `{"DIALOG_ID":"chat17"}`, "chat17"},
		{"an array is no dialog", "DIALOG_ID[]=chat17", "", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := newTestPortal()
			status, answer := send(p, "POST", "/rest/1/"+secret+"/im.recent.pin?"+tt.query, tt.contentType, tt.body)
			if tt.pinned == "" {
				if status != 400 || !strings.Contains(answer, "DIALOG_ID_EMPTY") {
					t.Errorf("%d %s", status, answer)
				}
				wantPins(t, p, 1)
				return
			}
			if status != http.StatusOK {
				t.Errorf("%d %s", status, answer)
			}
			wantPins(t, p, 1, tt.pinned)
		})
	}
}

func TestRule05BodyOfGet(t *testing.T) {
	t.Parallel()
	p := newTestPortal()
	status, answer := send(p, "GET", "/rest/1/"+secret+"/im.recent.pin?PIN=Y", "application/json", `{"DIALOG_ID":"chat17"}`)
	if status != 400 || answer != encode(dialogIDEmpty.array()) {
		t.Errorf("%d %s", status, answer)
	}
	wantPins(t, p, 1)
}
