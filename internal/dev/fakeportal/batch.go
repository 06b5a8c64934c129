package fakeportal

import (
	"net/http"
	"strings"
	"time"
)

// maxCommands is how many commands of a batch run ([SRC] rest_provider.php, [DOC] batch).
const maxCommands = 50

var (
	// Commands beyond the limit fail one by one; those before it run.
	tooManyCommands = &refusal{http.StatusOK, "ERROR_BATCH_LENGTH_EXCEEDED", "Max batch length exceeded"}
	notInBatch      = &refusal{http.StatusOK, "ERROR_BATCH_METHOD_NOT_ALLOWED", "Method is not allowed for batch usage"}
	// Inside a batch a scope that is missing comes without a text ([SRC] CRestServerBatchItem, [DOC] batch).
	batchScope = &refusal{http.StatusOK, "insufficient_scope", ""}
)

// batchResult collects what the commands of a batch gave, each under its key.
type batchResult struct{ result, errors, total, next, time *array }

// batch runs commands one after the other, in the order of their keys, each seeing what those
// before it did ([SRC] rest_provider.php methodsBatch, [DOC] batch). It succeeds also when all of
// them fail. Every command acts as the batch does: a command's own auth is overwritten ([SRC]).
func (p *Portal) batch(t *task) *array {
	halt := truthy(t.params.upperKeys().get("HALT"))
	results := batchResult{newArray(), newArray(), newArray(), newArray(), newArray()}
	position := 0
	for key, command := range commandsOf(t.params).all() {
		position++
		line, ok := command.(string)
		if !ok && position <= maxCommands {
			continue // neither a result nor an error
		}
		name, query := splitCommand(line)
		asked := newCommand(key, name, query)
		started := time.Now()
		rep, refused := p.runBatched(t, asked, query, position)
		p.recordCommand(t.entry, asked, rep, refused)
		if refused == nil {
			results.add(key, rep, p.replyTime(t.cred, name, started))
			continue
		}
		results.errors.set(key, refused.array())
		if halt {
			break
		}
	}
	return results.array()
}

// commandsOf is what a batch is to run; without commands, or with what is no array, it is nothing.
func commandsOf(params *array) *array {
	if commands, ok := params.upperKeys().get("CMD").(*array); ok {
		return commands
	}
	return newArray()
}

// runBatched runs the command at a position, counted from 1, if it may run.
func (p *Portal) runBatched(t *task, asked Command, query *array, position int) (reply, *refusal) {
	m, refused := t.cred.batched(asked.Method, position)
	if refused != nil {
		return reply{}, refused
	}
	return p.run(t, m, asked, query)
}

// batched finds the method of the command at a position, unless the command may not run.
func (c *credential) batched(name string, position int) (method, *refusal) {
	if position > maxCommands {
		return method{}, tooManyCommands
	}
	switch name {
	case batchMethod, "download", "upload":
		return method{}, notInBatch
	}
	m, ok := methodNamed(name)
	if !ok {
		return method{}, methodNotFound
	}
	if !c.allows(m.scope) {
		return method{}, batchScope
	}
	return m, nil
}

// splitCommand takes "im.recent.pin?DIALOG_ID=chat1&PIN=Y" apart. All values are strings.
func splitCommand(line string) (name string, query *array) {
	line, _, _ = strings.Cut(line, "#")
	name, rawQuery, _ := strings.Cut(line, "?")
	return strings.ToLower(name), parseQuery(rawQuery)
}

// add notes a command that succeeded.
func (r batchResult) add(key string, rep reply, times *array) {
	r.result.set(key, rep.result)
	if rep.next != nil {
		r.next.set(key, rep.next)
	}
	if rep.total != nil {
		r.total.set(key, rep.total)
	}
	r.time.set(key, times)
}

// array is the published shape. Each of the five is a PHP array of its own: a list when empty or
// when its keys are 0..n-1, an object otherwise ([MEAS] fast_bitrix24#44).
func (r batchResult) array() *array {
	return newArray(
		field{"result", r.result},
		field{"result_error", r.errors},
		field{"result_total", r.total},
		field{"result_next", r.next},
		field{"result_time", r.time},
	)
}
