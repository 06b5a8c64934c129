package fakeportal

import (
	"regexp"
	"strings"
	"unicode"
)

// blot is what no log entry may hold, and what stands in its place.
type blot struct {
	secret *regexp.Regexp
	folded string
	shown  string
}

// startLength is how much of a secret's beginning tells it from nearly all other text.
const startLength = 4

// keepSecret keeps a text out of the log from now on.
func (p *Portal) keepSecret(text, shown string) {
	one := blot{regexp.MustCompile("(?i)" + regexp.QuoteMeta(text)), fold(text), shown}
	p.blots = append(p.blots, one)
	start := one.folded[:min(startLength, len(one.folded))]
	p.blotStarts[start] = append(p.blotStarts[start], one.folded)
}

// holdsSecret reports whether a text has a secret in it. It takes as long for a thousand people as for one.
func (p *Portal) holdsSecret(s string) bool {
	folded := fold(s)
	for at := range folded {
		for length := 1; length <= min(startLength, len(folded)-at); length++ {
			for _, secret := range p.blotStarts[folded[at:at+length]] {
				if strings.HasPrefix(folded[at:], secret) {
					return true
				}
			}
		}
	}
	return false
}

// redact blots out every secret, in whatever case.
func (p *Portal) redact(s string) string {
	// Most texts have no secret in them. With many people's webhooks, the expressions would take most of the portal's time
	// to find that out.
	if !p.holdsSecret(s) {
		return s
	}
	for _, b := range p.blots {
		s = b.secret.ReplaceAllLiteralString(s, b.shown)
	}
	return s
}

// fold writes texts that differ in case alone alike, in the sense of regular expressions: each rune as the least of
// those that are equal to it.
func fold(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r > unicode.MaxASCII }) {
		return strings.ToUpper(s) // the same, and quick
	}
	return strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' {
			return r - 'a' + 'A'
		}
		least := r
		for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
			least = min(least, other)
		}
		return least
	}, s)
}
