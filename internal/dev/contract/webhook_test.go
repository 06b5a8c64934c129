package contract

import (
	"fmt"
	"strings"
	"testing"
)

func TestParseWebhook(t *testing.T) {
	t.Parallel()
	const form, plain = "look like https://PORTAL/rest/1/SECRET/", "unencrypted"
	for name, test := range map[string]struct {
		text string
		base string
		user int64
		want string // of the error
	}{
		"as copied":           {text: "https://company.example/rest/12/s3cret/", base: "https://company.example/rest/12/s3cret/", user: 12},
		"without a slash":     {text: " https://company.example/rest/12/s3cret\n", base: "https://company.example/rest/12/s3cret/", user: 12},
		"a login":             {text: "https://company.example/rest/anna/s3cret/", base: "https://company.example/rest/anna/s3cret/"},
		"a folder and a port": {text: "https://company.example:8443/b24/rest/1/s3cret/", base: "https://company.example:8443/b24/rest/1/s3cret/", user: 1},
		"this machine":        {text: "http://127.0.0.1:8024/rest/1/s3cret/", base: "http://127.0.0.1:8024/rest/1/s3cret/", user: 1},
		"this machine, IPv6":  {text: "http://[::1]:8024/rest/1/s3cret/", base: "http://[::1]:8024/rest/1/s3cret/", user: 1},
		"nothing":             {text: " ", want: form},
		"no URL":              {text: "s3cret", want: form},
		"another scheme":      {text: "ftp://company.example/rest/1/s3cret/", want: form},
		"a broken URL":        {text: "https://company.example/rest/1/s3cret/%zz", want: form},
		"a control character": {text: "https://company.example/rest/1/s3cret/\x1b", want: form},
		"not encrypted":       {text: "http://company.example/rest/1/s3cret/", want: plain},
		"like this machine":   {text: "http://localhost.company.example/rest/1/s3cret/", want: plain},
		"a query":             {text: "https://company.example/rest/1/s3cret/?a=b", want: "parts that do not belong"},
		"a password":          {text: "https://anna:s3cret@company.example/rest/1/s3cret/", want: "parts that do not belong"},
		"a method":            {text: "https://company.example/rest/1/s3cret/profile.json", want: "without the name of a method"},
		"no user":             {text: "https://company.example/rest/s3cret/", want: "/rest/USER/SECRET/"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			webhook, err := ParseWebhook(test.text)
			if test.want != "" {
				if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "s3cret") || strings.Contains(err.Error(), "company") {
					t.Errorf("the error is %v", err)
				}
				return
			}
			if err != nil || webhook.base != test.base || webhook.user != test.user {
				t.Errorf("read %q of user %d, %v", webhook.base, webhook.user, err)
			}
			for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
				if printed := fmt.Sprintf(verb, webhook); printed != "[webhook]" {
					t.Errorf("%s prints %q", verb, printed)
				}
			}
		})
	}
}
