package pins

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24/im"
)

// answers holds the portal's replies to the person's questions, by question. They last as long as the board: for one
// run of Terraform.
type answers map[string]bitrix24.Reply

// maxRemembered bounds the remembered results, in bytes. All pages of a long search are below 2 MiB. Results beyond the limit are
// asked for again when needed.
const maxRemembered = 8 << 20

// keep remembers the answers to the operations of a request. It does not remember an empty answer: the same apply may
// create what is asked for. A pin changes the list of recent dialogs, so its pages are forgotten.
func (a answers) keep(batch []*operation) {
	size := 0
	for _, reply := range a {
		size += len(reply.Result)
	}
	for _, o := range batch {
		if o.kind != kindAsk || o.reply.Result == nil || isEmpty(o.reply.Result) {
			continue
		}
		_, known := a[o.command.String()]
		if more := size + len(o.reply.Result); !known && more <= maxRemembered {
			a[o.command.String()], size = o.reply, more
		}
	}
	if slices.ContainsFunc(batch, (*operation).changes) {
		a.forgetRecent()
	}
}

func (a answers) forgetRecent() {
	maps.DeleteFunc(a, func(question string, _ bitrix24.Reply) bool { return im.IsRecent(question) })
}

// isEmpty reports whether a result is one of PHP's ways to say that there is nothing.
func isEmpty(result json.RawMessage) bool {
	return slices.Contains([]string{"null", "[]", "{}", "false"}, string(result))
}

// Ask puts a question to the portal as the board's person, along with whatever else waits. It does not repeat a
// question that was answered before. The question must not change anything on the portal. The reply has no Err; the
// error is one of the client's.
func (b *Board) Ask(ctx context.Context, question bitrix24.Command) (bitrix24.Reply, error) {
	replies, failed := b.AskAll(ctx, []bitrix24.Command{question})
	return replies[0], failed[0]
}

// AskAll is [Board.Ask] for several questions at once. Replies and errors are in the order of the questions.
func (b *Board) AskAll(ctx context.Context, questions []bitrix24.Command) ([]bitrix24.Reply, []error) {
	replies, failed := make([]bitrix24.Reply, len(questions)), make([]error, len(questions))
	var open []int // the questions to ask
	var operations []*operation
	for i, question := range questions {
		if reply, known := b.answer(question); known {
			replies[i] = reply
			continue
		}
		open, operations = append(open, i), append(operations, newQuestion(question))
	}
	for i, err := range b.submit(ctx, operations...) {
		if failed[open[i]] = err; err == nil {
			replies[open[i]] = operations[i].reply
		}
	}
	return replies, failed
}

// answer is what is known about a question.
func (b *Board) answer(question bitrix24.Command) (bitrix24.Reply, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	reply, known := b.answers[question.String()]
	return reply, known
}
