package page

import (
	"context"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// connection is a reader's, with a time by which the reader has to have taken what is sent.
type connection struct {
	*reader
	deadlines []time.Time
}

func (c *connection) SetWriteDeadline(t time.Time) error {
	c.deadlines = append(c.deadlines, t)
	return nil
}

// TestReaderHasSomeTime gives each event a time, and the connection none once the stream has ended.
func TestReaderHasSomeTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		portal := fakeportal.NewOffice(fakeportal.Options{})
		p, c := New(portal), &connection{reader: &reader{header: http.Header{}}}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		began := time.Now()
		go func() {
			defer close(ended)
			p.ServeHTTP(c, newRequest(ctx, http.MethodGet, "/page/events", ""))
		}()
		time.Sleep(time.Minute)
		portal.Post(17)
		synctest.Wait()
		cancel()
		<-ended
		if want := []time.Time{began.Add(sendTime), began.Add(time.Minute + sendTime), {}}; !slices.EqualFunc(c.deadlines, want, time.Time.Equal) {
			t.Errorf("deadlines %v, want %v", c.deadlines, want)
		}
	})
}
