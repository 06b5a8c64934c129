package provider

import (
	"strconv"
	"strings"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
)

// How many characters of what somebody wrote an error shows at most. The longest dialog id has 23.
const (
	longestNumberShown = 20
	longestIDShown     = 30
)

// notShown stands for a text that may be a credential which somebody pasted in the wrong place.
const notShown = "not shown here, because it looks like a credential"

// shown quotes what somebody wrote in the place of a number, a duration or an id, or says why it does not; it follows "is".
func shown(text string, longest int) string {
	if bitrix24.LooksLikeCredential(text) {
		return notShown
	}
	return cutOff(text, longest)
}

// cutOff quotes the beginning of a text. Invisible characters show as escapes, because they may be what is wrong.
func cutOff(text string, longest int) string {
	if runes := []rune(text); len(runes) > longest {
		text = string(runes[:longest]) + "…"
	}
	return strconv.Quote(text)
}

// shownName quotes a name that should be one of user_webhooks, or says why it does not.
func shownName(name string) string {
	if strings.Contains(name, "/") { // names and webhooks may have been mixed up; no name has a slash
		return "such name (not shown, because it has a slash and may be part of a webhook URL)"
	}
	return cutOff(name, longestIDShown)
}

// shownTitle quotes a title or a name as a portal gives it, which is printable. Joiners of an emoji stay what they are.
func shownTitle(title string) string { return `"` + strings.ReplaceAll(title, `"`, `\"`) + `"` }

// shownAddress quotes what an identity says of its portal, or says why it does not.
func shownAddress(address string) string {
	if bitrix24.HoldsWebhook(address) {
		return "an address that is " + notShown
	}
	return strconv.Quote(address)
}
