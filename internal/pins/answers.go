package pins

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24/im"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/lookup"
)

var _ lookup.Asker = (*Board)(nil)

// answers are what the portal replied to the person's questions, by the question. They last as long as the board: the
// run of one command.
type answers map[string]bitrix24.Reply

// keep remembers what the operations of a request were answered. That there is nothing is not remembered: the same apply
// may create what is asked for. A pin changes the list of recent dialogs, so that pages of it are forgotten.
func (a answers) keep(batch []*operation) {
	for _, w := range batch {
		if w.kind == kindAsk && w.command != nil && w.reply.Result != nil && !isEmpty(w.reply.Result) {
			a[w.command.String()] = w.reply
		}
	}
	if slices.ContainsFunc(batch, (*operation).changes) {
		maps.DeleteFunc(a, func(question string, _ bitrix24.Reply) bool { return im.IsRecent(question) })
	}
}

// remember keeps the reply to a question that the board put for itself, in case somebody asks it too.
func (b *Board) remember(question bitrix24.Command, reply bitrix24.Reply) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.answers[question.String()] = reply
}

// isEmpty reports whether a result says that there is nothing, in one of PHP's ways.
func isEmpty(result json.RawMessage) bool {
	return slices.Contains([]string{"null", "[]", "{}", "false"}, string(result))
}

// Ask puts a question to the portal as the board's person, along with whatever else waits. A question that was answered
// before is not put again. The question must not change anything on the portal. The reply has no Err; the error is one
// of the client's.
func (b *Board) Ask(ctx context.Context, question bitrix24.Command) (bitrix24.Reply, error) {
	b.mu.Lock()
	known, answered := b.answers[question.String()]
	b.mu.Unlock()
	if answered {
		return known, nil
	}
	w := newQuestion(question)
	if err := b.submit(ctx, w); err != nil {
		return bitrix24.Reply{}, err
	}
	return w.reply, nil
}

// takeAnswered takes the questions out of the queue that were answered while they waited.
func (b *Board) takeAnswered() []*operation {
	var taken []*operation
	b.queue = slices.DeleteFunc(b.queue, func(w *operation) bool {
		if w.kind != kindAsk || w.command == nil {
			return false
		}
		reply, answered := b.answers[w.command.String()]
		if answered {
			w.reply = reply
			taken = append(taken, w)
		}
		return answered
	})
	return taken
}
