package fakeportal

import (
	"net/http"
	"time"
)

// bucket is a leaky one: a counter that sinks with time. A portal has one for each address that
// requests come from, over all credentials ([DOC] limits: programs on one server share the limit).
// All that ask this portal do so from one address.
type bucket struct {
	level float64
	at    time.Time
}

// add lets the bucket drain until now, adds n and returns the level.
func (b *bucket) add(a allowance, n float64, now time.Time) float64 {
	if !b.at.IsZero() {
		b.level = max(0, b.level-a.perSecond*now.Sub(b.at).Seconds())
	}
	b.level, b.at = b.level+n, now
	return b.level
}

// Spend simulates another program that uses the portal from the client's address: it adds n to the counter of requests.
func (p *Portal) Spend(n float64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.bucket.add(p.options.Plan.allowance(), n, time.Now())
	p.change()
}

// admit counts a request and refuses it when the counter is above the threshold. A refused
// request counts as well: the documentation counts every request. The body has no time and there
// is no Retry-After ([DOC] limits, [MEAS] b24-rest-docs#193 for the text).
func (p *Portal) admit() *refusal {
	if p.options.unlimited() {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	defer p.change()
	allowed := p.options.Plan.allowance()
	if p.bucket.add(allowed, 1, time.Now()) > allowed.threshold {
		return &refusal{http.StatusServiceUnavailable, "QUERY_LIMIT_EXCEEDED", "Too many requests"}
	}
	return nil
}
