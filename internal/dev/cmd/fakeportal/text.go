package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// greeting says where to look, how to use the portal, and how to stop it. The webhooks are shown in
// full: they open this toy portal only, and are of use to nobody unless they are known.
func greeting(portal *fakeportal.Portal, base string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "A small office's Bitrix24 portal, in memory. Open %s/ in a browser and watch it.\n", base)
	fmt.Fprintf(&b, "Generation %q: %s.\n\n", portal.Generation(), orderOf(portal.Generation()))
	fmt.Fprintf(&b, "The office manager's webhook:\n  export BITRIX24_WEBHOOK_URL=%s\n", portal.WebhookURL(base, fakeportal.OfficeManagerID))
	fmt.Fprintf(&b, "The accountant's:\n  export BITRIX24_WEBHOOK_URL=%s\n", portal.WebhookURL(base, fakeportal.AccountantID))
	team, _ := json.Marshal(portal.OfficeWebhooks(base)) // strings can be written; a shell takes none of their characters for anything else
	fmt.Fprintf(&b, "All three people's, for a team:\n  export BITRIX24_USER_WEBHOOKS='%s'\n", team)
	fmt.Fprintf(&b, "An app's access token for the office manager, instead of a webhook:\n  export BITRIX24_PORTAL_URL=%s BITRIX24_ACCESS_TOKEN=%s\n\n", base, fakeportal.OfficeManagerToken)
	fmt.Fprintf(&b, "Ctrl-C stops it, and everything is forgotten.\nRequests:")
	return b.String()
}

// orderOf says what a generation means for the order of pins.
func orderOf(g fakeportal.Generation) string {
	switch g {
	case fakeportal.Positions:
		return "a new pin goes on top of the others"
	case fakeportal.Legacy:
		return "a new pin goes on top of the others, and only dialogs in the recent list can be pinned"
	default:
		return "pins are sorted by their last activity, the newest on top, whatever the order of pinning"
	}
}

// requestLine tells of one request: when, whose webhook, what, and how it ended.
func requestLine(r fakeportal.Request) string {
	who := "nobody"
	if r.UserID != 0 {
		who = fmt.Sprintf("user %d", r.UserID)
	}
	outcome := fmt.Sprint(r.Status)
	if r.Code != "" {
		outcome += " " + r.Code
	}
	return fmt.Sprintf("%s  %-8s  %s  %s", r.Answered.Format("15:04:05.000"), who, asked(r), outcome)
}

// asked is a request's method with its parameters, or with its commands if it is a batch.
func asked(r fakeportal.Request) string {
	if r.Method != "batch" && len(r.Commands) == 1 {
		return command(r.Commands[0])
	}
	method := printable(r.Method)
	if len(r.Commands) == 0 {
		return method
	}
	commands := make([]string, len(r.Commands))
	for i, c := range r.Commands {
		commands[i] = command(c)
		if c.Code != "" {
			commands[i] += " " + c.Code
		}
	}
	return fmt.Sprintf("%s [%s]", method, strings.Join(commands, ", "))
}

// command is a command as a batch would write it. A pin that was refused without an error is
// told from one that was not.
func command(c fakeportal.Command) string {
	text := printable(c.Method)
	if len(c.Params) > 0 {
		text += "?" + c.Params.Encode()
	}
	if c.Result == "false" {
		text += " false"
	}
	return text
}

// printable keeps what came over the network from commanding the terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return '?'
	}, s)
}
