// Package fakeportal is a Bitrix24 portal in memory: an [http.Handler] that answers the REST
// methods around pinned chats as a portal of each generation answers them, in the cloud or in a
// box, mistakes and oddities included. A test lets things happen in it: [Portal.Update] changes the
// generation, [Portal.Post] writes to a chat, [Portal.Attach] makes a chat part of a project, and
// [Portal.MoveWebhook] gives a webhook to another owner. [Portal.View] shows what people see, and tells
// when that changes.
//
// A real portal cannot be had in a test, and a stub that answers what the client expects proves
// only that the client agrees with itself. So this portal is written from what is known of the
// server alone (its PHP sources, the official documentation, measurements that others published)
// and shares no code with the client: a misreading in the client meets an answer that it did not
// write itself. It keeps state (people, chats, who pinned what), enforces the limits, fails in the
// ways of a network when told to, and records every request, so that a test can say what was asked
// and also what was not.
//
// Comments name the origin of a rule: [SRC] the portal's PHP source, [DOC] the official
// documentation, [MEAS] measured and reported by a third party, [INF] inferred from the source
// and untested. FACTS.md, beside this file, has every rule in full, with its source and its test.
//
// What neither the provider nor its tests need is not implemented; FACTS.md lists it. Nothing is ever unread here,
// and no token is renewed.
package fakeportal

import (
	"sync"
	"time"
)

// Options are the knobs of a portal; the zero value is a standard cloud portal that answers at once.
type Options struct {
	// RequestLatency is how long the portal takes for any request. A request that the intensity
	// limit refuses is answered at once, because the refusal comes from the front end.
	RequestLatency time.Duration
	// CommandLatency is how long it takes, on top, for every command, batched or not.
	CommandLatency time.Duration
	// NoIntensityLimit switches the leaky bucket off.
	NoIntensityLimit bool
	// Generation is that of the server's code to begin with; see [Portal.Update].
	Generation Generation
	// Edition is the cloud's or a box.
	Edition Edition
	// Plan decides how many requests the cloud takes.
	Plan Plan
	// NoChatIsError makes im.chat.get refuse an entity without a chat, as some portals do, where others
	// answer null ([MEAS] b24jssdk 4926d30).
	NoChatIsError bool
	// DocumentedStatuses answers with the HTTP statuses of the documentation's table where those
	// of the source differ from it.
	DocumentedStatuses bool
	// OnAnswer, when set, is called with the log entry of each request once it is answered.
	// It may be called by several requests at a time.
	OnAnswer func(Request)
}

// Portal is one fake portal. It is safe for use by many requests and tests at a time.
type Portal struct {
	options Options
	began   time.Time

	mu         sync.Mutex
	generation Generation
	users      map[int64]User
	webhooks   []*credential
	tokens     map[string]*credential
	blots      []blot
	blotStarts map[string][]string // the folded secrets, by their beginning
	groups     map[int64]group
	chats      map[int64]*chat
	recent     map[int64]recentList
	byDate     map[int64]bool // whose pins are sorted by date
	nextChatID int64
	activity   int64
	bucket     bucket
	faults     []queuedFault

	beforeCommand func(userID int64, c Command)
	log           []*Request
	arrived       int64      // how many requests have come in
	newest        []*Request // for those who watch; see [Portal.View]
	keptForView   int        // how many those are at most
	revision      int64      // counts changes
	changed       chan struct{}
}

// New returns a portal with nobody in it.
func New(o Options) *Portal {
	return &Portal{
		options:    o,
		generation: o.Generation,
		began:      time.Now(),
		users:      map[int64]User{},
		tokens:     map[string]*credential{},
		blotStarts: map[string][]string{},
		groups:     map[int64]group{},
		chats:      map[int64]*chat{},
		recent:     map[int64]recentList{},
		byDate:     map[int64]bool{},
		nextChatID: firstGivenChatID,
	}
}

// pass lets d go by; it is never called under the portal's lock, so that a slow request does not
// make the others slow.
func pass(d time.Duration) {
	if d > 0 {
		<-time.After(d)
	}
}
