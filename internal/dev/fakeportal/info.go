package fakeportal

import (
	"strings"
	"time"
)

// What the portal says of itself and of the credential; none of it needs a scope ([DOC]).

// listScopes answers scope: what the credential may do.
func (p *Portal) listScopes(c call) (reply, *refusal) {
	return reply{result: c.cred.scopeList()}, nil
}

func (c *credential) scopeList() *array {
	list := newArray()
	for _, scope := range c.scopes {
		list.push(scope)
	}
	return list
}

// getMethod answers method.get: whether there is a method of that name, and whether this
// credential may call it. Its parameter is "name" in lower case only.
func (p *Portal) getMethod(c call) (reply, *refusal) {
	m, exists := methodNamed(strings.ToLower(text(c.raw.get("name"))))
	return reply{result: newArray(
		field{"isExisting", exists},
		field{"isAvailable", exists && c.cred.allows(m.scope)},
	)}, nil
}

// appInfo answers app.info. For a webhook, which belongs to no application, there is little to
// say ([SRC]); the documentation has it that there is an error.
func (p *Portal) appInfo(c call) (reply, *refusal) {
	licence, family := p.licence()
	if !c.cred.token {
		return reply{result: newArray(
			field{"SCOPE", c.cred.scopeList()},
			field{"LICENSE", "ru_" + licence},
		)}, nil
	}
	return reply{result: newArray(
		field{"ID", int64(5)},
		field{"CODE", "local.5c8bb1b0891cf2.87252039"},
		field{"VERSION", int64(4)},
		field{"STATUS", "F"},
		field{"INSTALLED", true},
		field{"PAYMENT_EXPIRED", "N"},
		field{"DAYS", nil},
		field{"LANGUAGE_ID", "ru"},
		field{"LICENSE", "ru_" + licence},
		field{"LICENSE_TYPE", licence},
		field{"LICENSE_FAMILY", family},
	)}, nil
}

// licence is what the tariff is called, by itself and with those of its kind.
func (p *Portal) licence() (name, family string) {
	switch {
	case p.options.Edition == Box:
		return "selfhosted", "selfhosted"
	case p.options.Plan == Enterprise:
		return "ent10000", "ent"
	}
	return "std", "std"
}

// serverTime answers server.time, which is not in the portal's time zone ([DOC] example).
func (p *Portal) serverTime(call) (reply, *refusal) {
	return reply{result: time.Now().UTC().Format("2006-01-02T15:04:05-07:00")}, nil
}
