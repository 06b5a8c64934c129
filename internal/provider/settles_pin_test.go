package provider

import (
	"cmp"
	"maps"
	"strings"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// Each state that a single pin can be in, with everything that can happen then.
func TestSettles_pin(t *testing.T) {
	imported := func(s *settling) { s.imports(strings.Trim(s.attributes["dialog_id"], `"`)) }
	for _, state := range []struct {
		name     string
		dialogID string
		begin    func(*settling)
		ignored  []string
	}{
		{"a chat", "chat17", (*settling).apply, nil},
		{"a group", "sg6", (*settling).apply, nil},
		{"a group, dialog ignored", "sg6", (*settling).apply, []string{"dialog_id"}},
		{"a group, user ignored", "sg6", (*settling).apply, []string{"user"}},
		{"an imported group", "sg6", imported, nil},
		{"a group from before folders", "sg6", (*settling).fromBefore, nil},
		{"a private dialog", "256", (*settling).apply, nil},
		{"an imported private dialog", "256", imported, nil},
		{"a private dialog from before folders", "256", (*settling).fromBefore, nil},
	} {
		for happened, happen := range pinHappenings() {
			t.Run(state.name+"/"+happened, func(t *testing.T) {
				eachOf(t, pinnedDialogType, []fakeportal.Generation{fakeportal.Folders}, func(s *settling) {
					s.attributes["dialog_id"] = quoted(state.dialogID)
					mustDo(s.t, s.portal.Pin(me, cmp.Or(spellings()[state.dialogID], state.dialogID)))
					s.ignored = state.ignored
					state.begin(s)
					happen(s)
					s.settles()
				})
			})
		}
	}
}

// spellings are other names of the same dialogs.
func spellings() map[string]string {
	return map[string]string{"sg6": "chat171", "chat1001": "256", "256": "chat1001"}
}

func pinHappenings() map[string]func(*settling) {
	all := happenings()
	maps.Copy(all, map[string]func(*settling){
		"it unpinned":     (*settling).unpinAll,
		"one more pinned": func(s *settling) { mustDo(s.t, s.portal.Pin(me, "chat3")) },
		"another dialog":  func(s *settling) { s.attributes["dialog_id"] = `"chat4"` },
		"another spelling": func(s *settling) {
			id := strings.Trim(s.attributes["dialog_id"], `"`)
			s.attributes["dialog_id"] = quoted(cmp.Or(spellings()[id], id))
		},
		"another spelling, and nothing is read": func(s *settling) {
			pinHappenings()["another spelling"](s)
			s.unread = true
		},
		"another spelling, and a webhook that comes later": func(s *settling) {
			pinHappenings()["another spelling"](s)
			happenings()["a webhook that comes later"](s)
		},
		"nothing optional": func(s *settling) {
			s.attributes["user"] = `"anna"`
			s.apply()
			s.attributes["user"] = "null"
		},
	})
	return all
}
