package fakeportal

import (
	"context"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"
)

// queuedFault is a fault that waits for its requests.
type queuedFault struct {
	Fault
	method string // lower case; "" for every request
	times  int    // how many requests are still to meet it; below 0 all of them
}

// Fail lets the next requests that call the method, alone or in a batch, meet the fault: that many
// times, or until [Portal.Heal] when times is below 0. The method "" stands for every request and
// "batch" for every batch. A request meets one fault at most, the first in the order of Fail that
// is for it. A request that the intensity limit refuses meets none.
func (p *Portal) Fail(times int, method string, f Fault) {
	if times == 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = append(p.faults, queuedFault{f, strings.ToLower(method), times})
	p.change()
}

// Heal forgets the faults that are still to come. A request that is under way keeps its own.
func (p *Portal) Heal() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = nil
	p.change()
}

// nextFault takes the fault that a request meets out of the queue, or returns one that does
// nothing. It is taken as the request comes in, so that faults meet requests in their order.
func (p *Portal) nextFault(t *task) queuedFault {
	called := methodsCalled(t)
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.faults) == 0 {
		return queuedFault{}
	}
	i := slices.IndexFunc(p.faults, func(q queuedFault) bool { return slices.ContainsFunc(called, q.meets) })
	if i < 0 {
		return queuedFault{}
	}
	q := p.faults[i]
	switch {
	case q.times == 1:
		p.faults = slices.Delete(p.faults, i, i+1)
	case q.times > 1:
		p.faults[i].times--
	}
	t.entry.Fault = q.name
	p.entryChanged(t.entry)
	return q
}

// methodsCalled is the method of a request and, of a batch, those of its commands.
func methodsCalled(t *task) []string {
	called := []string{t.route.method}
	if t.route.method == batchMethod {
		for _, command := range commandsOf(t.params).all() {
			if line, ok := command.(string); ok {
				name, _ := splitCommand(line)
				called = append(called, name)
			}
		}
	}
	return called
}

// meets reports whether the fault is for a request that calls the method.
func (q queuedFault) meets(method string) bool {
	if q.command != nil {
		return q.refusalOf(method) != nil
	}
	return q.method == "" || q.method == method
}

// refusalOf is how a command that calls the method fails, nil if it may run. A batch is a command
// only where it was named as one: for "" its commands fail and not it.
func (q queuedFault) refusalOf(method string) *refusal {
	if q.method == method || q.method == "" && method != batchMethod {
		return q.command
	}
	return nil
}

// deliver gives the answer to the client, if it is still there, in the way of its fault if it has
// one.
func (p *Portal) deliver(w http.ResponseWriter, r *http.Request, t *task, a answer) {
	f := t.trouble
	if wait(r.Context(), f.delay) != nil {
		p.recordEnd(t.entry)
		return
	}
	if f.drops {
		p.recordEnd(t.entry)
		drop(w)
		return
	}
	write := answer.write
	if f.write != nil {
		write = f.write
	}
	answered := p.recordAnswer(t.entry, a)
	write(a, w)
	if p.options.OnAnswer != nil {
		p.options.OnAnswer(answered)
	}
}

// wait passes d, or less when ctx ends before.
func wait(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// drop breaks the connection; see [ResetBefore].
func drop(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	inner := conn
	if secure, ok := conn.(interface{ NetConn() net.Conn }); ok {
		inner = secure.NetConn()
	}
	if tcp, ok := inner.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // without it the connection ends in good order, which also fails the request
	}
	_ = inner.Close()
}
