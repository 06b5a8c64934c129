package fakeportal

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// The operating limit: how much time a credential may spend on a method ([SRC] loadlimiter.php).
const (
	operatingMinutes = 10 // so many buckets of a minute are remembered, the one that runs included
	operatingWindow  = operatingMinutes * time.Minute
	operatingFloor   = 100 * time.Millisecond // a call that took no longer is not counted
	// The code has 420 s, the cloud its own value ([DOC] limits).
	defaultOperatingLimit = 480 * time.Second
)

var operatingLimited = &refusal{
	http.StatusTooManyRequests, "OPERATION_TIME_LIMIT", "Method is blocked due to operation time limit.",
}

// operatingKey is what has a sum of its own: the method of a credential, where all tokens of an
// application are one ([SRC] loadlimiter.php: by the id of the client or of the webhook). The
// commands of a batch are calls of their methods, and the batch is no call ([DOC] limits, [SRC]
// ignoreMethod). In the source they lose the credential on the way and share one sum over the
// portal, and one measured the opposite (b24jssdk#539): that is unsettled.
type operatingKey struct {
	cred             *credential // nil when it is the token of an application
	clientID, method string
}

// operatingKey is where the credential's calls of a method are counted.
func (c *credential) operatingKey(method string) operatingKey {
	if c.clientID != "" {
		return operatingKey{clientID: c.clientID, method: method}
	}
	return operatingKey{cred: c, method: method}
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

// SpendOperating plays earlier calls: it charges the current minute of the method with d, however
// short, for each of the user's webhooks, tokens and applications. On a box it does nothing.
func (p *Portal) SpendOperating(userID int64, method string, d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	keys := p.operatingKeys(userID, strings.ToLower(method))
	if len(keys) == 0 {
		panic(fmt.Sprintf("fakeportal: user %d has no credential", userID))
	}
	for key := range keys {
		p.charge(key, d)
	}
}

// operatingKeys are all the sums of a method that a user's calls may count towards.
func (p *Portal) operatingKeys(userID int64, method string) map[operatingKey]bool {
	keys := map[operatingKey]bool{}
	for _, c := range slices.AppendSeq(slices.Clone(p.webhooks), maps.Values(p.tokens)) {
		if c.userID == userID {
			keys[c.operatingKey(method)] = true
		}
	}
	for _, a := range p.apps {
		if a.userID == userID {
			keys[operatingKey{clientID: a.clientID, method: method}] = true
		}
	}
	return keys
}

// charge adds to the current minute.
func (p *Portal) charge(key operatingKey, d time.Duration) {
	if p.operating[key] == nil {
		p.operating[key] = minutes{}
	}
	p.operating[key][minuteOf(time.Now())] += d
}

// chargeCall charges a call that has just ended, unless it was a short one.
func (p *Portal) chargeCall(key operatingKey, started time.Time) {
	if took := time.Since(started); took > operatingFloor {
		p.charge(key, took)
	}
}

// withinOperating tells before a call whether the method is blocked for the credential: once more
// than the limit was spent, and not by what the call itself will take ([SRC] loadlimiter.php).
func (p *Portal) withinOperating(key operatingKey) *refusal {
	if !p.options.countsOperating() {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.operating[key].spent(time.Now()) > cmp.Or(p.options.OperatingLimit, defaultOperatingLimit) {
		return operatingLimited
	}
	return nil
}

// operatingTime is the part of a reply's time that tells of the limit ([DOC] limits).
func (p *Portal) operatingTime(key operatingKey, started time.Time) (resetAt int64, seconds float64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	m := p.operating[key]
	seconds = m.spent(time.Now()).Seconds() // before resetAt, since it forgets old minutes
	return m.resetAt(started), seconds
}
