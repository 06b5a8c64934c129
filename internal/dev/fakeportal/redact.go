package fakeportal

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// blot is what no log entry may hold, and what stands in its place.
type blot struct {
	secret *regexp.Regexp
	folded string
	shown  string
}

// keepSecret keeps a text out of the log from now on.
func (p *Portal) keepSecret(text, shown string) {
	p.blots = append(p.blots, blot{regexp.MustCompile("(?i)" + regexp.QuoteMeta(text)), fold(text), shown})
}

// redact blots out every secret, in whatever case.
func (p *Portal) redact(s string) string {
	// Most texts have no secret in them. With a webhook for each of 50 people, the expressions would take most of the
	// portal's time to find that out.
	folded := fold(s)
	if !slices.ContainsFunc(p.blots, func(b blot) bool { return strings.Contains(folded, b.folded) }) {
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
