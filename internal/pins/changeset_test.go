package pins

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

// chatIDs are chats with these numbers.
func chatIDs(numbers ...int64) []dialog.ID {
	var ids []dialog.ID
	for _, n := range numbers {
		ids = append(ids, chatID(n))
	}
	return ids
}

// upTo are the numbers 1 to n.
func upTo(n int64) []int64 {
	var numbers []int64
	for i := int64(1); i <= n; i++ {
		numbers = append(numbers, i)
	}
	return numbers
}

// permutations are all orders of the numbers.
func permutations(numbers []int64) [][]int64 {
	if len(numbers) == 0 {
		return [][]int64{nil}
	}
	var all [][]int64
	for i, first := range numbers {
		rest := slices.Concat(numbers[:i], numbers[i+1:])
		for _, tail := range permutations(rest) {
			all = append(all, append([]int64{first}, tail...))
		}
	}
	return all
}

// selections are all orders of all subsets of the numbers.
func selections(numbers []int64) [][]int64 {
	if len(numbers) == 0 {
		return [][]int64{nil}
	}
	seen := map[string]bool{}
	var all [][]int64
	for _, order := range permutations(numbers) {
		for length := range len(order) + 1 {
			if key := fmt.Sprint(order[:length]); !seen[key] {
				seen[key] = true
				all = append(all, slices.Clone(order[:length]))
			}
		}
	}
	return all
}

// portalRules are the fake portal's own: the lists that one command makes of each list of some dialogs, found by trying.
type portalRules map[string][]string

// learnRules tries every command on every list.
func learnRules(t *testing.T, dialogs int64) portalRules {
	t.Helper()
	portal := fakeportal.New(fakeportal.Options{NoIntensityLimit: true, Generation: fakeportal.Positions})
	portal.AddUser(fakeportal.User{ID: me, Name: "Board"})
	portal.AddWebhook(me, secret)
	for n := int64(1); n <= dialogs; n++ {
		portal.AddChat(fakeportal.Chat{ID: n, Title: "Chat", Members: []int64{me}})
	}
	rules := portalRules{}
	for _, list := range selections(upTo(dialogs)) {
		from := spell(list)
		for _, n := range upTo(dialogs) {
			for _, value := range []string{"Y", "N"} {
				for _, id := range portal.Pins(me) {
					must(t, portal.Unpin(me, id))
				}
				for _, pinned := range slices.Backward(list) {
					must(t, portal.Pin(me, chatID(pinned).String()))
				}
				query := url.Values{"DIALOG_ID": {chatID(n).String()}, "PIN": {value}}
				request := httptest.NewRequest(http.MethodGet, "/rest/1/"+secret+"/im.recent.pin?"+query.Encode(), nil)
				portal.ServeHTTP(httptest.NewRecorder(), request)
				rules[from] = append(rules[from], strings.Join(portal.Pins(me), " "))
			}
		}
		portal.ForgetRequests()
	}
	return rules
}

// spell writes a list as the portal does.
func spell(list []int64) string {
	var ids []string
	for _, n := range list {
		ids = append(ids, chatID(n).String())
	}
	return strings.Join(ids, " ")
}

// distances are how many commands each list is away from the wanted one: a breadth-first search along the rules, backwards.
func (r portalRules) distances(wanted []int64) map[string]int {
	into := map[string][]string{}
	for from, neighbours := range r {
		for _, to := range neighbours {
			into[to] = append(into[to], from)
		}
	}
	distance := map[string]int{spell(wanted): 0}
	for queue := []string{spell(wanted)}; len(queue) > 0; queue = queue[1:] {
		for _, from := range into[queue[0]] {
			if _, known := distance[from]; !known {
				distance[from] = distance[queue[0]] + 1
				queue = append(queue, from)
			}
		}
	}
	return distance
}

// Up to five dialogs, any number of them wanted; the others are pinned by somebody else, also in between. A sixth makes the
// search six times as long and shows nothing new: a dialog and the one below it decide what stays in place.
func TestFewestCommandsForEveryOrder(t *testing.T) {
	t.Parallel()
	for dialogs := int64(1); dialogs <= 5; dialogs++ {
		t.Run(fmt.Sprintf("%d dialogs", dialogs), func(t *testing.T) {
			t.Parallel()
			rules := learnRules(t, dialogs)
			for count := int64(1); count <= dialogs; count++ {
				wanted := upTo(count)
				distance := rules.distances(wanted)
				for _, current := range selections(upTo(dialogs)) {
					steps := stepsTo(chatIDs(wanted...), chatIDs(current...), anyStays)
					best, reachable := distance[spell(current)]
					if !reachable || len(steps) != best {
						t.Errorf("from %v to %v: %d commands, and %d are enough", current, wanted, len(steps), best)
					}
					if got := after(chatIDs(current...), steps); !slices.Equal(got, chatIDs(wanted...)) {
						t.Errorf("from %v: %v leads to %v", current, shorthand(steps), got)
					}
				}
			}
		})
	}
}

// For any size of request, sending as much as fits and planning the rest from the result takes no more commands than one
// plan, and no request ends between an unpin and its pin.
func TestPlanningAgainAfterEachRequestCostsNothing(t *testing.T) {
	t.Parallel()
	wanted := chatIDs(1, 2, 3, 4)
	for _, current := range selections(upTo(6)) {
		atOnce := len(stepsTo(wanted, chatIDs(current...), anyStays))
		for most := 2; most <= 5; most++ {
			list, sent := chatIDs(current...), 0
			for !slices.Equal(list, wanted) {
				part := fitting(stepsTo(wanted, list, anyStays), most)
				for i, s := range part {
					moved := s.kind == kindUnpin && slices.Contains(wanted, s.dialog)
					if moved && (i+1 == len(part) || part[i+1] != step{s.dialog, kindPin}) {
						t.Fatalf("from %v by %d: %v parts an unpin from its pin", current, most, part)
					}
				}
				list, sent = after(list, part), sent+len(part)
				if len(list) > max(len(current), len(wanted)) {
					t.Fatalf("from %v by %d: %v needs more room", current, most, list)
				}
				if sent > atOnce {
					break
				}
			}
			if sent != atOnce {
				t.Errorf("from %v by %d: %d commands, and %d are enough", current, most, sent, atOnce)
			}
		}
	}
}

func TestSteps(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		current, wanted []int64
		ordered         string
		members         string
	}{
		"nothing to do":          {upTo(45), upTo(45), "", ""},
		"from nothing":           {nil, []int64{1, 2, 3}, "+3 +2 +1", "+3 +2 +1"},
		"one to the top":         {[]int64{1, 2, 3}, []int64{3, 1, 2}, "-3 +3", ""},
		"top two swapped":        {[]int64{1, 2, 3}, []int64{2, 1, 3}, "-2 +2", ""},
		"bottom two swapped":     {[]int64{1, 2, 3}, []int64{1, 3, 2}, "-3 +3 -1 +1", ""},
		"new one in the middle":  {[]int64{1, 2}, []int64{1, 3, 2}, "+3 -1 +1", "+3"},
		"new one on top":         {[]int64{1, 2}, []int64{3, 1, 2}, "+3", "+3"},
		"others go first":        {[]int64{8, 1, 9}, []int64{2, 1}, "-8 -9 +2", "-8 -9 +2"},
		"others do not disorder": {[]int64{8, 1, 9, 2}, []int64{1, 2}, "-8 -9", "-8 -9"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wanted, current := chatIDs(test.wanted...), chatIDs(test.current...)
			if got := shorthand(stepsTo(wanted, current, anyStays)); got != test.ordered {
				t.Errorf("in order: %s, want %s", got, test.ordered)
			}
			if got := shorthand(withoutMoves(stepsTo(wanted, current, anyStays))); got != test.members {
				t.Errorf("in whatever order: %s, want %s", got, test.members)
			}
		})
	}
}

// anyStays is for portals on which every pin makes room on top of it.
func anyStays(dialog.ID) bool { return true }

// shorthand writes steps as "-2 +2".
func shorthand(steps []step) string {
	var parts []string
	for _, s := range steps {
		sign := map[kind]string{kindPin: "+", kindUnpin: "-"}[s.kind]
		parts = append(parts, sign+strings.TrimPrefix(s.dialog.String(), "chat"))
	}
	return strings.Join(parts, " ")
}
