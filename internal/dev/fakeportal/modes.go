package fakeportal

// Edition says who runs the portal.
type Edition int

const (
	// Cloud is a portal that Bitrix24 hosts, with limits.
	Cloud Edition = iota
	// Box is a self-hosted portal: it has no intensity limit, and keeps no account of operating time, so no time has
	// operating fields ([SRC] load_limiter_active is N there).
	Box
)

// Plan is the part of a tariff that matters here: how many requests it allows.
type Plan int

const (
	// Standard is every plan but Enterprise.
	Standard Plan = iota
	// Enterprise is the plan that allows more requests.
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
