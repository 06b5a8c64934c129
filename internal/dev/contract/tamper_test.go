package contract

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// exchange is a request and its answer, which a test may rewrite before it is read.
type exchange struct {
	is     string // which request it is: "profile", "im.recent.pin abc", "batch one", "change 2"
	status int
	header http.Header
	body   map[string]any
	dialog string // of a change
}

// tampering is a portal whose answers are rewritten.
func tampering(portal *fakeportal.Portal, rewrite func(*exchange)) http.RoundTripper {
	changes := 0
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		sent, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		r.Body = io.NopCloser(bytes.NewReader(sent))
		response, err := portal.RoundTrip(r)
		if err != nil {
			return nil, err
		}
		text, err := io.ReadAll(response.Body)
		if err != nil {
			return nil, err
		}
		x := &exchange{status: response.StatusCode, header: response.Header}
		if x.is, x.dialog = nameOf(r, sent); x.is == "change" {
			changes++
			x.is = fmt.Sprintf("change %d", changes)
		}
		if x.body, err = decode(text); err != nil {
			return nil, err
		}
		rewrite(x)
		text, err = json.Marshal(x.body)
		response.StatusCode, response.Body = x.status, io.NopCloser(bytes.NewReader(text))
		return response, err
	})
}

// nameOf identifies requests by what only one of them has.
func nameOf(r *http.Request, sent []byte) (is, dialog string) {
	method := r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]
	var params struct {
		Dialog   string          `json:"DIALOG_ID"`
		Commands json.RawMessage `json:"cmd"`
	}
	if err := json.Unmarshal(sent, &params); err != nil {
		return method, ""
	}
	if params.Commands == nil {
		return strings.TrimSpace(method + " " + params.Dialog), ""
	}
	var keyed map[string]string
	if err := json.Unmarshal(params.Commands, &keyed); err != nil {
		return "batch list", ""
	}
	if change, isChange := keyed[keyChange]; isChange {
		_, dialog, _ = strings.Cut(change, "DIALOG_ID=")
		dialog, _, _ = strings.Cut(dialog, "&")
		return "change", dialog
	}
	for _, key := range []string{"one", "bad", "c1", "none"} {
		if _, there := keyed[key]; there {
			return "batch " + key, ""
		}
	}
	return "batch unpin", ""
}

// in is the map below a path of keys.
func (x *exchange) in(path ...string) map[string]any {
	at := x.body
	for _, key := range path {
		at, _ = at[key].(map[string]any)
	}
	return at
}

// rows are those of a list, alone or in a change.
func (x *exchange) rows() []any {
	list := x.in("result")
	if strings.HasPrefix(x.is, "change") {
		list = x.in("result", "result", keyList)
	}
	rows, _ := list["items"].([]any)
	return rows
}

// row is a dialog's row.
func (x *exchange) row(dialog string) map[string]any {
	for _, item := range x.rows() {
		if r, _ := item.(map[string]any); row(r).dialog() == dialog {
			return r
		}
	}
	return map[string]any{}
}

// swap lets two rows change places.
func (x *exchange) swap(one, other int) {
	rows := x.rows()
	rows[one], rows[other] = rows[other], rows[one]
}

// swapPins lets the two uppermost pinned chats of a session change places.
func (x *exchange) swapPins(dialogs ...string) {
	var at []int
	for i, item := range x.rows() {
		r, _ := item.(map[string]any)
		for _, dialog := range dialogs {
			if row(r).dialog() == dialog {
				at = append(at, i)
			}
		}
	}
	x.swap(at[0], at[1])
}
