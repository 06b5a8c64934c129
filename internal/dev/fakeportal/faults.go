package fakeportal

import (
	"fmt"
	"html"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Fault is one way in which a portal, or what stands before it, fails a request. The functions below make them and
// [Portal.Fail] lets them happen. What a portal refuses by its own rules needs no fault: the fake portal follows
// those rules.
type Fault struct {
	name    string
	detail  string                     // what tells it from others of that name: a status, a code, a time
	instead func(*http.Request) answer // is answered and nothing is carried out; nil: all is
	command *refusal                   // what the matching commands come to instead of running
	delay   time.Duration              // between the work and the answer
	drops   bool                       // there is no answer
	write   func(answer, http.ResponseWriter)
}

// HTMLPage is the error page of a web server before the portal, say 502, 503 or 504; nothing is
// carried out ([MEAS] b24-rest-docs#377). It shows the address that was asked for, as the pages of
// many proxies do, and with it the secret of the webhook.
func HTMLPage(status int) Fault {
	return Fault{name: "HTMLPage", detail: strconv.Itoa(status), instead: func(r *http.Request) answer {
		title := strings.TrimSpace(strconv.Itoa(status) + " " + http.StatusText(status))
		body := fmt.Sprintf("<html>\r\n<head><title>%[1]s</title></head>\r\n<body>\r\n<center><h1>%[1]s</h1></center>\r\n"+
			"<p>The proxy could not handle <i>%[2]s %[3]s</i></p>\r\n</body>\r\n</html>\r\n",
			title, html.EscapeString(r.Method), html.EscapeString(origin(r)+r.URL.RequestURI()))
		return answer{status: status, header: htmlHeader(), body: body}
	}}
}

// EmptyAnswer is what remains when PHP dies, usually with a 500: a status and no body. Nothing is
// carried out ([SRC] CRestServer::process catches exceptions, and a PHP Error is none).
func EmptyAnswer(status int) Fault {
	return Fault{name: "EmptyAnswer", detail: strconv.Itoa(status), instead: func(*http.Request) answer {
		return answer{status: status, header: htmlHeader()}
	}}
}

// MovedTo is the redirect of a portal that was renamed: a 302 to the same path and query on the
// new host, with the secret in it ([DOC] change-domen). Nothing is carried out.
func MovedTo(host string) Fault {
	return Fault{name: "MovedTo", detail: host, instead: func(r *http.Request) answer {
		return redirect(scheme(r) + "://" + host + r.URL.RequestURI())
	}}
}

// LicenceExpired is the redirect of a self-hosted portal whose licence ran out: a 302 to a page
// for people on the same host, whatever is asked ([MEAS] b24phpsdk#372, whose SDK followed it for
// ever). Nothing is carried out.
func LicenceExpired() Fault {
	return Fault{name: "LicenceExpired", instead: func(r *http.Request) answer {
		return redirect(origin(r) + "/bitrix/coupon_activation.php")
	}}
}

// Refusal is an error of the portal in its envelope, under any HTTP status, 200 included ([SRC]
// processResponse). Nothing is carried out.
func Refusal(status int, code, description string) Fault {
	return Fault{name: "Refusal", detail: code, instead: func(*http.Request) answer {
		return failure(&refusal{status, code, description})
	}}
}

// CommandRefusal fails each command that calls the method given to [Portal.Fail], and each
// command if that is "". In a batch it becomes an entry of result_error, while the batch is a 200
// and its other commands run; a plain call becomes a 400. What the portal refuses before it gets
// to a command (a method that it does not know, a credential, a scope) it refuses as ever.
func CommandRefusal(code, description string) Fault {
	return Fault{name: "CommandRefusal", detail: code, command: &refusal{http.StatusBadRequest, code, description}}
}

// ResetBefore drops the connection before anything is carried out.
//
// A connection is dropped with a TCP reset where there is one, else with a panic of
// [http.ErrAbortHandler], which is net/http's own way. Whoever calls the portal without a server
// in between can recover it and say that the connection broke.
func ResetBefore() Fault {
	return Fault{name: "ResetBefore", drops: true, instead: func(*http.Request) answer { return answer{} }}
}

// ResetAfter carries the request out and then drops the connection, in the way of [ResetBefore]:
// the client cannot know that its change was made.
func ResetAfter() Fault {
	return Fault{name: "ResetAfter", drops: true}
}

// Truncated carries the request out and breaks off in the middle of the answer. The header
// promises all of it, so that reading the body fails.
func Truncated() Fault {
	return Fault{name: "Truncated", write: func(a answer, w http.ResponseWriter) {
		w.Header().Set("Content-Length", strconv.Itoa(len(a.body)))
		a.body = a.body[:len(a.body)/2]
		a.write(w)
	}}
}

// Slow carries the request out at once and answers d later, if the client still waits then.
func Slow(d time.Duration) Fault {
	return Fault{name: "Slow", detail: d.String(), delay: d}
}

// Huge carries the request out and answers with a body of that many bytes, which begins like an
// envelope and never gets to its end. It is streamed.
func Huge(size int64) Fault {
	return Fault{name: "Huge", write: func(a answer, w http.ResponseWriter) {
		a.body = ""
		a.write(w)
		body := io.MultiReader(strings.NewReader(`{"result":"`), filler{})
		_, _ = io.CopyN(w, body, size) // a client that has gone does not matter to the portal
	}}
}

// filler is text without an end.
type filler struct{}

func (filler) Read(p []byte) (int, error) {
	const text = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
	n := 0
	for n < len(p) {
		n += copy(p[n:], text)
	}
	return n, nil
}

func redirect(location string) answer {
	header := htmlHeader()
	header.Set("Location", location)
	return answer{status: http.StatusFound, header: header}
}

func htmlHeader() http.Header {
	return http.Header{"Content-Type": {"text/html; charset=UTF-8"}}
}
