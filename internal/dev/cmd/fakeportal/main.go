// Command fakeportal serves a small office's Bitrix24 portal from memory, with a live page, for trying
// the provider by hand: no account is needed and nothing outside this process changes.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"syscall"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal/page"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/program"
)

func main() { program.Main("fakeportal", run) }

// shutdownTime is how long requests that are being answered may take once the program is asked
// to stop. A slow one, and a connection that a browser opened and has not used, would take longer.
const shutdownTime = 5 * time.Second

// run serves the office until ctx ends.
func run(ctx context.Context, args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("fakeportal", flag.ContinueOnError)
	listen := flags.String("listen", "127.0.0.1:8024", "loopback `address` to serve on; port 0 takes a free one")
	latency := flags.Duration("latency", 100*time.Millisecond, "how long the portal takes for a request")
	var generation fakeportal.Generation
	flags.TextVar(&generation, "generation", fakeportal.Folders,
		"a `word` for the generation of the portal's code: folders (since May 2026), positions (from March 2026) or legacy "+
			"(older; boxes may still have it)")
	if err := program.Parse(flags, args, stdout); err != nil {
		return err
	}
	if *latency < 0 {
		return fmt.Errorf("-latency: %s is less than nothing", *latency)
	}
	listener, err := listenLoopback(ctx, *listen)
	if err != nil {
		return err
	}
	options := fakeportal.Options{RequestLatency: *latency, Generation: generation}
	return serve(ctx, listener, options, shutdownTime, program.Say(stdout))
}

// serve answers on the listener until ctx ends, and then lets the requests under way finish, for so long as
// patience. The page's streams, which would not, are ended.
func serve(
	ctx context.Context, listener net.Listener, options fakeportal.Options, patience time.Duration, say func(string, ...any),
) error {
	var portal *fakeportal.Portal
	options.OnAnswer = func(r fakeportal.Request) {
		say("%s", requestLine(r))
		portal.ForgetRequests() // the program may run for days
	}
	portal = fakeportal.NewOffice(options)
	base := "http://" + listener.Addr().String()
	say("%s", greeting(portal, base))

	live := page.New(portal)
	server := &http.Server{Handler: live, ReadHeaderTimeout: 10 * time.Second}
	server.RegisterOnShutdown(live.Close)
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	err := server.Shutdown(grace)
	if errors.Is(err, context.DeadlineExceeded) {
		err = server.Close() // what takes longer is cut off
	}
	if err != nil {
		return fmt.Errorf("stopping: %w", err)
	}
	say("Stopped.")
	return nil
}

// listenLoopback listens where only this machine can reach: whoever reaches the portal can use
// its webhooks, whose secrets are public.
func listenLoopback(ctx context.Context, address string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("-listen: %q is not HOST:PORT", address)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, fmt.Errorf("-listen: %q is not a loopback address; the portal is open to all who reach it, "+
			"so it is served on this machine only, for example on 127.0.0.1:8024", address)
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("-listen: %s is taken by another program; choose another port, or 0 for a free one", address)
	}
	return listener, err
}
