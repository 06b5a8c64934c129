package browser

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// newest is the entry on top of the log.
const newest = `document.querySelector("#log > li")`

func testRequest(t *testing.T, open opener) {
	v := open(t, office())
	if status, answer := v.ask(accountant, "im.recent.pin?DIALOG_ID=chat33"); status != http.StatusOK {
		t.Fatal(answer)
	}
	v.await(isPinned(accountant, "chat33", true))
	v.await(isPinned(manager, "chat33", false))
	v.await(newest + `?.querySelector(".outcome").textContent`)
	for part, words := range map[string][]string{
		".who": {"Accountant"}, ".what": {"Quarterly report"}, ".raw": {"im.recent.pin", "200"}, ".when": {":"},
	} {
		text := eval[string](v, newest+fmt.Sprintf(`.querySelector(%q).textContent`, part))
		for _, word := range words {
			if !strings.Contains(text, word) {
				t.Errorf("%s says %q, and not %q", part, text, word)
			}
		}
	}
	if status, _ := v.ask(accountant, "im.recent.pin?DIALOG_ID=chat999"); status != http.StatusBadRequest {
		t.Fatalf("a chat that does not exist: %d", status)
	}
	v.await(newest + `.textContent.includes("ACCESS_ERROR") || ` + newest + `.textContent.includes("400")`)
}

func testBatch(t *testing.T, open opener) {
	v := open(t, office())
	v.ask(manager, "batch?cmd[a]=im.recent.pin%3FDIALOG_ID%3Dchat17&cmd[b]=im.recent.pin%3FDIALOG_ID%3Dchat999&cmd[c]=im.recent.list")
	v.await(newest + `?.querySelectorAll("ul.commands > li").length === 3`)
	commands := eval[[]string](v, `[...`+newest+`.querySelectorAll("ul.commands > li")].map(li => li.textContent)`)
	for i, word := range []string{"General", "chat999", "im.recent.list"} {
		if !strings.Contains(commands[i], word) {
			t.Errorf("command %d is shown as %q, without %q", i+1, commands[i], word)
		}
	}
	if commands[0] == strings.Replace(commands[1], "chat999", "chat17", 1) {
		t.Errorf("what was done and what was refused look the same: %q", commands)
	}
}

// However fast requests come, the page ends up with all of them, and with what they made.
func testHundredRequests(t *testing.T, open opener) {
	v := open(t, fakeportal.NewCompany(fakeportal.Options{NoIntensityLimit: true}, 3, 40))
	var people sync.WaitGroup
	for id := int64(1); id <= 3; id++ {
		people.Go(func() {
			for i := range 40 {
				if status, _ := v.ask(id, fmt.Sprintf("im.recent.pin?DIALOG_ID=chat%d", i+1)); status != http.StatusOK {
					t.Errorf("user %d, chat %d: %d", id, i+1, status)
				}
			}
		})
	}
	people.Wait()
	v.await(`document.querySelectorAll("#log > li").length === 120`)
	numbers := eval[[]string](v, `[...document.querySelectorAll("#log > li")].map(li => li.dataset.request)`)
	unique := slices.Compact(slices.Sorted(slices.Values(numbers)))
	if len(unique) != 120 {
		t.Errorf("%d requests are shown, each as one of %q", len(unique), numbers)
	}
	v.await(`document.querySelectorAll('li.dialog[data-pinned="true"]').length === 120`)
	for id := int64(1); id <= 3; id++ {
		if shown, want := v.dialogs(id), lines(v.portal, id); !slices.Equal(shown, want) {
			t.Errorf("user %d is shown %q, want %q", id, shown, want)
		}
	}
	for range 100 { // 220 in all
		v.ask(1, "profile")
	}
	v.await(`document.querySelectorAll("#log > li").length === 200`)
	v.await(newest + `.textContent.includes("profile")`)
}
