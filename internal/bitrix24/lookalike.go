package bitrix24

import (
	"regexp"
	"slices"
	"strings"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/invisible"
)

var (
	// secretRun is a part of a secret that must not be shown; see longPart.
	secretRun = regexp.MustCompile(`[A-Za-z0-9_~-]{8,}`)
	// plainRun matches the parts of numbers, durations, dates and ids: digits with fewer than that many letters before or after
	// them.
	plainRun    = regexp.MustCompile(`^([A-Za-z]{0,7}[0-9_-]*|[0-9_-]*[A-Za-z]{0,7})$`)
	webhookPath = regexp.MustCompile(`(?i)/rest/[^/]+/[A-Za-z0-9_~-]{8,}`)
)

// LooksLikeCredential reports whether a text that should be a number, a duration or an id may contain a credential or a part
// of one: "://", "/rest/", or eight or more characters of secrets in a row that are not mostly digits. So a word of eight
// letters looks like one, and "90seconds" does not.
func LooksLikeCredential(text string) bool {
	text = strings.Map(func(r rune) rune {
		if r != ' ' && invisible.Is(r) { // a secret around it is still a secret
			return -1
		}
		return r
	}, text)
	if strings.Contains(text, "://") || strings.Contains(strings.ToLower(text), "/rest/") {
		return true
	}
	return slices.ContainsFunc(secretRun.FindAllString(text, -1), func(run string) bool { return !plainRun.MatchString(run) })
}

// HoldsWebhook reports whether any text, such as a title, contains the path of a webhook.
func HoldsWebhook(text string) bool { return webhookPath.MatchString(text) }
