package fakeportal

import "net/http"

// batchMethod is apart from the other methods: it changes nothing itself and holds no lock while
// its commands take their time.
const batchMethod = "batch"

// method is one REST method of the portal.
type method struct {
	scope string // "" when none is needed
	run   func(*Portal, call) (reply, *refusal)
}

// call is one command as its method sees it.
type call struct {
	user   int64  // who asks
	params *array // names in upper case
	start  int64  // the reserved parameter of that name: where a list goes on
}

// reply is what a method returns: a result and, of lists, how to go on. Those two stand inside
// the array that a PHP method returns; the server moves them beside it ([SRC] processResponse).
type reply struct {
	result any
	next   any // int64, or nil
	total  any // int64, or nil
}

// refusal is an error as the portal words it. It is no Go error, because nothing went wrong here.
type refusal struct {
	status            int
	code, description string
}

var methodNotFound = &refusal{http.StatusNotFound, "ERROR_METHOD_NOT_FOUND", "Method not found!"}

// methodNamed finds a method by its name in lower case.
func methodNamed(name string) (method, bool) {
	const im = "im"
	switch name {
	case batchMethod:
		return method{}, true
	case "profile":
		return method{"", (*Portal).profile}, true
	case "im.recent.pin":
		return method{im, (*Portal).pinRecent}, true
	case "im.recent.list":
		return method{im, (*Portal).listRecent}, true
	case "im.chat.get":
		return method{im, (*Portal).getChat}, true
	case "im.dialog.get":
		return method{im, (*Portal).getDialog}, true
	case "im.search.chat.list":
		return method{im, (*Portal).searchChats}, true
	case "im.user.get":
		return method{im, (*Portal).getUser}, true
	}
	return method{}, false
}

// run executes one command, unless a fault befalls it or its method is blocked: it takes the
// command's time, then changes the portal's state, in one piece.
func (p *Portal) run(t *task, m method, asked Command, params *array) (reply, *refusal) {
	if refused := t.trouble.refusalOf(asked.Method); refused != nil {
		return reply{}, refused
	}
	if refused := p.withinOperating(t.cred, asked.Method); refused != nil {
		return reply{}, refused
	}
	pass(p.options.CommandLatency)
	p.aboutToRun(t.user, asked)
	p.mu.Lock()
	defer p.mu.Unlock()
	return m.run(p, call{
		user:   t.user,
		params: params.upperKeys(),
		start:  intval(params.get("start")), // reserved for the server, and in lower case only
	})
}
