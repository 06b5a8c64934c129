package fakeportal

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
)

// RoundTrip lets a client talk to the portal without a network in between, which works in a synctest bubble and needs no
// port. When the request's context ends, the client learns of it at once; the portal works on, and what it still
// writes is discarded. A connection that the portal drops is an error.
func (p *Portal) RoundTrip(request *http.Request) (*http.Response, error) {
	ctx := request.Context()
	if ctx.Err() != nil {
		return nil, ctx.Err() // nothing is sent
	}
	w := &memoryWriter{header: http.Header{}, answers: make(chan answered, 1)}
	w.reader, w.body = io.Pipe()
	forget := context.AfterFunc(ctx, func() { _ = w.body.CloseWithError(ctx.Err()) })
	go func() {
		defer forget()
		w.end(p.serveInMemory(w, request))
	}()
	select {
	case a := <-w.answers:
		if a.err != nil {
			return nil, cmp.Or(ctx.Err(), a.err)
		}
		a.response.Request = request
		return a.response, nil
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

// answered is the head of an answer, or why there is none.
type answered struct {
	response *http.Response
	err      error
}

// memoryWriter hands an answer over as it is written: its head first, then the body as it is read.
type memoryWriter struct {
	header   http.Header
	answers  chan answered
	reader   *io.PipeReader
	body     *io.PipeWriter
	begun    bool  // the head is written
	promised int64 // what Content-Length says; -1 if it says nothing
	written  int64
}

// Header is that of the answer.
func (w *memoryWriter) Header() http.Header { return w.header }

// WriteHeader hands over the head.
func (w *memoryWriter) WriteHeader(status int) {
	if w.begun {
		return
	}
	w.begun = true
	var err error
	if w.promised, err = strconv.ParseInt(w.header.Get("Content-Length"), 10, 64); err != nil {
		w.promised = -1
	}
	w.answers <- answered{response: &http.Response{
		Status: strconv.Itoa(status) + " " + http.StatusText(status), StatusCode: status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: w.header.Clone(), Body: w.reader, ContentLength: w.promised,
	}}
}

// Write hands over a part of the body, and waits until it has been read.
func (w *memoryWriter) Write(part []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	n, err := w.body.Write(part)
	w.written += int64(n)
	return n, err
}

// end ends the answer. One that breaks off ends in an error, as it does over a network.
func (w *memoryWriter) end(dropped error) {
	if dropped != nil && !w.begun {
		w.answers <- answered{err: dropped}
		return
	}
	w.WriteHeader(http.StatusOK)
	if dropped == nil && w.written < w.promised {
		dropped = io.ErrUnexpectedEOF
	}
	_ = w.body.CloseWithError(dropped)
}
