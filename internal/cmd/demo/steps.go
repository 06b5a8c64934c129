package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/terraform"
)

const (
	// unpinned is the dialog of the example that is unpinned by hand.
	unpinned, unpinnedTitle = "chat17", "General"
	// planFile passes what a plan showed on to the apply.
	planFile = "pins.tfplan"
	// exitChanges is the exit code of plan -detailed-exitcode if there is something to do.
	exitChanges = 2
)

// wanted are the dialogs that the example pins, as the portal names them: sg5 is the group's chat, chat170.
func wanted() []string { return []string{"256", "chat17", "chat170"} }

// play is one run of the demo.
type play struct {
	options
	office       *office
	installation *terraform.Installation
	before       []string // what was pinned at first
}

// step is a part of the demo under a heading of its own.
type step struct {
	title string
	do    func(ctx context.Context) error
}

func (p *play) steps() []step {
	return []step{
		{"Build the provider and install it", p.build},
		{"The chat list before", p.look},
		{"Plan: what would be done", p.plan},
		{"Apply: three dialogs are pinned", p.apply},
		{"Somebody unpins " + unpinnedTitle + " by hand", p.unpin},
		{"Plan again: the missing pin is noticed", p.notice},
		{"Apply again: the pin is back", p.repair},
		{"Destroy: what was pinned is unpinned", p.destroy},
	}
}

// run plays the steps in turn, up to the first that fails.
func (p *play) run(ctx context.Context) error {
	p.screen.say("A Terraform configuration pins chats in Bitrix24. The portal is a fake that lives in this program,")
	p.screen.say("at %s; everything else is real. What is applied: %s", p.office.base, p.relative(filepath.Join(p.example, "main.tf")))
	for i, step := range p.steps() {
		p.screen.heading(i+1, step.title)
		err := step.do(ctx)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil {
			return fmt.Errorf("step %d (%s) failed: %w", i+1, step.title, err)
		}
	}
	return nil
}

func (p *play) build(ctx context.Context) error {
	if err := p.prepare(ctx); err != nil {
		return err
	}
	if err := p.buildProvider(ctx); err != nil {
		return err
	}
	p.screen.say("   The provider is installed from that folder. Terraform warns about the lock file because of that; it is harmless.")
	return p.succeed(ctx, "init")
}

func (p *play) look(context.Context) error {
	p.before = p.office.pins()
	p.showChatList()
	return nil
}

func (p *play) plan(ctx context.Context) error {
	return p.succeed(ctx, "plan", "-out="+planFile)
}

func (p *play) apply(ctx context.Context) error {
	if err := p.succeed(ctx, "apply", planFile); err != nil {
		return err
	}
	p.showChatList()
	return p.expectPins(append(wanted(), p.before...))
}

func (p *play) unpin(context.Context) error {
	if err := p.office.portal.Unpin(person, unpinned); err != nil {
		return err
	}
	p.showChatList()
	return nil
}

func (p *play) notice(ctx context.Context) error {
	code, err := p.terraform(ctx, "plan", "-detailed-exitcode", "-out="+planFile)
	if err != nil {
		return err
	}
	switch code {
	case exitChanges:
		p.screen.say("   Exit code %d: there is something to do.", code)
		return nil
	case 0:
		return fmt.Errorf("%s plan did not notice that %s is not pinned any more", p.installation.CLI.Name, unpinned)
	}
	return p.failure("plan", code)
}

func (p *play) repair(ctx context.Context) error {
	if err := p.apply(ctx); err != nil {
		return err
	}
	code, err := p.terraform(ctx, "plan", "-detailed-exitcode")
	switch {
	case err != nil:
		return err
	case code == exitChanges:
		return errors.New("there is still something to do after the apply")
	case code != 0:
		return p.failure("plan", code)
	}
	p.screen.say("   Exit code 0: there is nothing to do.")
	return nil
}

func (p *play) destroy(ctx context.Context) error {
	if err := p.succeed(ctx, "destroy", "-auto-approve"); err != nil {
		return err
	}
	p.showChatList()
	return p.expectPins(p.before)
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

// expectPins checks what is pinned at the portal itself, in any order, rather than believe the CLI.
func (p *play) expectPins(want []string) error {
	got := p.office.pins()
	slices.Sort(got)
	slices.Sort(want)
	if want = slices.Compact(want); !slices.Equal(got, want) {
		return fmt.Errorf("pinned at the portal: %s; expected: %s", list(got), list(want))
	}
	return nil
}

func (p *play) showChatList() {
	p.screen.say("   The office manager's chat list:")
	p.screen.show(p.office.chatList())
}

func list(dialogs []string) string {
	if len(dialogs) == 0 {
		return "nothing"
	}
	return strings.Join(dialogs, ", ")
}
