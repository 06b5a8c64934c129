package fakeportal

import (
	"net/http"
	"strings"
	"time"
)

// route is what a path under /rest/ says.
type route struct {
	user, secret string // empty on a path without a webhook
	method       string // lower case
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

// hasCredential reports whether the path brings a webhook, right or wrong.
func (rt route) hasCredential() bool { return rt.user != "" }

// ServeHTTP answers a REST request. When the request's context ends before the answer, what
// remains of the work is dropped, nothing is written, and the log entry stays without an answer.
func (p *Portal) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	rt, ok := parseRoute(r.URL.Path)
	switch {
	case !ok:
		http.NotFound(w, r)
		return
	case r.Method != http.MethodGet && r.Method != http.MethodPost:
		http.Error(w, "a REST method is called with GET or POST", http.StatusMethodNotAllowed)
		return
	}
	hook := p.webhookOf(rt)
	entry := p.record(r, rt, hook)
	a, err := p.answer(r, rt, hook, entry)
	if err != nil {
		return
	}
	answered := p.recordAnswer(entry, a)
	a.write(w)
	if p.options.OnAnswer != nil {
		p.options.OnAnswer(answered)
	}
}

// answer takes a request through the portal's stages, in the portal's order: the front end's
// intensity limit, then whether the method exists (before anything about the credential), then
// the credential and its scope, then the method ([SRC] CRestServer::process).
func (p *Portal) answer(r *http.Request, rt route, hook *webhook, entry *Request) (answer, error) {
	if f := p.admit(r.RemoteAddr); f != nil {
		return failure(f), nil
	}
	params := readParams(r)
	watch := startWatch(time.Now())
	if err := wait(r.Context(), p.options.RequestLatency); err != nil {
		return answer{}, err
	}
	m, ok := methodNamed(rt.method)
	if !ok {
		return failure(methodNotFound), nil
	}
	if f := authorize(rt, hook, m.scope); f != nil {
		return failure(f), nil
	}
	if rt.method == batchMethod {
		result, err := p.batch(r.Context(), hook, params, entry)
		if err != nil {
			return answer{}, err
		}
		return success(reply{result: result}, watch.stop(time.Now())), nil
	}
	c := newCommand("", rt.method, params)
	rep, f, err := p.run(r.Context(), hook, m, params)
	if err != nil {
		return answer{}, err
	}
	p.recordCommand(entry, c, rep, f)
	if f != nil {
		return failure(f), nil
	}
	return success(rep, watch.stop(time.Now())), nil
}
