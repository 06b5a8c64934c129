package fakeportal

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// roundTrip asks whose webhook it is.
func roundTrip(ctx context.Context, p *Portal) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, p.WebhookURL("https://portal.example", 1)+"profile", nil)
	if err != nil {
		return nil, err
	}
	return p.RoundTrip(request)
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := New(Options{RequestLatency: time.Second})
		p.AddUser(User{ID: 1, Name: "First"})
		p.AddWebhook(1, secret)

		response, err := roundTrip(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		if body, err := io.ReadAll(response.Body); err != nil || response.StatusCode != http.StatusOK || !strings.Contains(string(body), `"ID":"1"`) {
			t.Errorf("status %d, %s, %v", response.StatusCode, body, err)
		}

		p.Fail(1, "", ResetAfter())
		if _, err := roundTrip(t.Context(), p); err == nil || err.Error() != "connection reset by peer" {
			t.Errorf("a connection that is dropped: %v", err)
		}

		// Who stops waiting learns that at once, and the portal works on.
		impatient, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		began := time.Now()
		if _, err := roundTrip(impatient, p); !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != 300*time.Millisecond {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
		if _, err := roundTrip(impatient, p); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("too late: %v", err)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if got := len(p.Requests()); got != 3 {
			t.Errorf("%d requests came, want 3: what comes too late is not sent", got)
		}
	})
}
