package fakeportal

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// The operating limit: how much time a credential may spend on a method ([SRC] loadlimiter.php).
const (
	operatingMinutes = 10 // that many buckets of a minute are remembered, the one that runs included
	operatingWindow  = operatingMinutes * time.Minute
	// The code has 420 s, the cloud its own value ([DOC] limits).
	operatingLimit = 480 * time.Second
)

var operatingLimited = &refusal{
	http.StatusTooManyRequests, "OPERATION_TIME_LIMIT", "Method is blocked due to operation time limit.",
}

// minutes is the time that was spent in each minute since 1970.
type minutes map[int64]time.Duration

func minuteOf(t time.Time) int64 { return t.Unix() / 60 }

// spent returns what was spent within the window, after forgetting what has left it.
func (m minutes) spent(now time.Time) time.Duration {
	maps.DeleteFunc(m, func(minute int64, _ time.Duration) bool {
		return minute <= minuteOf(now)-operatingMinutes
	})
	var sum time.Duration
	for _, d := range m {
		sum += d
	}
	return sum
}

// resetAt is when the oldest of the minutes leaves the window; of a call that left nothing to
// count it is the end of the window that began with it.
func (m minutes) resetAt(started time.Time) int64 {
	if len(m) == 0 {
		return started.Add(operatingWindow).Unix()
	}
	return (slices.Min(slices.Collect(maps.Keys(m))) + operatingMinutes) * 60
}

// SpendOperating simulates earlier calls: it charges the current minute of the method with d for each of
// the user's webhooks and tokens. Once more than 480 s were spent within ten minutes, the portal
// refuses the method with OPERATION_TIME_LIMIT, alone and in a batch. Nothing else is charged: calls
// of this portal count as too short. On a box it does nothing.
func (p *Portal) SpendOperating(userID int64, method string, d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	method, found := strings.ToLower(method), false
	for _, c := range slices.AppendSeq(slices.Clone(p.webhooks), maps.Values(p.tokens)) {
		if c.userID != userID {
			continue
		}
		found = true
		if c.operating[method] == nil {
			c.operating[method] = minutes{}
		}
		c.operating[method][minuteOf(time.Now())] += d
	}
	if !found {
		panic(fmt.Sprintf("fakeportal: user %d has no credential", userID))
	}
}

// withinOperating tells before a call whether the method is blocked for the credential ([SRC]
// loadlimiter.php). The commands of a batch are calls of their methods, and the batch is no call
// ([DOC] limits, [SRC] ignoreMethod). In the source they lose the credential on the way and share one
// sum over the portal, and one measured the opposite (b24jssdk#539): that is unsettled.
func (p *Portal) withinOperating(c *credential, method string) *refusal {
	if !p.options.countsOperating() {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if c.operating[method].spent(time.Now()) > operatingLimit {
		return operatingLimited
	}
	return nil
}

// operatingTime is the part of a reply's time that tells of the limit ([DOC] limits).
func (p *Portal) operatingTime(c *credential, method string, started time.Time) (resetAt int64, seconds float64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	m := c.operating[method]
	seconds = m.spent(time.Now()).Seconds() // before resetAt, since it forgets old minutes
	return m.resetAt(started), seconds
}
