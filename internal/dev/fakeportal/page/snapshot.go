package page

import (
	"encoding/json"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// snapshot is what a browser learns at a time. Of people and requests it has those that it does not
// know yet as they are.
type snapshot struct {
	Whole      bool      `json:"whole"` // forget what came before
	Now        int64     `json:"now"`   // as all times in milliseconds since 1970
	Generation string    `json:"generation"`
	Sorts      bool      `json:"sorts"` // the generation heeds how people sort their pins
	Bucket     bucket    `json:"bucket"`
	Faults     []fault   `json:"faults"`
	Order      []int64   `json:"order"` // all people
	People     []person  `json:"people"`
	Requests   []request `json:"requests"` // in the order of arrival
}

type bucket struct {
	Level     float64 `json:"level"`
	Threshold float64 `json:"threshold"`
	PerSecond float64 `json:"perSecond"`
	Unlimited bool    `json:"unlimited"`
}

type fault struct {
	Name   string `json:"name"`
	Detail string `json:"detail"`
	Method string `json:"method"`
	Times  int    `json:"times"`
}

type person struct {
	ID        int64    `json:"id"`
	Name      string   `json:"name"`
	Webhook   bool     `json:"webhook"`
	ActsAs    string   `json:"actsAs,omitempty"` // who the webhook acts as, if that is somebody else
	Sort      string   `json:"sort"`
	Pins      int      `json:"pins"` // shown or not
	Shown     []dialog `json:"shown"`
	Hidden    []dialog `json:"hidden"`
	Elsewhere []dialog `json:"elsewhere"`
}

type dialog struct {
	ID       string `json:"id"`
	Chat     int64  `json:"chat"`
	Title    string `json:"title"`
	Type     string `json:"type"`
	Group    string `json:"group,omitempty"`
	Activity int64  `json:"activity"`
	Pinned   bool   `json:"pinned"`
	MayPin   bool   `json:"mayPin"`
	Attached bool   `json:"attached"`
	HiddenBy string `json:"hiddenBy,omitempty"`
}

// stream is what one browser knows.
type stream struct {
	portal   *fakeportal.Portal
	whole    bool
	revision int64
	known    map[int64]string // people as they were last sent
}

func newStream(portal *fakeportal.Portal) *stream {
	return &stream{portal: portal, whole: true, known: map[int64]string{}}
}

// next is what the browser has to learn now, and what ends when there is more.
func (s *stream) next() (snapshot, <-chan struct{}) {
	view := s.portal.View(s.revision)
	next := snapshot{
		Whole: s.whole, Now: time.Now().UnixMilli(),
		Generation: view.Generation.String(), Sorts: view.Generation != fakeportal.Folders,
		Bucket: bucket(view.Bucket), Faults: []fault{}, Order: []int64{}, People: []person{}, Requests: []request{},
	}
	for _, f := range view.Faults {
		next.Faults = append(next.Faults, fault(f))
	}
	for _, p := range view.People {
		next.Order = append(next.Order, p.User.ID)
		if one := personOf(p, s.portal); s.isNews(one) {
			next.People = append(next.People, one)
		}
	}
	words := newGlossary(s.portal, view.People)
	for _, r := range view.Requests {
		next.Requests = append(next.Requests, words.request(r))
	}
	s.whole, s.revision = false, view.Revision
	return next, view.Changed
}

// isNews reports whether a person is not as the browser knows it.
func (s *stream) isNews(p person) bool {
	text, err := json.Marshal(p)
	if err != nil || s.known[p.ID] == string(text) {
		return false
	}
	s.known[p.ID] = string(text)
	return true
}

func personOf(v fakeportal.PersonView, portal *fakeportal.Portal) person {
	one := person{
		ID: v.User.ID, Name: fullName(v.User), Webhook: v.WebhookOf != 0, Sort: "position",
		Shown: dialogs(v.Shown), Hidden: dialogs(v.Hidden), Elsewhere: dialogs(v.Elsewhere),
	}
	if v.SortsByDate {
		one.Sort = "date"
	}
	if v.WebhookOf != 0 && v.WebhookOf != v.User.ID {
		one.ActsAs = nameOf(portal, v.WebhookOf)
	}
	for _, d := range append(one.Shown, one.Hidden...) {
		if d.Pinned {
			one.Pins++
		}
	}
	return one
}

func dialogs(views []fakeportal.DialogView) []dialog {
	list := make([]dialog, len(views))
	for i, v := range views {
		list[i] = dialog{
			ID: v.ID, Chat: v.ChatID, Title: v.Title, Type: v.Type, Group: v.Group,
			Activity: v.LastActivity.UnixMilli(), Pinned: v.Pinned, MayPin: v.MayPin, Attached: v.Attached, HiddenBy: v.HiddenBy,
		}
	}
	return list
}

func nameOf(portal *fakeportal.Portal, userID int64) string {
	for _, u := range portal.Users() {
		if u.ID == userID {
			return fullName(u)
		}
	}
	return ""
}
