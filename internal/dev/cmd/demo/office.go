package main

import (
	"context"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// latency is about what a cloud portal takes for a request.
const latency = 100 * time.Millisecond

// office is a portal that is open on a free loopback port, for this machine only.
type office struct {
	portal *fakeportal.Portal
	server *fakeportal.Server
}

func openOffice(ctx context.Context) (*office, error) {
	portal := fakeportal.NewOffice(fakeportal.Options{RequestLatency: latency})
	server, err := portal.Serve(ctx)
	if err != nil {
		return nil, err
	}
	return &office{portal, server}, nil
}

// close cuts off whoever is still connected: by then every client has ended.
func (o *office) close() error { return o.server.Close() }

func (o *office) webhook(person int64) string  { return o.portal.WebhookURL(o.server.Base, person) }
func (o *office) pins(person int64) []string   { return o.portal.Pins(person) }
func (o *office) chatList(person int64) string { return o.portal.ChatList(person) }
func (o *office) requests() int                { return len(o.portal.Requests()) }
