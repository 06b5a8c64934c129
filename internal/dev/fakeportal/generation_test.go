package fakeportal

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestGenerationIsAWord(t *testing.T) {
	t.Parallel()
	for word, want := range generations() {
		var got Generation
		if err := got.UnmarshalText([]byte(word)); err != nil || got != want {
			t.Errorf("%s: %v, %v", word, got, err)
		}
		if text, err := want.MarshalText(); err != nil || string(text) != word || want.String() != word {
			t.Errorf("%s: %s, %v", word, text, err)
		}
		if got := New(Options{Generation: want}).Generation(); got != want {
			t.Errorf("%s: a portal of the generation %v", word, got)
		}
	}
	if (Options{}).Generation != Folders {
		t.Error("the default is another")
	}
	for _, word := range []string{"", "current", "Folders"} {
		got := Legacy
		err := got.UnmarshalText([]byte(word))
		if err == nil || err.Error() != "want folders, positions or legacy" || got != Legacy {
			t.Errorf("%q: %v, %v", word, got, err)
		}
	}
	if got := Generation(7).String(); got != "Generation(7)" {
		t.Error(got)
	}
}

// pinAll pins one after the other by REST.
func pinAll(t *testing.T, p *Portal, ids ...string) {
	t.Helper()
	for _, id := range ids {
		if got := pin(p, `{"DIALOG_ID":"`+id+`"}`); got != yes {
			t.Fatalf("%s: %s", id, got)
		}
	}
}

func unpinAll(t *testing.T, p *Portal, ids ...string) {
	t.Helper()
	for _, id := range ids {
		if got := pin(p, `{"DIALOG_ID":"`+id+`","PIN":"N"}`); got != yes {
			t.Fatalf("%s: %s", id, got)
		}
	}
}

// TestRule27FoldersOrder pins in either order, with either setting: the liveliest chat is on top.
func TestRule27FoldersOrder(t *testing.T) {
	t.Parallel()
	p := newTestPortal()
	private := p.AddPrivateDialog(1, 2)
	pinAll(t, p, "2", "chat170", "chat17", "chat21")
	want := func(ids ...string) {
		t.Helper()
		wantPins(t, p, 1, ids...)
		got := listed(t, p, "")[:len(ids)]
		for i, id := range got {
			got[i] = strings.Trim(id, `"`)
		}
		if !slices.Equal(got, ids) {
			t.Errorf("listed %q, want %q", got, ids)
		}
	}
	want("2", "chat170", "chat21", "chat17")
	p.SortPinsByDate(1)
	want("2", "chat170", "chat21", "chat17")
	p.SortPinsByPosition(1)
	want("2", "chat170", "chat21", "chat17")
	p.Post(17)
	want("chat17", "2", "chat170", "chat21")
	p.Post(private)
	want("2", "chat17", "chat170", "chat21")
	unpinAll(t, p, "chat17")
	want("2", "chat170", "chat21")
	pinAll(t, p, "chat21", "chat17", "chat21")
	want("2", "chat17", "chat170", "chat21")
}

// dates reads date_update and date_last_activity of a dialog of user 1.
func dates(t *testing.T, p *Portal, id string) (update, activity string) {
	t.Helper()
	_, answer := ask(p, "im.recent.list", "")
	_, rest, found := strings.Cut(answer, `{"id":"`+id+`",`)
	if !found {
		t.Fatalf("no %s in %s", id, answer)
	}
	_, rest, _ = strings.Cut(rest, `"date_update":"`)
	update, rest, _ = strings.Cut(rest, `"`)
	_, rest, _ = strings.Cut(rest, `"date_last_activity":"`)
	activity, _, _ = strings.Cut(rest, `"`)
	return update, activity
}

// TestRule28DateUpdate moves the date of the row, and never that of the activity. What changes
// nothing is silent before folders.
func TestRule28DateUpdate(t *testing.T) {
	t.Parallel()
	onAll(t, func(t *testing.T, g Generation) {
		synctest.Test(t, func(t *testing.T) {
			p := newTestPortalWith(Options{Generation: g})
			before, activity := dates(t, p, "chat17")
			if before != activity {
				t.Errorf("%s and %s", before, activity)
			}
			for i, step := range []struct {
				body  string
				moves bool
			}{
				{`{"DIALOG_ID":"chat17"}`, true},
				{`{"DIALOG_ID":"chat17"}`, g == Folders},
				{`{"DIALOG_ID":"chat17","PIN":"N"}`, true},
				{`{"DIALOG_ID":"chat17","PIN":"N"}`, g == Folders},
			} {
				time.Sleep(time.Minute)
				if got := pin(p, step.body); got != yes {
					t.Error(got)
				}
				update, active := dates(t, p, "chat17")
				if (update != before) != step.moves || active != activity || step.moves && update != date(time.Now()) {
					t.Errorf("step %d: %s, before %s; last activity %s", i+1, update, before, active)
				}
				before = update
			}
			time.Sleep(time.Minute)
			p.Post(17)
			if update, active := dates(t, p, "chat17"); update != active || update != date(time.Now()) {
				t.Errorf("after a message: %s and %s", update, active)
			}
		})
	})
}

// TestRule28FoldersKeepPositions, also by hand and also of what is unpinned.
func TestRule28FoldersKeepPositions(t *testing.T) {
	t.Parallel()
	p := newTestPortalWith(Options{Generation: Positions})
	pinAll(t, p, "chat17", "chat21", "chat170") // at 3, 2 and 1
	p.Update(Folders)
	unpinAll(t, p, "chat21")
	pinAll(t, p, "chat170", "2")
	for _, id := range []string{"chat17", "chat21"} {
		if err := p.Pin(1, id); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Unpin(1, "chat170"); err != nil {
		t.Fatal(err)
	}
	wantPositions(t, p, map[int64]int64{17: 3, 21: 2, 170: 1})
	if got := p.recentOf(1)[rowKey{private: true, id: 2}].sort; got != 0 {
		t.Errorf("a new pin is at %d", got)
	}
}

func TestRule28FoldersAtTheLimit(t *testing.T) {
	t.Parallel()
	p := newTestPortal()
	fill(t, p, 45)
	pinAll(t, p, "chat500")
	if err := p.Pin(1, "chat501"); err != nil {
		t.Error(err)
	}
	if got := pin(p, `{"DIALOG_ID":"chat17"}`); got != no {
		t.Errorf("a 46th pin: %s", got)
	}
	if err := p.Pin(1, "chat17"); err == nil {
		t.Error("a 46th pin by hand")
	}
	unpinAll(t, p, "chat17", "chat500")
	pinAll(t, p, "chat17")
	if n := len(p.Pins(1)); n != 45 {
		t.Errorf("%d pins", n)
	}
}
