package provider

import (
	"strconv"
	"strings"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
)

// How many characters of a person's text an error shows at most. The longest dialog id has 23.
const (
	longestNumberShown = 20
	longestIDShown     = 30
)

// notShown replaces a text that may be a credential pasted in the wrong place.
const notShown = "not shown here, because it looks like a credential"

// shown quotes what somebody wrote as a number, a duration or an id, or says why it does not. The text follows "is".
func shown(text string, longest int) string {
	if bitrix24.LooksLikeCredential(text) {
		return notShown
	}
	return cutOff(text, longest)
}

// cutOff quotes the beginning of a text. It shows invisible characters as escapes, because they may be what is wrong.
func cutOff(text string, longest int) string {
	if runes := []rune(text); len(runes) > longest {
		text = string(runes[:longest]) + "…"
	}
	return strconv.Quote(text)
}

// shownName quotes a name that should be in user_webhooks, or says why it does not.
func shownName(name string) string {
	if strings.Contains(name, "/") { // names and webhooks may have been mixed up; no name has a slash
		return "such name (not shown, because it has a slash and may be part of a webhook URL)"
	}
	return cutOff(name, longestIDShown)
}

// shownTitle quotes a title or a name from a portal, which is printable. The joiners in an emoji stay as they are.
func shownTitle(title string) string { return `"` + strings.ReplaceAll(title, `"`, `\"`) + `"` }

// shownAddress quotes the portal of an identity, or says why it does not.
func shownAddress(address string) string {
	if bitrix24.HoldsWebhook(address) {
		return "an address that is " + notShown
	}
	return strconv.Quote(address)
}
