package fakeportal

import (
	"io"
	"maps"
	"net/http"
	"time"
)

// answer is a whole HTTP answer.
type answer struct {
	status int
	code   string // the error code, "" on success
	body   string
	header http.Header // in place of the envelope's, when it is no envelope
}

// success is the envelope of a result. Only successes carry the time ([SRC] CRestServer).
func success(rep reply, times *array) answer {
	body := newArray(field{"result", rep.result})
	if rep.next != nil {
		body.set("next", rep.next)
	}
	if rep.total != nil {
		body.set("total", rep.total)
	}
	body.set("time", times)
	return answer{status: http.StatusOK, body: encode(body)}
}

// failure is the envelope of an error.
func failure(r *refusal) answer {
	return answer{status: r.status, code: r.code, body: encode(r.array())}
}

func (r *refusal) array() *array {
	return newArray(field{"error", r.code}, field{"error_description", r.description})
}

func (a answer) write(w http.ResponseWriter) {
	h := w.Header()
	if a.header != nil {
		maps.Copy(h, a.header)
	} else {
		h.Set("Content-Type", "application/json; charset=utf-8")
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("X-Content-Type-Options", "nosniff")
	}
	w.WriteHeader(a.status)
	_, _ = io.WriteString(w, a.body) // a client that has gone does not matter to the portal
}

// replyTime is the "time" of a reply to a call of the method that ends now. The start is an
// integer, because newer cores type it int, and processing may be the integer 0 ([DOC] example of
// im.recent.pin, [SRC]): a decoder that knows only one kind of number there fails. The operating
// fields are the cloud's.
func (p *Portal) replyTime(c *credential, method string, started time.Time) *array {
	now := time.Now()
	finish := float64(now.UnixMicro()) / 1e6
	times := newArray(
		field{"start", started.Unix()},
		field{"finish", finish},
		field{"duration", finish - float64(started.Unix())},
		field{"processing", float64(now.Sub(started).Milliseconds()) / 1000},
		field{"date_start", date(started)},
		field{"date_finish", date(now)},
	)
	if p.options.countsOperating() {
		resetAt, operating := p.operatingTime(c, method, started)
		times.set("operating_reset_at", resetAt)
		times.set("operating", operating)
	}
	return times
}

// date writes an instant as the portal does, in the portal's own time zone.
func date(t time.Time) string {
	return t.In(time.FixedZone("portal", 3*60*60)).Format(time.RFC3339)
}
