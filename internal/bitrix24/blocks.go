package bitrix24

import (
	"encoding/json"
	"strconv"
	"sync"
	"time"
)

// A portal adds up its time for each method and credential, and blocks a method that took too long (OPERATION_TIME_LIMIT;
// portal source: loadlimiter.php). A refusal does not say when the block ends. Earlier replies do: each says when the
// portal will forget the oldest part of its method's time.

// longestBlock is how far back a portal counts (portal source: loadlimiter.php).
const longestBlock = 10 * time.Minute

// nearUnblocking is how long to wait for the end of a block. If a block lasts longer, the person should know.
const nearUnblocking = time.Minute

// unblockingMargin is added because a portal gives the end in whole seconds.
const unblockingMargin = time.Second

// blocks remembers when a block of each method would end. It is safe for concurrent use.
type blocks struct {
	mu   sync.Mutex
	ends map[string]time.Time
}

// timing is the part of a reply's "time" that is about blocks. A self-hosted portal omits what it does not count.
type timing struct {
	finish  float64 // in seconds, by the portal's clock
	resetAt float64 // likewise; 0 if the portal does not say
}

func (t *timing) UnmarshalJSON(data []byte) error {
	var times struct {
		Finish  Text `json:"finish"`
		ResetAt Text `json:"operating_reset_at"`
	}
	*t = timing{}
	if json.Unmarshal(data, &times) == nil { // it may also be []
		t.finish, t.resetAt = seconds(times.Finish), seconds(times.ResetAt)
	}
	return nil
}

// seconds is 0 if the text is not a number.
func seconds(text Text) float64 {
	value, err := strconv.ParseFloat(string(text), 64)
	if err != nil {
		return 0
	}
	return value
}

// note keeps what a reply says about its method. It counts from now, because the portal's clock may be wrong.
func (b *blocks) note(method string, took timing) {
	rest := took.resetAt - took.finish
	if took.resetAt == 0 || took.finish == 0 || !(rest >= 0 && rest <= longestBlock.Seconds()) { // it may be NaN
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ends == nil {
		b.ends = map[string]time.Time{}
	}
	b.ends[method] = time.Now().Add(time.Duration(rest * float64(time.Second)))
}

// explain adds the end of the block to a refusal, if it is known.
func (b *blocks) explain(refusal *Error) *Error {
	if refusal.is(CodeOperationTime) {
		b.mu.Lock()
		defer b.mu.Unlock()
		refusal.RetryAt = b.ends[refusal.Method]
	}
	return refusal
}

// untilUnblocked is how long to wait for the end of a block, and whether that can help. If the portal still refuses after
// that time, it was not the end.
func untilUnblocked(end time.Time) (time.Duration, bool) {
	rest := time.Until(end)
	return rest + unblockingMargin, rest > 0 && rest <= nearUnblocking
}
