package fakeportal

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestRule29UpdateForthAndBack: a pin that never had a position stands above those that have one, and
// new pins come below it, until it is pinned anew.
func TestRule29UpdateForthAndBack(t *testing.T) {
	t.Parallel()
	p := newTestPortalWith(Options{Generation: Positions})
	p.AddPrivateDialog(1, 2)
	pinAll(t, p, "2", "chat170") // from the top 170, 2
	p.Update(Folders)
	wantPins(t, p, 1, "2", "chat170")
	pinAll(t, p, "chat17", "chat21") // without a position
	wantPins(t, p, 1, "2", "chat170", "chat21", "chat17")

	p.Update(Positions)
	wantPins(t, p, 1, "chat21", "chat17", "chat170", "2")
	pinAll(t, p, "chat17") // is pinned already
	wantPins(t, p, 1, "chat21", "chat17", "chat170", "2")
	p.AddChat(Chat{ID: 600, Members: []int64{1}})
	pinAll(t, p, "chat600")
	wantPins(t, p, 1, "chat21", "chat17", "chat600", "chat170", "2")
	unpinAll(t, p, "chat21") // leaves no gap
	wantPins(t, p, 1, "chat17", "chat600", "chat170", "2")
	pinAll(t, p, "chat21")
	wantPins(t, p, 1, "chat17", "chat21", "chat600", "chat170", "2")
	unpinAll(t, p, "chat600") // leaves one
	wantPositions(t, p, map[int64]int64{17: 0, 21: 1, 600: 0, 170: 2})
	p.Update(Folders)
	wantPins(t, p, 1, "2", "chat170", "chat21", "chat17")
	p.Update(Legacy)
	wantPins(t, p, 1, "chat17", "chat21", "chat170", "2")
}

// wantPositions looks at PIN_SORT of chats of user 1.
func wantPositions(t *testing.T, p *Portal, want map[int64]int64) {
	t.Helper()
	for id, position := range want {
		if got := p.recentOf(1)[rowKey{id: id}].sort; got != position {
			t.Errorf("chat%d is at %d, want %d", id, got, position)
		}
	}
}

// TestRule29StalePositions is what the portal's authors saw: a dialog that folders unpinned keeps its
// position, and once positions count again it is listed behind all that were never pinned. Pinning and
// unpinning others does not move it.
func TestRule29StalePositions(t *testing.T) {
	t.Parallel()
	p := newTestPortalWith(Options{Generation: Positions})
	pinAll(t, p, "chat170", "2") // at 2 and 1
	p.Update(Folders)
	unpinAll(t, p, "chat170")
	if got, want := listed(t, p, ""), []string{"2", `"chat30"`, `"chat170"`, `"chat21"`, `"chat17"`}; !slices.Equal(got, want) {
		t.Errorf("with folders %q, want %q", got, want)
	}
	p.Update(Positions)
	if got, want := listed(t, p, ""), []string{"2", `"chat30"`, `"chat21"`, `"chat17"`, `"chat170"`}; !slices.Equal(got, want) {
		t.Errorf("by position %q, want %q", got, want)
	}
	pinAll(t, p, "chat21")
	wantPositions(t, p, map[int64]int64{21: 1, 170: 2})
	unpinAll(t, p, "chat21")
	wantPositions(t, p, map[int64]int64{21: 0, 170: 2})
	pinAll(t, p, "chat21", "chat170")
	wantPins(t, p, 1, "chat170", "chat21", "2")
}

// TestRule29UpdateWhileItRuns updates the portal between two commands of a batch.
func TestRule29UpdateWhileItRuns(t *testing.T) {
	t.Parallel()
	p := newTestPortalWith(Options{Generation: Legacy})
	if err := p.Hide(1, "chat17"); err != nil {
		t.Fatal(err)
	}
	p.BeforeCommand(func(_ int64, c Command) {
		p.Update(map[string]Generation{"a": Legacy, "b": Folders, "c": Positions, "d": Folders}[c.Key])
	})
	command := func(id string) string { return fmt.Sprintf("im.recent.pin?DIALOG_ID=%s", id) }
	_, answer := batched(p, fmt.Sprintf(`{"cmd":{"a":%q,"b":%q,"c":%q,"d":%q}}`, command("chat17"), command("chat17"), command("sg5"), command("CHAT21")))
	if want := `"result":{"a":false,"b":true,"c":true,"d":true}`; !strings.Contains(answer, want) {
		t.Errorf("no %s in %s", want, answer)
	}
	wantPins(t, p, 1, "chat21", "chat17")
	for _, g := range []Generation{Folders, Legacy} { // of which one lets people pin an Open Channel by hand
		p.Update(g)
		if err := p.Pin(1, "chat30"); (err == nil) != (g == Legacy) {
			t.Errorf("%s: %v", g, err)
		}
	}
}

// TestRule30SwitchToPositions sorts by the last messages of that moment, the oldest on top.
func TestRule30SwitchToPositions(t *testing.T) {
	t.Parallel()
	onEach(t, []Generation{Positions, Legacy}, func(t *testing.T, g Generation) {
		p := newTestPortalWith(Options{Generation: g})
		pinAll(t, p, "chat170", "chat17", "chat21")
		p.SortPinsByDate(1)
		wantPins(t, p, 1, "chat170", "chat21", "chat17")
		p.Post(17)
		p.SortPinsByPosition(1)
		wantPins(t, p, 1, "chat21", "chat170", "chat17")
		wantPositions(t, p, map[int64]int64{17: p.chats[17].lastMessage, 30: 0}) // which is not pinned
		p.Post(21)                                                               // moves nothing any more
		wantPins(t, p, 1, "chat21", "chat170", "chat17")
		p.AddChat(Chat{ID: 600, Members: []int64{1}})
		pinAll(t, p, "chat600")
		wantPins(t, p, 1, "chat600", "chat21", "chat170", "chat17")
	})
	t.Run("folders", func(t *testing.T) {
		t.Parallel()
		p := newTestPortal()
		pinAll(t, p, "chat170", "chat17", "chat21")
		p.SortPinsByPosition(1)
		wantPins(t, p, 1, "chat170", "chat21", "chat17")
		p.Update(Positions)
		wantPins(t, p, 1, "chat17", "chat21", "chat170")
	})
}
