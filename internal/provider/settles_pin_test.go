package provider

import (
	"cmp"
	"maps"
	"strings"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// Each state that a single pin can be in, with all that can happen then, and each choice of what a configuration ignores.
func TestSettles_pin(t *testing.T) {
	for written, dialogID := range map[string]string{"a chat": "chat17", "a group": "sg6", "a private dialog": "256"} {
		for begun, begin := range beginnings(dialogID) {
			for happened, happen := range pinHappenings() {
				for ignored, names := range map[string][]string{"nothing": nil, "dialog": {"dialog_id"}, "user": {"user"}} {
					if ignored != "nothing" && begun != "made" { // how the state came about is the same to it
						continue
					}
					t.Run(written+"/"+begun+"/"+happened+"/ignored "+ignored, func(t *testing.T) {
						eachOf(t, pinnedDialogType, []fakeportal.Generation{fakeportal.Folders}, func(s *settling) {
							s.attributes["dialog_id"] = `"` + dialogID + `"`
							mustDo(s.t, s.portal.Pin(me, cmp.Or(spellings()[dialogID], dialogID)))
							s.ignored = names
							begin(s)
							happen(s)
							s.settles()
						})
					})
				}
			}
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
			s.attributes["dialog_id"] = `"` + cmp.Or(spellings()[id], id) + `"`
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
