package fakeportal

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"time"
)

// Request is an entry of the request log. No entry ever holds the secret of a webhook or of an
// application, or a token.
type Request struct {
	Number    int64     // counts the requests from 1, in the order of arrival
	Arrived   time.Time // when the request came in, with a monotonic reading
	Answered  time.Time // zero while it is not answered, and for good when it never is
	Ended     time.Time // when the portal was done with it, answered or not
	UserID    int64     // who the request acts as, whatever its path says; 0 without a valid credential
	Method    string    // lower case: "batch"; "oauth/token" for the renewal of tokens; the path of what is no call
	UserAgent string
	Commands  []Command // what ran, in order: of a batch its commands, else the method itself
	Status    int       // 0 while it is not answered
	Code      string    // the error code of the whole request, "" on success
	Fault     string    // the name of the function that made the fault it met, such as "ResetAfter", or ""

	revision int64 // the portal's at the last change of this entry
}

// Command is one command that the portal executed, or refused as a single command. A request
// that was refused as a whole has none, and neither has what a halted batch did not reach.
type Command struct {
	Key    string // of a batch, else ""
	Method string // lower case
	Params url.Values
	Code   string // the error code of this command, "" on success
	Result string // the result as JSON, "" on failure
}

// Requests returns a copy of the log in the order of arrival, with the requests that are still
// being worked on.
func (p *Portal) Requests() []Request {
	p.mu.Lock()
	defer p.mu.Unlock()
	requests := make([]Request, len(p.log))
	for i, e := range p.log {
		requests[i] = e.clone()
	}
	return requests
}

// ForgetRequests empties the log.
func (p *Portal) ForgetRequests() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.log = nil
}

func (e *Request) clone() Request {
	c := *e
	c.Commands = slices.Clone(e.Commands)
	for i := range c.Commands {
		c.Commands[i].Params = maps.Clone(c.Commands[i].Params)
	}
	return c
}

// record opens the entry of a request that has just come in.
func (p *Portal) record(r *http.Request, rt route, userID int64) *Request {
	e := &Request{Arrived: time.Now(), UserID: userID}
	p.mu.Lock()
	defer p.mu.Unlock()
	e.Method, e.UserAgent = p.loggedMethod(rt.method), p.redact(r.UserAgent())
	p.log = append(p.log, e)
	p.arrived++
	e.Number = p.arrived
	p.watch(e)
	return e
}

// recordAnswer closes the entry before the client can see the answer, so that a test that has
// the answer finds it in the log.
func (p *Portal) recordAnswer(e *Request, a answer) Request {
	p.mu.Lock()
	defer p.mu.Unlock()
	e.Answered, e.Status, e.Code = time.Now(), a.status, p.redact(a.code)
	e.Ended = e.Answered
	p.entryChanged(e)
	return e.clone()
}

// recordEnd closes the entry of a request that is not answered.
func (p *Portal) recordEnd(e *Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	e.Ended = time.Now()
	p.entryChanged(e)
}

// recordCommand adds a command with its outcome.
func (p *Portal) recordCommand(e *Request, c Command, rep reply, refused *refusal) {
	if refused != nil {
		c.Code = refused.code
	} else {
		c.Result = encode(rep.result)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	e.Commands = append(e.Commands, p.redacted(c))
	p.entryChanged(e)
}

// redacted is the command with every secret blotted out.
func (p *Portal) redacted(c Command) Command {
	c.Key, c.Method = p.redact(c.Key), p.loggedMethod(c.Method)
	shown := make(url.Values, len(c.Params))
	for name := range c.Params {
		shown.Set(p.redact(name), p.redact(c.Params.Get(name)))
	}
	c.Params = shown
	c.Code, c.Result = p.redact(c.Code), p.redact(c.Result)
	return c
}

// newCommand describes a command for the log. A parameter that is no string is shown as JSON.
func newCommand(key, method string, params *array) Command {
	c := Command{Key: key, Method: method, Params: url.Values{}}
	for k, v := range params.all() {
		text, ok := v.(string)
		if !ok {
			text = encode(v)
		}
		c.Params.Set(k, text)
	}
	return c
}

// loggedMethod is the name of a method as the log shows it. A path that is wrongly put together
// may have a secret where the method should be.
func (p *Portal) loggedMethod(name string) string {
	if _, ok := methodNamed(name); ok {
		return name
	}
	return p.redact(name)
}
