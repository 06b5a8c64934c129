package fakeportal

import (
	"net"
	"net/http"
	"time"
)

// bucket is a leaky one: a counter that sinks with time.
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

// intensity keeps one bucket for each address that requests come from, over all credentials of the
// portal ([DOC] limits: programs on one server share the limit).
type intensity struct {
	allowance allowance
	buckets   map[string]*bucket
	unseen    bucket // what other programs spent at an address that has not asked yet
}

func newIntensity(a allowance) intensity {
	return intensity{allowance: a, buckets: map[string]*bucket{}}
}

// Spend plays another program that uses the portal from the client's address: it adds n to the
// counter, whatever address the client has or will come from.
func (p *Portal) Spend(n float64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	p.intensity.unseen.add(p.intensity.allowance, n, now)
	for _, b := range p.intensity.buckets {
		b.add(p.intensity.allowance, n, now)
	}
}

// admit counts a request and refuses it when the counter is above the threshold. A refused
// request counts as well: the documentation counts every request. The body has no time and there
// is no Retry-After ([DOC] limits, [MEAS] b24-rest-docs#193 for the text).
func (p *Portal) admit(remoteAddr string) *refusal {
	if p.options.unlimited() {
		return nil
	}
	host, _, err := net.SplitHostPort(remoteAddr)
	if err != nil {
		host = remoteAddr
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	b := p.intensity.buckets[host]
	if b == nil {
		fresh := p.intensity.unseen
		b = &fresh
		p.intensity.buckets[host] = b
	}
	if b.add(p.intensity.allowance, 1, time.Now()) > p.intensity.allowance.threshold {
		return &refusal{http.StatusServiceUnavailable, "QUERY_LIMIT_EXCEEDED", "Too many requests"}
	}
	return nil
}
