package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/contract"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// trial is a fake portal of a generation, and the outcome of its check.
type trial struct {
	portal *fakeportal.Portal
	report contract.Report
	err    error
}

// fake checks the fake portal of each generation against the facts, without a network.
func fake(ctx context.Context, stdout io.Writer) error {
	portals := make([]*fakeportal.Portal, len(contract.Generations()))
	for _, g := range contract.Generations() {
		portals[g] = fakeportal.NewOffice(fakeportal.Options{Generation: fakeGeneration(g)})
	}
	return hold(ctx, portals, stdout)
}

// fakeGeneration is the fake portal's name for a generation.
func fakeGeneration(g contract.Generation) fakeportal.Generation {
	switch g {
	case contract.Legacy:
		return fakeportal.Legacy
	case contract.Positions:
		return fakeportal.Positions
	}
	return fakeportal.Folders
}

// hold checks a portal of each generation against the facts, all at the same time: most of the time is waits of a second.
func hold(ctx context.Context, portals []*fakeportal.Portal, stdout io.Writer) error {
	trials := make([]trial, len(portals))
	var all sync.WaitGroup
	for i, portal := range portals {
		trials[i].portal = portal
		all.Go(func() { trials[i].run(ctx) })
	}
	all.Wait()
	var failures []error
	for i := range trials {
		if err := trials[i].failure(contract.Generation(i)); err != nil {
			failures = append(failures, fmt.Errorf("%s: %w", contract.Generation(i), err))
		}
	}
	for _, t := range trials {
		if len(t.report.Results) == 0 {
			return errors.Join(failures...)
		}
	}
	_, _ = io.WriteString(stdout, table(trials)) // a signal reports a reader that has left
	if len(failures) == 0 {
		_, _ = fmt.Fprintf(stdout, "\nThe fake portal shows all %d facts as each of its generations should.\n", len(contract.Facts()))
	}
	return errors.Join(failures...)
}

// run checks the portal against the facts. Two chats are pinned at the beginning, the less active one last, so that the
// order of pins shows the generation.
func (t *trial) run(ctx context.Context) {
	const user = fakeportal.OfficeManagerID
	for _, dialog := range []string{"chat42", "chat58"} {
		if t.err = t.portal.Pin(user, dialog); t.err != nil {
			return
		}
	}
	before, chats := t.portal.Pins(user), t.portal.Chats()
	webhook, err := contract.ParseWebhook(t.portal.WebhookURL("https://portal.example", user))
	if err != nil {
		t.err = err
		return
	}
	t.report, t.err = contract.Check(ctx, contract.Options{
		Webhook: webhook, Transport: t.portal, Say: func(string, ...any) {},
	})
	if after := t.portal.Pins(user); !slices.Equal(before, after) || t.portal.Chats() != chats {
		t.err = errors.Join(t.err, fmt.Errorf("the pins were %v and are %v; there were %d chats and are %d", before, after, chats, t.portal.Chats()))
	}
}

// failure is nil if everything was tried and only the generation of the portal fits.
func (t *trial) failure(g contract.Generation) error {
	if t.err != nil {
		return t.err
	}
	if err := t.report.Err(); err != nil {
		return err
	}
	if fits := t.report.Fits(); !slices.Equal(fits, []contract.Generation{g}) {
		return fmt.Errorf("the generations that fit all facts are %v", fits)
	}
	for _, result := range t.report.Results {
		if result.NotTried != "" {
			return fmt.Errorf("not tried: %s: %s", result.Name, result.NotTried)
		}
	}
	return nil
}

// table has a row for each fact, with what each generation showed.
func table(trials []trial) string {
	var rows [][]string
	for n, result := range trials[0].report.Results {
		var seen contract.Expected
		var wrong []string
		for i, t := range trials {
			result := t.report.Results[n]
			seen[i] = []string{cmp.Or(result.Seen, "not tried")}
			if g := contract.Generation(i); !slices.Contains(result.Fits, g) {
				wrong = append(wrong, g.String())
			}
		}
		verdict := "holds"
		if len(wrong) > 0 {
			verdict = "**does not hold**: " + strings.Join(wrong, ", ")
		}
		rows = append(rows, []string{result.Name, result.Expected.String(), seen.String(), verdict})
	}
	return contract.Table([]string{"fact", "expected", "seen", "verdict"}, rows)
}
