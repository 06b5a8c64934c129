package page

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"slices"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// noRequests is a revision that no request is newer than.
const noRequests = math.MaxInt64

// maxAction is more than any action takes, in bytes.
const maxAction = 4 << 10

// maxTimes is how often a fault can be queued at once.
const maxTimes = 999

// action is what a person does on the page. Which of the fields it takes depends on the action.
type action struct {
	Action string `json:"action"`
	User   int64  `json:"user"`
	Dialog string `json:"dialog"`
	Chat   int64  `json:"chat"`
	Word   string `json:"word"`
	By     string `json:"by"`
	Name   string `json:"name"`
	Times  int    `json:"times"`
}

// outcome is the answer to an action.
type outcome struct {
	Error   string `json:"error,omitempty"`
	Reason  string `json:"reason,omitempty"` // a word for the error where the page has words of its own
	Webhook string `json:"webhook,omitempty"`
}

// serveAction does what a person wants, if it was the page that asked.
func (p *Page) serveAction(w http.ResponseWriter, r *http.Request) {
	if why := actionRefusal(r); why != "" {
		http.Error(w, why, http.StatusForbidden)
		return
	}
	a, err := readAction(http.MaxBytesReader(w, r.Body, maxAction))
	if err != nil {
		answer(w, http.StatusBadRequest, outcome{Error: err.Error()})
		return
	}
	if a.Action == "reveal" {
		webhook, err := p.webhookOf(a.User, "http://"+r.Host)
		answerOr(w, outcome{Webhook: webhook}, err)
		return
	}
	answerOr(w, outcome{}, p.do(a))
}

// readAction reads one action and nothing after it.
func readAction(body io.Reader) (action, error) {
	var a action
	decoder := json.NewDecoder(body)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&a); err != nil {
		return a, fmt.Errorf("the action cannot be read: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return a, errors.New("there is more than one action")
	}
	return a, nil
}

func answerOr(w http.ResponseWriter, o outcome, err error) {
	if err != nil {
		answer(w, http.StatusUnprocessableEntity, outcome{Error: err.Error(), Reason: reasonOf(err)})
		return
	}
	answer(w, http.StatusOK, o)
}

// errTimes is why a fault is not queued for so many requests.
var errTimes = fmt.Errorf("a fault is queued for 1 to %d requests", maxTimes)

func reasonOf(err error) string {
	switch {
	case errors.Is(err, fakeportal.ErrPinLimit):
		return "limit"
	case errors.Is(err, errTimes):
		return "times"
	}
	return ""
}

func answer(w http.ResponseWriter, status int, o outcome) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(o) // a browser that is gone needs no answer
}

// do does what an action says.
func (p *Page) do(a action) error {
	switch a.Action {
	case "pin":
		return p.portal.Pin(a.User, a.Dialog)
	case "unpin":
		return p.portal.Unpin(a.User, a.Dialog)
	case "post", "leave", "join", "attach", "detach":
		return p.doToChat(a)
	case "generation":
		var generation fakeportal.Generation
		if err := generation.UnmarshalText([]byte(a.Word)); err != nil {
			return fmt.Errorf("%q is no generation: %w", a.Word, err)
		}
		p.portal.Update(generation)
		return nil
	case "sort":
		return p.sort(a)
	case "spend":
		return p.spend()
	case "fault":
		return p.queueFault(a)
	case "heal":
		p.portal.Heal()
		return nil
	}
	return fmt.Errorf("there is no action %q", a.Action)
}

// doToChat is what is done to a chat as a whole, or to somebody's being in it.
func (p *Page) doToChat(a action) error {
	chat, ok := p.portal.Chat(a.Chat)
	if !ok {
		return fmt.Errorf("there is no chat %d", a.Chat)
	}
	if a.Action == "post" {
		p.portal.Post(a.Chat)
		return nil
	}
	if chat.Type == "private" {
		return errors.New("a private dialog has no members to come and go, and belongs to no project")
	}
	switch a.Action {
	case "attach":
		p.portal.Attach(a.Chat, projectChatID)
		return nil
	case "detach":
		p.portal.Detach(a.Chat)
		return nil
	}
	return p.comeOrGo(a, slices.Contains(chat.Members, a.User))
}

// projectChatID is the chat of the project that chats are attached to. The portal keeps only that a
// chat is attached, so it need not exist.
const projectChatID = 1 << 40

func (p *Page) comeOrGo(a action, isMember bool) error {
	name := nameOf(p.portal, a.User)
	switch {
	case name == "":
		return fmt.Errorf("there is no user %d", a.User)
	case a.Action == "join" && isMember:
		return fmt.Errorf("%s is in chat %d already", name, a.Chat)
	case a.Action == "join":
		p.portal.AddMember(a.Chat, a.User)
	case !isMember:
		return fmt.Errorf("%s is not in chat %d", name, a.Chat)
	default:
		p.portal.RemoveMember(a.Chat, a.User)
	}
	return nil
}

func (p *Page) sort(a action) error {
	if nameOf(p.portal, a.User) == "" {
		return fmt.Errorf("there is no user %d", a.User)
	}
	switch a.By {
	case "date":
		p.portal.SortPinsByDate(a.User)
	case "position":
		p.portal.SortPinsByPosition(a.User)
	default:
		return fmt.Errorf("pins are sorted by date or by position, not by %q", a.By)
	}
	return nil
}

// spendTime is how long everything is refused once the limit was spent.
const spendTime = 10 // seconds

// spend simulates another program that asks until the portal refuses everybody for a while.
func (p *Page) spend() error {
	limit := p.portal.View(noRequests).Bucket
	if limit.Unlimited {
		return errors.New("this portal counts no requests")
	}
	p.portal.Spend(max(0, limit.Threshold+spendTime*limit.PerSecond-limit.Level))
	return nil
}

func (p *Page) queueFault(a action) error {
	if a.Times < 1 || a.Times > maxTimes {
		return fmt.Errorf("%w, not for %d", errTimes, a.Times)
	}
	all := queueables()
	i := slices.IndexFunc(all, func(q queueable) bool { return q.name == a.Name })
	if i < 0 {
		return fmt.Errorf("there is no fault %q", a.Name)
	}
	p.portal.Fail(a.Times, all[i].method, all[i].fault)
	return nil
}

// webhookOf is the webhook with the user's number in it.
func (p *Page) webhookOf(userID int64, base string) (string, error) {
	for _, person := range p.portal.View(noRequests).People {
		if person.User.ID == userID && person.WebhookOf != 0 {
			return p.portal.WebhookURL(base, userID), nil
		}
	}
	return "", fmt.Errorf("user %d has no webhook", userID)
}
