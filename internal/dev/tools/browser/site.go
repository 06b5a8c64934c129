package browser

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"
)

// Site is a server of a page, for this machine only.
type Site struct {
	Base   string // "http://127.0.0.1:PORT"
	server *http.Server
	ended  chan error
}

// Serve serves the handler at a loopback address; port 0 takes a free one. It serves until Close.
func Serve(ctx context.Context, address string, handler http.Handler) (*Site, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	s := &Site{
		Base:   "http://" + listener.Addr().String(),
		server: &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second},
		ended:  make(chan error, 1),
	}
	go func() { s.ended <- s.server.Serve(listener) }()
	return s, nil
}

// Close cuts off whoever is still connected, and returns when the server has ended.
func (s *Site) Close() error {
	err := s.server.Close()
	if served := <-s.ended; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}
