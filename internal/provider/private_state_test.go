package provider

import "testing"

// A state that something else wrote cannot be used. The error says so, says what to do, and changes nothing.
func TestUnreadableState(t *testing.T) {
	for name, test := range map[string]struct{ block, key string }{
		"pin":  {pinned("it", "chat17"), pinPrivateKey},
		"list": {pinnedList("", "chat17"), listPrivateKey},
	} {
		t.Run(name, func(t *testing.T) {
			simulated(t, func(t *testing.T) {
				portal := newTestPortal(t)
				s := newSimulation(t, portal.world())
				s.applies(portal.provider("") + test.block)
				mustDo(t, s.terraform.Rewrite(func(_ map[string]any, private map[string][]byte) {
					private[test.key] = []byte(`["written by something else"]`)
				}))
				portal.forget()
				s.fails(portal.provider("")+test.block, "Error: Unreadable state", "was not written by this provider", "Restore the state from a backup", "terraform state rm and import it")
				mustDo(t, portal.nothingWritten()())
			})
		})
	}
}
