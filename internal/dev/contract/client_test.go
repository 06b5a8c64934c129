package contract

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// TestPace keeps half a second between the starts of requests, however long a portal takes for them.
func TestPace(t *testing.T) {
	t.Parallel()
	for _, latency := range []time.Duration{0, 300 * time.Millisecond, 700 * time.Millisecond} {
		synctest.Test(t, func(t *testing.T) {
			portal := newOffice(t, fakeportal.Options{RequestLatency: latency})
			check(t, portal)
			requests := portal.Requests()
			for i := 1; i < len(requests); i++ {
				if gap := requests[i].Arrived.Sub(requests[i-1].Arrived); gap < time.Second/2 {
					t.Errorf("with a latency of %s, request %d comes %s after the one before", latency, i+1, gap)
				}
			}
			if took := requests[len(requests)-1].Answered.Sub(requests[0].Arrived); latency == 0 && took > 15*time.Second {
				t.Errorf("it took %s", took)
			}
		})
	}
}

// TestLimitOfRequests expects retries of refused requests, with growing waits, and that they end after some time.
func TestLimitOfRequests(t *testing.T) {
	t.Parallel()
	limit := fakeportal.Refusal(http.StatusServiceUnavailable, "QUERY_LIMIT_EXCEEDED", "Too many requests")
	for name, test := range map[string]struct {
		times int
		waits []time.Duration
		want  string
	}{
		"once":        {1, []time.Duration{time.Second}, ""},
		"four times":  {4, []time.Duration{time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second}, ""},
		"for a while": {-1, []time.Duration{time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second}, "the portal accepts no more requests for now"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				portal := newOffice(t, fakeportal.Options{})
				portal.Fail(test.times, "profile", limit)
				_, err := Check(t.Context(), optionsFor(t, portal, portal))
				if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
					t.Errorf("the error is %v", err)
				}
				var waits []time.Duration
				requests := portal.Requests()
				for i := range test.waits {
					waits = append(waits, requests[i+1].Arrived.Sub(requests[i].Arrived))
				}
				if !slices.Equal(waits, test.waits) {
					t.Errorf("waited %v", waits)
				}
			})
		})
	}
}

// TestBadPortals expects one clear sentence for each kind of unusable portal.
func TestBadPortals(t *testing.T) {
	t.Parallel()
	refusal := func(status int, code string) func(*fakeportal.Portal) {
		return func(p *fakeportal.Portal) { p.Fail(-1, "", fakeportal.Refusal(status, code, "Anna, this is "+host)) }
	}
	fault := func(f fakeportal.Fault) func(*fakeportal.Portal) {
		return func(p *fakeportal.Portal) { p.Fail(-1, "", f) }
	}
	for name, test := range map[string]struct {
		set      func(*fakeportal.Portal)
		want     string
		requests int
	}{
		"a deleted webhook":    {refusal(401, "INVALID_CREDENTIALS"), "the portal does not know the webhook (INVALID_CREDENTIALS): it was deleted, or a part of its URL is wrong", 1},
		"another credential":   {refusal(401, "user_access_error"), "the portal refuses to work: HTTP 401 user_access_error", 1},
		"no REST":              {refusal(401, "ACCESS_DENIED"), "the portal's plan does not include REST (ACCESS_DENIED)", 1},
		"a deleted portal":     {refusal(403, "PORTAL_DELETED"), "the portal refuses what any webhook may ask (403 PORTAL_DELETED); is this the URL of an inbound webhook?", 1},
		"a strange code":       {refusal(500, "Anna_company.example_toy-secret-number-one_ERROR"), "the portal refuses to work: HTTP 500 …_…_…_ERROR", 1},
		"no code":              {refusal(500, ""), "the portal refuses to work: HTTP 500 without a code", 1},
		"a blocked method":     {refusal(429, "OPERATION_TIME_LIMIT"), "the portal blocks a method because it was used too much (OPERATION_TIME_LIMIT); try again in ten minutes", 1},
		"a redirect":           {fault(fakeportal.MovedTo("other.example")), "the portal redirects (HTTP 302), which is not followed, because the other host would get the webhook;  it may have another address now", 1},
		"an expired licence":   {fault(fakeportal.LicenceExpired()), "the portal redirects (HTTP 302), which is not followed, because the other host would get the webhook;  it may have another address now", 1},
		"a page":               {fault(fakeportal.HTMLPage(502)), "the portal's answer is not a JSON object (HTTP 502); perhaps this is not a portal, or the portal is down", 1},
		"nothing":              {fault(fakeportal.EmptyAnswer(500)), "the portal's answer is not a JSON object (HTTP 500); perhaps this is not a portal, or the portal is down", 1},
		"too much":             {fault(fakeportal.Huge(maxAnswer + 1)), "the portal's answer has more than 2 MiB", 1},
		"a broken connection":  {fault(fakeportal.ResetBefore()), "the portal cannot be reached: the connection failed or broke off", 1},
		"half an answer":       {fault(fakeportal.Truncated()), "the portal cannot be reached: the connection failed or broke off", 1},
		"no answer":            {fault(fakeportal.Slow(time.Hour)), "the portal cannot be reached: it did not answer in time", 1},
		"an empty recent list": {hideAll, "the recent list of the webhook's user is empty; it needs chats to look at", 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				portal := newOffice(t, fakeportal.Options{})
				test.set(portal)
				r, err := Check(t.Context(), optionsFor(t, portal, portal))
				if err == nil || err.Error() != test.want || len(r.Results) > 0 {
					t.Errorf("the error is\n%v, want\n%s", err, test.want)
				}
				if n := len(portal.Requests()); n != test.requests {
					t.Errorf("%d requests were made, want %d", n, test.requests)
				}
			})
		})
	}
}

// hideAll empties the user's recent list.
func hideAll(p *fakeportal.Portal) {
	for _, dialog := range []string{"chat61", "chat58", "chat54", "chat49", "7", "chat42", "chat33", "chat29", "chat170", "chat21", "256", "chat17"} {
		_ = p.Hide(me, dialog) // what is not hidden makes the test fail
	}
}

// TestScope expects an error without the permission for chats.
func TestScope(t *testing.T) {
	t.Parallel()
	portal := fakeportal.New(fakeportal.Options{})
	portal.AddWebhook(me, "anotherSecret", "user")
	_, err := Check(t.Context(), optionsFor(t, portal, portal))
	if want := `the webhook lacks the permission "Chat and Notifications (im)" (insufficient_scope)`; err == nil || err.Error() != want {
		t.Errorf("the error is %v", err)
	}
}

// TestUnreached expects the reason for a missing answer, without the network's own words.
func TestUnreached(t *testing.T) {
	t.Parallel()
	for want, err := range map[string]error{
		"its name is not known":              &net.DNSError{Err: "no such host", Name: "company.example"},
		"nothing listens there":              &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED},
		"the connection failed or broke off": errors.New("proxy of company.example"),
		"it did not answer in time":          context.DeadlineExceeded,
	} {
		said := unreached(&url.Error{Op: "Post", URL: host + "/rest/1/secret/", Err: err}).Error()
		if said != "the portal cannot be reached: "+want {
			t.Errorf("%v is told as %q", err, said)
		}
	}
}
