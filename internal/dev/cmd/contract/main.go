// Command contract checks a portal against the facts that the provider relies on; see package contract. Without arguments
// it checks the fake portal in all its generations, which shows that facts, checks and fake agree. With -live it checks the
// portal of BITRIX24_WEBHOOK_URL, and prints a report for an issue.
//
// The report goes to standard output, and everything for the person at the terminal to standard error.
package main

import (
	"context"
	"flag"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/program"
)

func main() {
	program.Main("contract", func(ctx context.Context, args []string, stdout io.Writer) error {
		// A connection that was closed in the meantime would be tried twice, bypassing the pace.
		network := &http.Transport{Proxy: http.ProxyFromEnvironment, TLSHandshakeTimeout: 10 * time.Second, DisableKeepAlives: true}
		return run(ctx, args, world{stdin: os.Stdin, stdout: stdout, stderr: os.Stderr, getenv: os.Getenv, network: network})
	})
}

// world is what the program needs from its environment.
type world struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	getenv         func(string) string
	network        http.RoundTripper
}

// run reads the command line and checks a portal against the facts.
func run(ctx context.Context, args []string, w world) error {
	flags := flag.NewFlagSet("contract", flag.ContinueOnError)
	isLive := flags.Bool("live", false, "hold the portal of the variable "+webhookVariable+" to the facts, instead of the fake one; "+
		"it says first what it will do, and asks")
	if err := program.Parse(flags, args, w.stdout); err != nil {
		return err
	}
	if *isLive {
		return live(ctx, w)
	}
	return fake(ctx, w.stdout)
}
