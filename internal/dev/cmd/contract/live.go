package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/contract"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/program"
)

const (
	webhookVariable = "BITRIX24_WEBHOOK_URL"
	// interval allows 2 requests a second, of which a portal refuses none.
	interval = time.Second / 2
)

// intention is what a person has to know before anything is sent.
const intention = `This checks the portal of ` + webhookVariable + ` against the facts in internal/dev/fakeportal/FACTS.md.

As the webhook's user it
  - reads the profile, the recent list and, if a group's chat is in that list, the number of that chat;
  - sends requests that the portal has to refuse, and batches that change nothing;
  - pins up to three dialogs that are in the recent list and not pinned now, and unpins them. At the end, also after
    Ctrl-C, it checks that they are unpinned. All that stays is their new date of change.
It writes no message and creates no chat. It sends two requests a second at most, and takes about ten seconds.
The report names no chat, no person and no portal. Nothing was sent yet.

Type yes to begin: `

// live checks a portal in use against the facts.
func live(ctx context.Context, w world) error {
	text := w.getenv(webhookVariable)
	if text == "" {
		return errors.New("-live needs a webhook: set " + webhookVariable + " to its URL")
	}
	webhook, err := contract.ParseWebhook(text)
	if err != nil {
		return err
	}
	say := program.Say(w.stderr)
	_, _ = io.WriteString(w.stderr, intention)
	if err := confirmed(ctx, w.stdin, w.stderr); err != nil {
		return err
	}
	stopped := context.AfterFunc(ctx, func() {
		say("\nStopping after the request under way. What is pinned is given back first, which can take two minutes.")
	})
	defer stopped()
	report, err := contract.Check(ctx, contract.Options{Webhook: webhook, Transport: w.network, Interval: interval, Say: say})
	if len(report.Results) == 0 {
		return err
	}
	say("")
	_, _ = io.WriteString(w.stdout, report.Markdown())
	return errors.Join(err, report.Err())
}

// confirmed returns nil if the person says yes. Reading cannot be interrupted: it ends with the line, or with the process.
func confirmed(ctx context.Context, stdin io.Reader, stderr io.Writer) error {
	lines := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(stdin).ReadString('\n') // text before the end of input is an answer too
		lines <- line
	}()
	select {
	case line := <-lines:
		if !strings.HasSuffix(line, "\n") {
			_, _ = io.WriteString(stderr, "\n") // the person did not press Enter
		}
		if strings.TrimSpace(line) != "yes" {
			return errors.New("the answer was not yes, so nothing was sent")
		}
		return context.Cause(ctx)
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
