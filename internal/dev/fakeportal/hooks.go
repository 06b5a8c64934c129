package fakeportal

// BeforeCommand lets hook happen before each command that runs, batched or not, once its latency
// has passed: a test can act as another person in the middle of a batch. The hook is called without
// the portal's lock and may do anything with the portal, and by several requests at a time; a
// request that it sends itself calls it again. While it waits the command takes that long. Secrets
// are blotted out of c as they are in the log, and c has no outcome yet. A command that is refused
// before it runs (by a fault, a scope, a limit of the portal) calls no hook. nil takes it off.
func (p *Portal) BeforeCommand(hook func(userID int64, c Command)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.beforeCommand = hook
}

// aboutToRun calls the hook.
func (p *Portal) aboutToRun(userID int64, c Command) {
	p.mu.Lock()
	hook := p.beforeCommand
	if hook != nil {
		c = p.redacted(c)
	}
	p.mu.Unlock()
	if hook != nil {
		hook(userID, c)
	}
}
