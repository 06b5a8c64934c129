package contract

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

const (
	// giveBackTime bounds giving back as a whole, except for a request that is under way at the end.
	giveBackTime = 90 * time.Second
	// giveBackTries is how often giving back reads the list.
	giveBackTries = 8
)

// LeftError says that dialogs which a session pinned may still be pinned. Its text has their ids: it is for the person
// whose list it is, not for a report.
type LeftError struct {
	Dialogs []string
	// Asked says that the list shows them as pinned. Otherwise the portal could not be asked.
	Asked bool
}

// Error tells the person what to unpin by hand.
func (e *LeftError) Error() string {
	dialogs := strings.Join(e.Dialogs, ", ")
	if e.Asked {
		return "these dialogs are still pinned, please unpin them by hand: " + dialogs
	}
	return "the portal could not be asked whether these dialogs are still pinned, please look, and unpin them by hand: " + dialogs
}

// giveBack unpins what this session pinned and the list still shows, and reads the list again, until it shows none of it.
// It does not use the session's context, because a stop is no reason to leave pins behind.
func (s *session) giveBack(ctx context.Context) error {
	if len(s.mine) == 0 {
		return nil
	}
	s.say("Giving back what was pinned.")
	ctx, cancel := context.WithTimeout(ctx, giveBackTime)
	defer cancel()
	left, quiet := &LeftError{Dialogs: s.mine}, 0
	wait := time.Second
	for range giveBackTries {
		pinned, err := s.minePinned(ctx)
		switch {
		case err == nil && len(pinned) > 0:
			left, quiet = &LeftError{Dialogs: pinned, Asked: true}, 0
			if s.unpinAll(ctx, pinned) == nil {
				continue // the list shows the outcome
			}
		case err == nil && (!s.unsure || quiet == 2):
			s.say("The list shows no pin of this run any more.")
			return nil
		case err == nil:
			// A change without an answer may still be carried out.
			left, quiet = &LeftError{Dialogs: s.mine}, quiet+1
		}
		if rest(ctx, wait) != nil {
			break
		}
		wait *= 2
	}
	return left
}

// minePinned returns the dialogs of this session that the portal shows as pinned now.
func (s *session) minePinned(ctx context.Context) ([]string, error) {
	a, err := s.client.call(ctx, "im.recent.list", listParams())
	if err != nil {
		return nil, err
	}
	result, _ := a.body["result"].(map[string]any)
	if _, isList := result["items"].([]any); !isList {
		return nil, errors.New("no list came")
	}
	var pinned []string
	rows := items(result)
	for _, dialog := range s.mine {
		if r, _ := find(rows, dialog); r != nil && r["pinned"] != false {
			pinned = append(pinned, dialog)
		}
	}
	return pinned, nil
}

// unpinAll unpins dialogs in one request. They are in the list, so no portal adds a row for them.
func (s *session) unpinAll(ctx context.Context, dialogs []string) error {
	var commands orderedCommands
	for i, dialog := range dialogs {
		commands = append(commands, [2]string{fmt.Sprintf("unpin%d", i), pinCommand(dialog, "N")})
	}
	_, err := s.batch(ctx, commands)
	return err
}
