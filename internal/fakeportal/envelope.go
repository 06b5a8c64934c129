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
func failure(f *fault) answer {
	return answer{status: f.status, code: f.code, body: encode(f.array())}
}

func (f *fault) array() *array {
	return newArray(field{"error", f.code}, field{"error_description", f.description})
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
	_, _ = io.WriteString(w, a.body) // a client that is gone is no concern of the portal
}

// watch measures one command or one request.
type watch struct{ started time.Time }

func startWatch(now time.Time) watch { return watch{now} }

// operatingWindow is how long the portal remembers the time that a method took ([SRC]
// loadlimiter.php: ten buckets of a minute).
const operatingWindow = 10 * time.Minute

// operatingFloor is the time below which a call is not counted ([SRC] loadlimiter.php).
const operatingFloor = 100 * time.Millisecond

// stop returns the "time" of a reply. The start is an integer, because newer cores type it int,
// and processing may be the integer 0 ([DOC] example of im.recent.pin, [SRC]): a decoder that
// knows only one kind of number there fails. The operating fields are the cloud's.
func (s watch) stop(now time.Time) *array {
	took := now.Sub(s.started)
	finish := float64(now.UnixMicro()) / 1e6
	operating := 0.0
	if took > operatingFloor {
		operating = took.Seconds()
	}
	return newArray(
		field{"start", s.started.Unix()},
		field{"finish", finish},
		field{"duration", finish - float64(s.started.Unix())},
		field{"processing", float64(took.Milliseconds()) / 1000},
		field{"date_start", date(s.started)},
		field{"date_finish", date(now)},
		field{"operating_reset_at", s.started.Add(operatingWindow).Unix()},
		field{"operating", operating},
	)
}

// date writes an instant as the portal does, in the portal's own time zone.
func date(t time.Time) string {
	return t.In(time.FixedZone("portal", 3*60*60)).Format(time.RFC3339)
}
