package fakeportal

import (
	"strings"
	"testing"
)

func TestUserGet(t *testing.T) {
	t.Parallel()
	onAll(t, testUserGet)
}

func testUserGet(t *testing.T, g Generation) {
	t.Helper()
	p := newTestPortalWith(Options{Generation: g})
	p.AddUser(User{ID: 4, Name: "Former", Dismissed: true})
	for _, tt := range []struct {
		name, body string
		status     int
		begins     string
	}{
		{"oneself", `{}`, 200, `{"result":{"id":1,"active":true,"name":"Анна Manager",`},
		{"oneself by null", `{"ID":null}`, 200, `{"result":{"id":1,`},
		{"another", `{"id":"2"}`, 200, `{"result":{"id":2,"active":true,"name":"Accountant",`},
		{"dismissed", `{"ID":4}`, 200, `{"result":{"id":4,"active":false,`},
		{"no number", `{"ID":"anna"}`, 400, `{"error":"ID_EMPTY",`},
		{"zero", `{"ID":0}`, 400, `{"error":"ID_EMPTY",`},
		{"nobody", `{"ID":404}`, 400, `{"error":"USER_NOT_EXISTS",`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			status, answer := ask(p, "im.user.get", tt.body)
			if status != tt.status || !strings.HasPrefix(answer, tt.begins) {
				t.Errorf("%d %s", status, answer)
			}
		})
	}
	for id, want := range map[string]string{`1`: `"phones":false,`, `2`: `"phones":{"work_phone":"102"},`} {
		if _, answer := ask(p, "im.user.get", `{"ID":`+id+`}`); !strings.Contains(answer, want) {
			t.Errorf("no %s in %s", want, answer)
		}
	}
}

func TestRule24Profile(t *testing.T) {
	t.Parallel()
	onAll(t, testRule24Profile)
}

func testRule24Profile(t *testing.T, g Generation) {
	t.Helper()
	p := newTestPortalWith(Options{Generation: g})
	for credential, want := range map[string]string{
		"1/" + secret:      `{"result":{"ID":"1","ADMIN":true,"NAME":"Анна","LAST_NAME":"Manager","PERSONAL_GENDER":"","TIME_ZONE":""}}`,
		"2/" + otherSecret: `{"result":{"ID":"2","ADMIN":false,"NAME":"Accountant","LAST_NAME":"","PERSONAL_GENDER":"","TIME_ZONE":""}}`,
	} {
		if _, answer := askAs(p, credential, "profile", ""); result(answer) != want {
			t.Errorf("%s", answer)
		}
	}
	p.AddUser(User{ID: 2, Name: "Accountant", Dismissed: true})
	if _, answer := askAs(p, "2/"+otherSecret, "profile", ""); result(answer) != `{"result":[]}` {
		t.Errorf("of a dismissed user: %s", answer)
	}
}
