package contract

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"
)

// Options say which portal to check, and how.
type Options struct {
	Webhook   Webhook
	Transport http.RoundTripper
	// Interval is the time between the starts of two requests: half a second for a portal that others use too.
	Interval time.Duration
	// Say tells the waiting person what is going on. It gets no secret, host, title or id.
	Say func(format string, args ...any)
}

// Check checks the portal against all facts and reports. It returns when everything that it pinned is unpinned again,
// or with a [*LeftError] that says what may not be. So it does when ctx ends, which stops it after the request under way.
func Check(ctx context.Context, o Options) (Report, error) {
	s := &session{client: newClient(o.Webhook, o.Transport, o.Interval), say: o.Say}
	e, err := s.observe(ctx)
	if left := s.giveBack(context.WithoutCancel(ctx)); left != nil {
		if err != nil {
			return Report{}, fmt.Errorf("%w; and %w", err, left)
		}
		err = left
	} else if err != nil {
		return Report{}, err
	}
	return report(e), err
}

// session is the check of one person's list on one portal.
type session struct {
	client *client
	say    func(format string, args ...any)
	// mine are the dialogs that this session pinned or may have pinned, noted before each request.
	mine []string
	// unsure says that the answer to a change did not arrive: the portal may still be working on it.
	unsure bool
}

// step is a change of a pin with the list after it, in one batch, or why there is none.
type step struct {
	answer
	dialog  string
	skipped string
}

// The keys of a step's commands. Keys that begin with a letter keep a batch's results an object.
const (
	keyChange = "change"
	keyList   = "list"
)

// rows are the rows of the list that came with a step.
func (s step) rows() []row {
	result, _ := s.result(keyList)
	return items(result)
}

// row is the dialog's row in the list that came with a step, and its position, -1 if it is not there.
func (s step) row() (row, int) { return find(s.rows(), s.dialog) }

// listParams asks for what is needed of the recent list. Its first 200 rows show every visible pin. Open Channels that
// nobody has taken yet are in nobody's list, and would be added at the end.
func listParams() map[string]any {
	return map[string]any{"LIMIT": 200, "OFFSET": 0, "SKIP_UNDISTRIBUTED_OPENLINES": "Y"}
}

// batch sends commands, each a method with its query; nil is a batch that names none.
func (s *session) batch(ctx context.Context, commands any) (answer, error) {
	params := map[string]any{"halt": 0}
	if commands != nil {
		params["cmd"] = commands
	}
	return s.client.call(ctx, "batch", params)
}

// pinCommand pins a dialog with "Y" or unpins it with "N", the only documented texts.
func pinCommand(dialog, pin string) string {
	return "im.recent.pin?" + url.Values{"DIALOG_ID": {dialog}, "PIN": {pin}}.Encode()
}

// listCommand is the list as a command.
func listCommand() string { return "im.recent.list?LIMIT=200&OFFSET=0&SKIP_UNDISTRIBUTED_OPENLINES=Y" }

// pin pins a dialog, or pins it again. From just before the request, the dialog counts as pinned by this session, until
// the list shows that an unpin worked.
func (s *session) pin(ctx context.Context, dialog string) (step, error) {
	if !slices.Contains(s.mine, dialog) {
		s.mine = append(s.mine, dialog)
	}
	return s.change(ctx, dialog, "Y")
}

// unpin removes the pin of this session from a dialog. Once the list shows that, a later pin is somebody else's.
func (s *session) unpin(ctx context.Context, dialog string) (step, error) {
	done, err := s.change(ctx, dialog, "N")
	if r, _ := done.row(); err == nil && r["pinned"] == false {
		s.mine = slices.DeleteFunc(s.mine, func(d string) bool { return d == dialog })
	}
	return done, err
}

func (s *session) change(ctx context.Context, dialog, pin string) (step, error) {
	if ctx.Err() != nil {
		return step{}, context.Cause(ctx)
	}
	// [SRC] Commands run in the order of a PHP array, which is that of the JSON text.
	a, err := s.batch(ctx, orderedCommands{{keyChange, pinCommand(dialog, pin)}, {keyList, listCommand()}})
	s.unsure = s.unsure || err != nil
	return step{answer: a, dialog: dialog}, err
}
