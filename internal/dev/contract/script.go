package contract

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

const (
	// noChat is the number of a chat and of a group that no portal has: the database counts up to it.
	noChat = "2147483646"
	// tick is longer than a second, the resolution of dates.
	tick = 1100 * time.Millisecond
)

// evidence holds all answers of a portal. Checks look at it and send nothing themselves, so that the requests do not depend
// on the list of facts.
type evidence struct {
	webhook Webhook
	profile answer
	list    answer // the recent list before any change

	unknown answer // a method that does not exist
	badID   answer // a dialog id of a wrong form
	foreign answer // a chat that the user is not in

	noCommands answer // a batch without commands
	letters    answer // of two commands whose keys are words
	numbers    answer // of two commands whose keys are 0 and 1
	failing    answer // of one command that fails
	tooMany    answer // of 51 commands
	lookups    answer // of im.chat.get: for a group that does not exist, and for one of the list

	group  string // the id of a group whose chat is in the list, "" if there is none
	chosen choice

	first, second, private   step // pins
	again, unpin, unpinAgain step // changes of the first pin
}

// observe asks the portal for everything that the checks look at. The order matters for pins: each step shows in the list
// of the next one.
func (s *session) observe(ctx context.Context) (*evidence, error) {
	e := &evidence{webhook: s.client.webhook}
	s.say("Reading.")
	for _, part := range []func(context.Context, *evidence) error{s.read, s.refusals, s.batches, s.pins} {
		if err := part(ctx, e); err != nil {
			return nil, err
		}
	}
	return e, nil
}

// read asks what every webhook may ask. Without that there is nothing to check.
func (s *session) read(ctx context.Context, e *evidence) (err error) {
	if e.profile, err = s.must(ctx, "profile", nil); err != nil {
		return err
	}
	if e.list, err = s.must(ctx, "im.recent.list", listParams()); err != nil {
		return err
	}
	rows := items(e.list.body["result"])
	if len(rows) == 0 {
		return errors.New("the recent list of the webhook's user is empty; it needs chats to look at")
	}
	e.group = groupIn(rows)
	e.chosen = choose(rows)
	return nil
}

// must calls a method that has to succeed.
func (s *session) must(ctx context.Context, method string, params map[string]any) (answer, error) {
	a, err := s.client.call(ctx, method, params)
	if err == nil && (a.status != http.StatusOK || a.code() != "") {
		err = fmt.Errorf("the portal refuses what any webhook may ask (%s); is this the URL of an inbound webhook?", a.brief())
	}
	return a, err
}

// refusals sends what a portal has to refuse. None of it changes anything. The chat that nobody is in is unpinned, not
// pinned, so that even an unknown kind of portal pins nothing.
func (s *session) refusals(ctx context.Context, e *evidence) (err error) {
	if e.unknown, err = s.client.call(ctx, "im.recent.contract", nil); err != nil {
		return err
	}
	if e.badID, err = s.client.call(ctx, "im.recent.pin", map[string]any{"DIALOG_ID": "abc", "PIN": "N"}); err != nil {
		return err
	}
	e.foreign, err = s.client.call(ctx, "im.recent.pin", map[string]any{"DIALOG_ID": "chat" + noChat, "PIN": "N"})
	return err
}

// batches sends batches that change nothing.
func (s *session) batches(ctx context.Context, e *evidence) error {
	const profile = "profile"
	tooMany := orderedCommands{}
	for i := range 51 {
		tooMany = append(tooMany, [2]string{fmt.Sprintf("c%d", i+1), profile})
	}
	lookups := orderedCommands{{"none", "im.chat.get?ENTITY_TYPE=SONET_GROUP&ENTITY_ID=" + noChat}}
	if e.group != "" {
		lookups = append(lookups, [2]string{"group", "im.chat.get?ENTITY_TYPE=SONET_GROUP&ENTITY_ID=" + e.group})
	}
	for _, batch := range []struct {
		answer   *answer
		commands any
	}{
		{&e.noCommands, nil},
		{&e.letters, orderedCommands{{"one", profile}, {"two", profile}}},
		{&e.numbers, []string{profile, profile}},
		{&e.failing, orderedCommands{{"bad", pinCommand("abc", "N")}}},
		{&e.tooMany, tooMany},
		{&e.lookups, lookups},
	} {
		var err error
		if *batch.answer, err = s.batch(ctx, batch.commands); err != nil {
			return err
		}
	}
	return nil
}

// pins pins the chosen dialogs, the more active chat first, then pins the first of them again, and unpins it twice.
func (s *session) pins(ctx context.Context, e *evidence) error {
	c := e.chosen
	if c.first != "" || c.private != "" {
		s.say("Pinning and unpinning.")
	} else {
		s.say("Nothing can be pinned here: %s.", c.why)
	}
	if err := s.tryPin(ctx, &e.first, c.first, c.why, c.shownPins); err != nil {
		return err
	}
	pinned := time.Now()
	if why := e.first.skipped; c.first != "" && why != "" {
		c.second, c.whySecond, c.private, c.whyPrivate = "", why, "", why
	}
	if err := s.tryPin(ctx, &e.second, c.second, c.whySecond, c.shownPins); err != nil {
		return err
	}
	if err := s.tryPin(ctx, &e.private, c.private, c.whyPrivate, c.shownPins); err != nil {
		return err
	}
	if why := e.first.skipped; why != "" {
		e.again.skipped, e.unpin.skipped, e.unpinAgain.skipped = why, why, why
		return nil
	}
	// Dates have a resolution of a second: a change within the same second would not show.
	if err := rest(ctx, time.Until(pinned.Add(tick))); err != nil {
		return err
	}
	err := s.tryPin(ctx, &e.again, c.first, c.why, c.shownPins)
	for _, to := range []*step{&e.unpin, &e.unpinAgain} {
		if err == nil {
			*to, err = s.unpin(ctx, c.first)
		}
	}
	return err
}

// tryPin pins a dialog if there is one. A refusal that the limit explains does not count.
func (s *session) tryPin(ctx context.Context, to *step, dialog, otherwise string, shownPins int) (err error) {
	if dialog == "" {
		*to = step{skipped: otherwise}
		return nil
	}
	*to, err = s.pin(ctx, dialog)
	to.skipped = to.refused(shownPins)
	return err
}
