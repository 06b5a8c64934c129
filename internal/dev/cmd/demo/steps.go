package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfcli"
)

const (
	// unpinned is a single pin of the example that is unpinned by hand: General.
	unpinned = "chat17"
	// added is what is pinned by hand in a list that is not to hold it: Parking.
	added = "chat58"
	// planFile passes what a plan showed on to the apply.
	planFile = "pins.tfplan"
)

// play is one run of the demo.
type play struct {
	options
	office       *fakeportal.Server
	installation *tfcli.Installation
}

// step is a part of the demo under a heading of its own.
type step struct {
	title string
	do    func(ctx context.Context) error
}

// run plays the steps in turn, up to the first that fails.
func (p *play) run(ctx context.Context) error {
	p.screen.say("%s The portal is a fake in this program; everything else is real.", p.scene.intro)
	p.screen.say("What is applied: %s", p.relative(filepath.Join(p.example, "main.tf")))
	p.screen.say("To watch it in a browser: %s/", p.office.Base)
	for i, step := range p.scene.steps(p) {
		if err := p.reader.awaitEnter(ctx, p.screen, "for the next step: "+step.title); err != nil {
			return err
		}
		p.screen.heading(i+1, step.title)
		err := step.do(ctx)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil {
			return fmt.Errorf("step %d (%s) failed: %w", i+1, step.title, err)
		}
	}
	return p.reader.awaitEnter(ctx, p.screen, "to close the portal")
}

func (p *play) build(ctx context.Context) error {
	if err := p.prepare(ctx); err != nil {
		return err
	}
	if err := p.buildProvider(ctx); err != nil {
		return err
	}
	return p.brief(ctx, nothing, "init")
}

func (p *play) look(context.Context) error {
	p.showChatLists()
	return nil
}

func (p *play) plan(ctx context.Context) error {
	return p.succeed(ctx, "plan", "-out="+planFile)
}

func (p *play) apply(ctx context.Context) error { return p.pin(ctx, planFile) }

// applyUnsaved applies without a saved plan, which would hold the webhooks that come as a variable.
func (p *play) applyUnsaved(ctx context.Context) error { return p.pin(ctx, "-auto-approve") }

func (p *play) pin(ctx context.Context, what string) error {
	if err := p.succeed(ctx, "apply", what); err != nil {
		return err
	}
	p.showChatLists()
	return p.expectPins(func(someone person) []string { return someone.wanted })
}

// meddle changes each list by hand.
func (p *play) meddle(context.Context) error {
	for _, someone := range p.scene.people {
		change, dialogID := p.office.Portal.Unpin, unpinned
		if someone.whole {
			change, dialogID = p.office.Portal.Pin, added
		}
		if err := change(someone.id, dialogID); err != nil {
			return err
		}
	}
	p.showChatLists()
	return nil
}

func (p *play) notice(ctx context.Context) error {
	code, err := p.terraform(ctx, "plan", "-detailed-exitcode", "-out="+planFile)
	if err != nil {
		return err
	}
	switch code {
	case tfcli.ExitChanges:
		p.screen.say("   Exit code %d: there is something to do.", code)
		return nil
	case 0:
		return fmt.Errorf("%s plan did not notice what was changed by hand", p.installation.CLI.Name)
	}
	return p.failure("plan", code)
}

func (p *play) repair(ctx context.Context) error {
	if err := p.apply(ctx); err != nil {
		return err
	}
	return p.nothingToDo(ctx)
}

func (p *play) nothingToDo(ctx context.Context) error {
	code, err := p.terraform(ctx, "plan", "-detailed-exitcode")
	switch {
	case err != nil:
		return err
	case code == tfcli.ExitChanges:
		return errors.New("there is still something to do after the apply")
	case code != 0:
		return p.failure("plan", code)
	}
	p.screen.say("   Exit code 0: there is nothing to do.")
	return nil
}

func (p *play) destroy(ctx context.Context) error {
	if err := p.brief(ctx, afterThePlan, "destroy", "-auto-approve"); err != nil {
		return err
	}
	p.showChatLists()
	return p.expectPins(func(person) []string { return nil })
}

// succeed runs the CLI, which has to end with exit code 0.
func (p *play) succeed(ctx context.Context, args ...string) error {
	code, err := p.terraform(ctx, args...)
	if err == nil && code != 0 {
		err = p.failure(args[0], code)
	}
	return err
}

func (p *play) failure(subcommand string, code int) error {
	return fmt.Errorf("%s %s ended with exit code %d; it says why above", p.installation.CLI.Name, subcommand, code)
}

// expectPins checks what everybody has pinned at the portal itself, rather than believe the CLI. The portal keeps no order.
func (p *play) expectPins(wanted func(person) []string) error {
	for _, someone := range p.scene.people {
		got, want := slices.Sorted(slices.Values(p.office.Portal.Pins(someone.id))), slices.Sorted(slices.Values(wanted(someone)))
		if !slices.Equal(got, want) {
			return fmt.Errorf("pinned at the portal for the %s: %s; expected: %s", someone.name, list(got), list(want))
		}
	}
	return nil
}

func (p *play) showChatLists() {
	for _, someone := range p.scene.people {
		p.screen.say("   The %s's chat list:", someone.name)
		list := p.office.Portal.ChatList(someone.id)
		if !p.verbose {
			list = topOf(list)
		}
		p.screen.show(list)
	}
}

func list(dialogs []string) string {
	if len(dialogs) == 0 {
		return "nothing"
	}
	return strings.Join(dialogs, ", ")
}
