package fakeportal

import (
	"slices"
	"testing"
)

// TestPinnedByHand asks for the permission of each generation, and has none of the holes of
// im.recent.pin.
func TestPinnedByHand(t *testing.T) {
	t.Parallel()
	for name, generation := range generations() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newTestPortalWith(Options{Generation: generation})
			for _, id := range []string{"chat17", "CHAT21", "sg5", "2", "chat17"} {
				if err := p.Pin(1, id); err != nil {
					t.Error(err)
				}
			}
			want := []string{"2", "chat170", "chat21", "chat17"}
			wantPins(t, p, 1, want...) // and what was pinned once more has not moved
			for _, id := range []string{"chat98", "chat99", "chat404", "404", "notify"} {
				if p.Pin(1, id) == nil || p.Unpin(1, id) == nil || p.Hide(1, id) == nil {
					t.Errorf("%s is somebody else's", id)
				}
			}
			wantPinned(t, p, 1, want...)
			for _, id := range []string{"chat30", "chat31"} { // an open line and comments
				if err := p.Pin(1, id); (err == nil) != (generation == Legacy) {
					t.Errorf("%s: %v", id, err)
				}
			}
			for _, id := range []string{"2", "CHAT21"} {
				if err := p.Unpin(1, id); err != nil {
					t.Error(err)
				}
			}
			rest := []string{"chat170", "chat17"}
			if generation == Legacy {
				rest = append([]string{"chat31", "chat30"}, rest...)
			}
			wantPinned(t, p, 1, rest...)

			fill(t, p, maxPins-len(rest))
			if err := p.Pin(1, "chat21"); err == nil {
				t.Error("one more than the limit")
			}
			if err := p.Pin(1, "chat17"); err != nil {
				t.Errorf("what is pinned, at the limit: %v", err)
			}
		})
	}
}

// TestRule11UnpinnedByHand adds no row with folders, as by REST.
func TestRule11UnpinnedByHand(t *testing.T) {
	t.Parallel()
	onEach(t, checking(), func(t *testing.T, g Generation) {
		p := newTestPortalWith(Options{Generation: g})
		if err := p.Hide(1, "chat17"); err != nil {
			t.Fatal(err)
		}
		if err := p.Unpin(1, "chat17"); err != nil {
			t.Error(err)
		}
		if ids := listed(t, p, ""); slices.Contains(ids, `"chat17"`) != (g == Positions) {
			t.Errorf("listed %q", ids)
		}
	})
}
