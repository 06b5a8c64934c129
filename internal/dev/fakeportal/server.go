package fakeportal

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"
)

// Server serves a portal on a loopback port, for this machine only.
type Server struct {
	Portal *Portal // nil if another handler is served; see [ServeAt]
	Base   string  // "http://127.0.0.1:PORT"
	server *http.Server
	ended  chan error
}

// Serve starts a server. It serves until Close.
func (p *Portal) Serve(ctx context.Context) (*Server, error) { return p.ServeWith(ctx, p) }

// ServeWith is Serve with a handler that stands before the portal, such as its page.
func (p *Portal) ServeWith(ctx context.Context, handler http.Handler) (*Server, error) {
	s, err := ServeAt(ctx, "127.0.0.1:0", handler)
	if err != nil {
		return nil, err
	}
	s.Portal = p
	return s, nil
}

// ServeAt serves a handler at a loopback address; port 0 takes a free one.
func ServeAt(ctx context.Context, address string, handler http.Handler) (*Server, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	s := &Server{
		Base:   "http://" + listener.Addr().String(),
		server: &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second},
		ended:  make(chan error, 1),
	}
	go func() { s.ended <- s.server.Serve(listener) }()
	return s, nil
}

// WebhookURL is the URL of the user's first webhook here; see [Portal.WebhookURL].
func (s *Server) WebhookURL(userID int64) string { return s.Portal.WebhookURL(s.Base, userID) }

// Close cuts off whoever is still connected, and returns when the server has ended.
func (s *Server) Close() error {
	err := s.server.Close()
	if served := <-s.ended; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}
