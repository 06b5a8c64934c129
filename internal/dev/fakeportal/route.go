package fakeportal

import (
	"cmp"
	"net/http"
	"strings"
	"time"
)

// route is what a path under /rest/ says, and the token that came with it.
type route struct {
	user, secret string // empty on a path without a webhook
	method       string // lower case
	token        string // empty when there was none
}

// parseRoute reads /rest/{user}/{secret}/{method} and /rest/{method}, each with ".json" and a
// closing slash if one likes ([SRC] URL templates of the rest module). What has another number of
// segments is all method, and so unknown: a webhook that lost its user id ends as "Method not
// found!" ([MEAS] b24pysdk#3).
func parseRoute(path string) (route, bool) {
	rest, ok := strings.CutPrefix(path, "/rest/")
	if !ok {
		return route{}, false
	}
	rest = strings.TrimSuffix(rest, "/")
	rt := route{method: rest}
	if parts := strings.Split(rest, "/"); len(parts) == 3 {
		rt = route{user: parts[0], secret: parts[1], method: parts[2]}
	}
	rt.method = strings.TrimSuffix(strings.ToLower(rt.method), ".json")
	return rt, true
}

// hasCredential reports whether there is a webhook or a token, right or wrong.
func (rt route) hasCredential() bool { return rt.user != "" || rt.token != "" }

// scheme is that of the address that was asked for. A request that came without a server in
// between still has it in its URL.
func scheme(r *http.Request) string {
	switch {
	case r.URL.Scheme != "":
		return r.URL.Scheme
	case r.TLS != nil:
		return "https"
	}
	return "http"
}

// origin is the address that was asked for, without its path.
func origin(r *http.Request) string {
	return scheme(r) + "://" + cmp.Or(r.Host, r.URL.Host)
}

// ServeHTTP answers a request; what calls no REST method is refused, and recorded all the same. Once
// a request is read, the work is done to its end, whether the client waits for it or not ([INF]: PHP
// notices that a client is gone only as it writes, and a batch writes once, at its end). When the
// request's context has ended by then, nothing is written, and the log entry stays without an answer.
// It may panic with [http.ErrAbortHandler]; see [ResetBefore].
func (p *Portal) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	t := &task{params: readParams(r)}
	rt, ok := parseRoute(r.URL.Path)
	switch {
	case !ok:
		rt.method, t.outside = r.URL.Path, http.StatusNotFound
	case r.Method != http.MethodGet && r.Method != http.MethodPost:
		t.outside = http.StatusMethodNotAllowed
	}
	t.route = rt
	t.route.token = takeToken(r, t.params)
	t.cred, t.user = p.credentialOf(t.route)
	t.entry = p.record(r, t.route, t.user)
	p.deliver(w, r, t, p.answer(r, t))
}

// task is a request that is being worked on.
type task struct {
	route   route
	params  *array
	cred    *credential // nil unless the credential is right
	user    int64       // who the request acts as; 0 without a credential
	entry   *Request
	trouble queuedFault
	began   time.Time // when the portal began to work on it
	outside int       // the status of what is no call of a REST method, else 0
}

// answer takes a request past what stands before the portal: the front end's intensity limit, and
// the fault that the request may meet.
func (p *Portal) answer(r *http.Request, t *task) answer {
	if refused := p.admit(); refused != nil {
		return failure(refused)
	}
	t.trouble = p.nextFault(t)
	t.began = time.Now()
	pass(p.options.RequestLatency)
	if t.trouble.instead != nil {
		return t.trouble.instead(r)
	}
	return p.carryOut(t)
}

// carryOut takes a request through the portal's stages, in the portal's order: whether the method
// exists (before anything about the credential), then the credential and its scope, then the
// method ([SRC] CRestServer::process).
func (p *Portal) carryOut(t *task) answer {
	if t.outside != 0 {
		return answer{status: t.outside, body: "no REST method is called so\n", header: htmlHeader()}
	}
	m, ok := methodNamed(t.route.method)
	if !ok {
		return failure(methodNotFound)
	}
	if refused := p.authorize(t.route, t.cred, m.scope); refused != nil {
		return failure(refused)
	}
	if t.route.method == batchMethod && t.trouble.refusalOf(batchMethod) == nil {
		result := p.batch(t)
		return success(reply{result: result}, p.replyTime(t.cred, t.route.method, t.began))
	}
	c := newCommand("", t.route.method, t.params)
	rep, refused := p.run(t, m, c, t.params)
	p.recordCommand(t.entry, c, rep, refused)
	if refused != nil {
		return failure(refused)
	}
	return success(rep, p.replyTime(t.cred, t.route.method, t.began))
}
