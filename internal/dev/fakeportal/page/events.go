package page

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

const (
	// sendPause is the least time between two snapshots of one stream. What happens meanwhile is in
	// the second one.
	sendPause = 100 * time.Millisecond
	// sendTime is how long a snapshot may take to be sent. A browser that reads no more loses its
	// stream, and asks for another when it reads again.
	sendTime = 3 * time.Second
)

// serveEvents streams snapshots until the reader leaves or the page is closed. Nobody waits for a slow
// reader, and nothing is kept for one: the next snapshot is made when the last one was sent.
func (p *Page) serveEvents(w http.ResponseWriter, r *http.Request) {
	select {
	case <-p.closing:
		http.Error(w, "The portal is stopping.", http.StatusServiceUnavailable)
		return
	default:
	}
	w.Header().Set("Content-Type", "text/event-stream")
	if r.Method == http.MethodHead {
		return
	}
	control, s := http.NewResponseController(w), newStream(p.portal)
	defer func() { _ = control.SetWriteDeadline(time.Time{}) }()
	_, _ = fmt.Fprint(w, "retry: 1000\n\n")
	for {
		pause := time.NewTimer(sendPause)
		event, changed := s.next()
		data, err := json.Marshal(event)
		if err != nil {
			return // strings and numbers can be written
		}
		_ = control.SetWriteDeadline(time.Now().Add(sendTime)) // a writer without one is never slow
		if _, err := fmt.Fprintf(w, "data: %s\n\n", data); err != nil {
			return
		}
		if err := control.Flush(); err != nil {
			return
		}
		if !await(p, r, changed) || !await(p, r, pause.C) {
			pause.Stop()
			return
		}
	}
}

// await waits for something to happen, and reports whether it did before the stream's end.
func await[T any](p *Page, r *http.Request, happens <-chan T) bool {
	select {
	case <-happens:
		return true
	case <-r.Context().Done():
		return false
	case <-p.closing:
		return false
	}
}
