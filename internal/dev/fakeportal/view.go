package fakeportal

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// View is the portal as one who watches it sees it, everything at one moment. It holds no secret.
type View struct {
	Revision   int64           // counts changes; see [Portal.View]
	Changed    <-chan struct{} // is closed at the next change; the bucket's draining is none
	Generation Generation
	Bucket     BucketLevel
	Faults     []QueuedFault // in the order of [Portal.Fail]
	People     []PersonView  // who has a webhook or a list, by id
	Requests   []Request     // of those that [Portal.KeepForView] keeps, those that changed, in the order of arrival
}

// BucketLevel is how much of the request limit is spent.
type BucketLevel struct {
	Level     float64 // now
	Threshold float64 // above it, requests are refused
	PerSecond float64 // what drains
	Unlimited bool    // the portal counts no requests
}

// QueuedFault is a fault that is still to come.
type QueuedFault struct {
	Name   string // of the function that makes it: "HTMLPage"
	Detail string // such as "502", "10s" or a code
	Method string // whom it is for; "" for every request
	Times  int    // how often; below 0 until [Portal.Heal]
}

// PersonView is one of the people and what that person sees.
type PersonView struct {
	User        User
	WebhookOf   int64        // who the webhook with this person's number acts as, 0 if there is none
	SortsByDate bool         // [Portal.SortPinsByDate]
	Shown       []DialogView // the list, from the top
	Hidden      []DialogView // not shown though the person is in it, pins first
	Elsewhere   []DialogView // chats of several people that the person is not in
}

// DialogView is one dialog as one person sees it.
type DialogView struct {
	ID           string // "chat17", "256"
	ChatID       int64
	Title        string
	Type         string // as [Chat] has it; "private" for a private dialog
	Group        string // "5" for a workgroup's chat
	LastActivity time.Time
	Pinned       bool
	MayPin       bool   // the web client offers it
	Attached     bool   // to a project or a collab
	HiddenBy     string // "attached", "comments", "guest", "dismissed", "empty" or "removed" if it is not shown
}

// KeepForView lets views have the newest requests, so many of them, whatever becomes of the log. Until it
// is called they have none, so that a portal that nobody looks at keeps nothing.
func (p *Portal) KeepForView(requests int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.keptForView = requests
}

// View returns what there is to see. Of the requests it has those that changed after the revision
// since, so that who watches need not read the same ones again; 0 is for all.
func (p *Portal) View(since int64) View {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.changed == nil {
		p.changed = make(chan struct{})
	}
	v := View{
		Revision: p.revision, Changed: p.changed, Generation: p.generation,
		Bucket: p.bucketLevel(), Faults: p.queuedFaults(), People: p.peopleSeen(),
	}
	for _, e := range p.newest {
		if e.revision > since {
			v.Requests = append(v.Requests, e.clone())
		}
	}
	return v
}

// change tells those who watch that something is different. It costs next to nothing when nobody does.
func (p *Portal) change() {
	p.revision++
	if p.changed != nil {
		close(p.changed)
		p.changed = nil
	}
}

// watch keeps a new entry for those who watch, whatever becomes of the log.
func (p *Portal) watch(e *Request) {
	p.entryChanged(e)
	p.newest = append(p.newest, e)
	if extra := len(p.newest) - p.keptForView; extra > 0 {
		p.newest = slices.Delete(p.newest, 0, extra)
	}
}

func (p *Portal) entryChanged(e *Request) {
	p.change()
	e.revision = p.revision
}

func (p *Portal) bucketLevel() BucketLevel {
	allowed, seen := p.options.Plan.allowance(), p.bucket // a copy: who looks drains nothing
	return BucketLevel{
		Level: seen.add(allowed, 0, time.Now()), Threshold: allowed.threshold,
		PerSecond: allowed.perSecond, Unlimited: p.options.unlimited(),
	}
}

func (p *Portal) queuedFaults() []QueuedFault {
	queued := make([]QueuedFault, len(p.faults))
	for i, f := range p.faults {
		queued[i] = QueuedFault{Name: f.name, Detail: f.detail, Method: f.method, Times: f.times}
	}
	return queued
}

func (p *Portal) peopleSeen() []PersonView {
	owners := map[int64]int64{} // of webhooks, by the number in their paths
	for _, c := range slices.Backward(p.webhooks) {
		owners[c.pathUser] = c.userID
	}
	var people []PersonView
	for _, id := range slices.Sorted(maps.Keys(p.users)) {
		if owners[id] != 0 || len(p.recent[id]) > 0 {
			person := p.personSeen(id)
			person.WebhookOf = owners[id]
			people = append(people, person)
		}
	}
	return people
}

// personSeen is what one person sees, and what not.
func (p *Portal) personSeen(userID int64) PersonView {
	person := PersonView{User: p.users[userID], SortsByDate: p.byDate[userID]}
	shown := map[int64]bool{}
	for _, r := range p.seen(userID) {
		shown[r.chat.ID] = true
		person.Shown = append(person.Shown, p.dialogSeen(userID, r))
	}
	for _, ch := range p.chats {
		switch {
		case shown[ch.ID]:
		case ch.hasMember(userID):
			person.Hidden = append(person.Hidden, p.dialogHidden(userID, ch))
		case ch.Type != typePrivate:
			person.Elsewhere = append(person.Elsewhere, p.dialogSeen(userID, &row{key: ch.keyFor(userID), chat: ch}))
		}
	}
	sortViews(person.Hidden)
	sortViews(person.Elsewhere)
	return person
}

// sortViews puts pins first, and what is livelier before what is not.
func sortViews(views []DialogView) {
	slices.SortFunc(views, func(a, b DialogView) int {
		switch {
		case a.Pinned && !b.Pinned:
			return -1
		case b.Pinned && !a.Pinned:
			return 1
		}
		return cmp.Or(b.LastActivity.Compare(a.LastActivity), cmp.Compare(b.ChatID, a.ChatID))
	})
}

func (p *Portal) dialogSeen(userID int64, r *row) DialogView {
	v := DialogView{
		ID: r.key.dialogID(), ChatID: r.chat.ID, Title: p.title(r), Type: r.chat.Type,
		LastActivity: r.chat.lastActivity, Pinned: r.pinned, MayPin: p.mayPinByHand(r.chat, userID), Attached: r.chat.attached,
	}
	if r.chat.EntityType == groupEntity {
		v.Group = r.chat.EntityID
	}
	return v
}

// dialogHidden is a dialog that the person is in and is not shown, and why.
func (p *Portal) dialogHidden(userID int64, ch *chat) DialogView {
	r := p.recent[userID][ch.keyFor(userID)]
	if r == nil {
		v := p.dialogSeen(userID, &row{key: ch.keyFor(userID), chat: ch})
		v.HiddenBy = "removed"
		return v
	}
	v := p.dialogSeen(userID, r)
	switch {
	case ch.attached:
		v.HiddenBy = "attached"
	case ch.Type == typeComment:
		v.HiddenBy = "comments"
	case r.key.private && p.users[r.key.id].Dismissed:
		v.HiddenBy = "dismissed"
	case r.key.private:
		v.HiddenBy = "guest"
	default:
		v.HiddenBy = "empty"
	}
	return v
}
