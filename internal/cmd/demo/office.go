package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/fakeportal"
)

// latency is about what a cloud portal takes for a request.
const latency = 100 * time.Millisecond

// office is a portal that is open on a free loopback port, for this machine only.
type office struct {
	portal *fakeportal.Portal
	base   string
	server *http.Server
	ended  chan error
}

func openOffice(ctx context.Context) (*office, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	portal := fakeportal.NewOffice(fakeportal.Options{RequestLatency: latency})
	o := &office{
		portal: portal,
		base:   "http://" + listener.Addr().String(),
		server: &http.Server{Handler: portal, ReadHeaderTimeout: 10 * time.Second},
		ended:  make(chan error, 1),
	}
	go func() { o.ended <- o.server.Serve(listener) }()
	return o, nil
}

// close cuts off whoever is still connected: by then every client has ended.
func (o *office) close() error {
	err := o.server.Close()
	if served := <-o.ended; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}

func (o *office) webhook(person int64) string  { return o.portal.WebhookURL(o.base, person) }
func (o *office) pins(person int64) []string   { return o.portal.Pins(person) }
func (o *office) chatList(person int64) string { return o.portal.ChatList(person) }
func (o *office) requests() int                { return len(o.portal.Requests()) }
