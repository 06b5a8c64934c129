package fakeportal

import (
	"cmp"
	"errors"
	"net/http"
	"net/http/httptest"
)

// RoundTrip lets a client talk to the portal without a network in between, which works in a synctest bubble and needs no
// port. When the request's context ends, the client learns of it at once; the portal works on, and what it may still write
// is nobody's. A connection that the portal drops is an error.
func (p *Portal) RoundTrip(request *http.Request) (*http.Response, error) {
	ctx := request.Context()
	if ctx.Err() != nil {
		return nil, ctx.Err() // nothing is sent
	}
	recorder, served := httptest.NewRecorder(), make(chan error, 1)
	go func() { served <- p.serveInMemory(recorder, request) }()
	select {
	case err := <-served:
		if err = cmp.Or(ctx.Err(), err); err != nil {
			return nil, err
		}
		return recorder.Result(), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p *Portal) serveInMemory(w http.ResponseWriter, request *http.Request) (err error) {
	defer func() {
		switch dropped := recover(); dropped {
		case nil:
		case http.ErrAbortHandler:
			err = errors.New("connection reset by peer")
		default:
			panic(dropped)
		}
	}()
	if request.Body != nil {
		defer func() { _ = request.Body.Close() }()
	}
	p.ServeHTTP(w, request)
	return nil
}
