package fakeportal

// Generation says which of two generations of code answers im.recent.pin ([SRC]: the change lies
// between the sources of im 26.0.0 and 26.150.0, of 2026-02 and 2026-03).
type Generation int

const (
	// Current checks access, and adds a dialog that is not among the person's recent ones to them.
	Current Generation = iota
	// Legacy checks nothing and pins only what is among the person's recent dialogs; a portal in
	// a box may stay on it for years.
	Legacy
)

// Edition says who runs the portal.
type Edition int

const (
	// Cloud is a portal that Bitrix24 hosts, with limits.
	Cloud Edition = iota
	// Box is a portal on a server of one's own: no intensity limit, and no account of operating
	// time, so that no time has operating fields ([SRC] load_limiter_active is N there).
	Box
)

// Plan is the part of a tariff that matters here: how fast one may ask.
type Plan int

const (
	// Standard is every plan but one.
	Standard Plan = iota
	// Enterprise is the plan that may ask more often.
	Enterprise
)

// allowance is how fast the bucket of a plan drains and how much it holds.
type allowance struct{ perSecond, threshold float64 }

// allowance is the plan's, as published ([DOC] limits).
func (pl Plan) allowance() allowance {
	if pl == Enterprise {
		return allowance{perSecond: 5, threshold: 250}
	}
	return allowance{perSecond: 2, threshold: 50}
}

// unlimited reports whether the front end counts no requests.
func (o Options) unlimited() bool { return o.NoIntensityLimit || o.Edition == Box }

// countsOperating reports whether the portal keeps an account of operating time.
func (o Options) countsOperating() bool { return o.Edition == Cloud }
