package main

import (
	"context"
	"strings"
)

// brief runs a command of the CLI that has to succeed and prints much that nobody reads: shown is what a reader gets of it. All
// is shown with -v, and when the command fails.
func (p *play) brief(ctx context.Context, shown func(printed string) string, args ...string) error {
	if p.verbose {
		return p.succeed(ctx, args...)
	}
	code, err := p.announced(args, func() (int, error) {
		var printed strings.Builder
		code, err := p.cli(ctx, &printed, args)
		text := printed.String()
		if err == nil && code == 0 {
			text = shown(text)
		}
		if text != "" {
			p.screen.show(text)
		}
		return code, err
	})
	if err == nil && code != 0 {
		err = p.failure(args[0], code)
	}
	return err
}

// nothing is for a command whose output says nothing but that it succeeded.
func nothing(string) string { return "" }

// afterThePlan is what the CLI does, without the plan that it prints before.
func afterThePlan(printed string) string {
	lines := strings.SplitAfter(printed, "\n")
	for i, line := range lines {
		if strings.Contains(line, ": Destroying...") {
			return strings.Join(lines[i:], "")
		}
	}
	return printed
}

// otherRows are how many rows a chat list shows below the pins.
const otherRows = 3

// topOf is a chat list as the portal draws it, cut off after the pins and some more rows.
func topOf(chatList string) string {
	lines := strings.SplitAfter(strings.TrimSuffix(chatList, "\n"), "\n")
	end := 0
	for end < len(lines) && strings.HasPrefix(lines[end], "📌") {
		end++
	}
	end += otherRows
	if end >= len(lines) {
		return chatList
	}
	return strings.Join(lines[:end], "") + "    ... and " + count(len(lines)-end, "more chat") + "\n"
}
