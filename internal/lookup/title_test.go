package lookup

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24/im"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

func TestByTitle(t *testing.T) {
	t.Parallel()
	portal := newPortal(t)
	for id := int64(200); id < 200+2*im.SearchLimit; id++ {
		portal.AddChat(fakeportal.Chat{ID: id, Title: fmt.Sprintf("Plan %d", id), Members: []int64{me}})
	}
	portal.AddChat(fakeportal.Chat{ID: 190, Title: "Plan", Members: []int64{me}})
	portal.AddChat(fakeportal.Chat{ID: 401, Title: "Twin", Members: []int64{me}})
	portal.AddChat(fakeportal.Chat{ID: 402, Title: "Twin", Members: []int64{me}})
	portal.ForgetRequests()
	if got, err := ByTitle(t.Context(), portal, "Plan"); err != nil || got.ChatID != 190 {
		t.Errorf("behind two pages: %+v (%v)", got, err)
	}
	if asked := len(portal.Requests()); asked != 3 {
		t.Errorf("%d requests", asked)
	}
	_, err := ByTitle(t.Context(), portal, "Twin")
	if twins, ok := errors.AsType[*AmbiguousError](err); !ok || len(twins.Candidates) != 2 {
		t.Errorf("two of that title: %v", err)
	}
	_, err = ByTitle(t.Context(), portal, "twin")
	if near, ok := errors.AsType[*NotFoundError](err); !ok || len(near.Candidates) != 2 {
		t.Errorf("none of exactly that title: %v", err)
	}
	_, err = ByTitle(t.Context(), portal, "Not mine")
	if none, ok := errors.AsType[*NotFoundError](err); !ok || len(none.Candidates) != 0 {
		t.Errorf("somebody else's: %v", err)
	}
}

// A page may be short because the portal left something out, and still be followed by another one.
func TestByTitle_shortPageWithAnotherBehindIt(t *testing.T) {
	t.Parallel()
	portal := script(func(question bitrix24.Command) (bitrix24.Reply, error) {
		if question.Params.Get("OFFSET") == "" {
			return bitrix24.Reply{Result: json.RawMessage(`[{"id": 1, "name": "Plan 1"}]`), More: true}, nil
		}
		return bitrix24.Reply{Result: json.RawMessage(`[{"id": 2, "name": "Plan"}]`)}, nil
	})
	if got, err := ByTitle(t.Context(), portal, "Plan"); err != nil || got.ChatID != 2 {
		t.Errorf("got %+v (%v)", got, err)
	}
}

// Titles are compared as they are shown: without invisible characters, and composed.
func TestByTitle_asItIsShown(t *testing.T) {
	t.Parallel()
	portal := newPortal(t)
	for id, title := range map[int64]string{301: "Ge\u200bneral\u202e", 302: "Cafe\u0301", 303: "👩‍💻 Team"} {
		portal.AddChat(fakeportal.Chat{ID: id, Title: title, Members: []int64{me}})
	}
	search := script(func(question bitrix24.Command) (bitrix24.Reply, error) { // the fake portal searches for the text as it is
		if question.Method == "im.search.chat.list" {
			question.Params.Set("FIND", map[string]string{"General": "neral", "Gener\u00adal": "neral", "Café": "Cafe", "👩‍💻 Team": "Team"}[question.Params.Get("FIND")])
		}
		return portal.Ask(t.Context(), question)
	})
	for asked, want := range map[string]im.Dialog{
		"General":       {ChatID: 301, Title: "General"},
		"Gener\u00adal": {ChatID: 301, Title: "General"},
		"Café":          {ChatID: 302, Title: "Cafe\u0301"},
		"👩‍💻 Team":      {ChatID: 303, Title: "👩‍💻 Team"},
	} {
		got, err := ByTitle(t.Context(), search, asked)
		if err != nil || got.ChatID != want.ChatID || got.Title != want.Title {
			t.Errorf("%q: %+v (%v), want %+v", asked, got, err, want)
		}
	}
}
