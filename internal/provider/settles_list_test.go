package provider

import (
	"maps"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfsim"
)

// Each state that a list can be in, with everything that can happen then.
func TestSettles_list(t *testing.T) {
	emptied := func(s *settling) {
		s.t.Helper()
		s.apply()
		s.unpinAll()
		s.apply()
	}
	for _, state := range []struct {
		name    string
		begin   func(*settling)
		ignored []string
	}{
		{"made", (*settling).apply, nil},
		{"made, dialogs ignored", (*settling).apply, []string{"dialog_ids"}},
		{"made, all else ignored", (*settling).apply, []string{"ordered", "user"}},
		{"emptied, dialogs ignored", emptied, []string{"dialog_ids"}},
		{"imported", func(s *settling) { s.imports("pins") }, nil},
		{"from before folders", (*settling).fromBefore, nil},
	} {
		for happened, happen := range listHappenings() {
			t.Run(state.name+"/"+happened, func(t *testing.T) {
				eachOf(t, pinnedDialogsType, []fakeportal.Generation{fakeportal.Folders, fakeportal.Positions}, func(s *settling) {
					s.attributes["dialog_ids"] = `["chat1", "sg6", "256", "chat2"]`
					s.portal.pinAll(s.t, me, "chat1", "chat171", "256", "chat2")
					s.ignored = state.ignored
					state.begin(s)
					happen(s)
					s.settles()
				})
			})
		}
	}
}

func listHappenings() map[string]func(*settling) {
	all := happenings()
	maps.Copy(all, map[string]func(*settling){
		"one unpinned":    func(s *settling) { s.unpin("chat171") },
		"all unpinned":    (*settling).unpinAll,
		"one more pinned": func(s *settling) { mustDo(s.t, s.portal.Pin(me, "chat3")) },
		"one to the top": func(s *settling) {
			s.unpin("chat2")
			mustDo(s.t, s.portal.Pin(me, "chat2"))
		},
		"a message":       func(s *settling) { s.portal.Post(2) },
		"another order":   func(s *settling) { s.attributes["dialog_ids"] = `["chat2", "256", "sg6", "chat1"]` },
		"another dialog":  func(s *settling) { s.attributes["dialog_ids"] = `["chat1", "sg6", "256", "chat4"]` },
		"other spellings": func(s *settling) { s.attributes["dialog_ids"] = `["chat1", "chat171", "256", "chat2"]` },
		"no order":        func(s *settling) { s.attributes["ordered"] = "false" },
		"an order":        func(s *settling) { s.attributes["ordered"] = "false"; s.apply(); s.attributes["ordered"] = "true" },
		"nothing optional": func(s *settling) {
			s.attributes["ordered"], s.attributes["user"] = "true", `"anna"`
			s.apply()
			s.attributes["ordered"], s.attributes["user"] = "null", "null"
		},
		"another order, and nothing is read": func(s *settling) {
			s.attributes["dialog_ids"], s.unread = `["chat2", "256", "sg6", "chat1"]`, true
		},
		"another order, and a webhook that comes later": func(s *settling) {
			s.attributes["dialog_ids"] = `["chat2", "256", "sg6", "chat1"]`
			happenings()["a webhook that comes later"](s)
		},
		"an order that comes later": func(s *settling) {
			s.attributes["ordered"] = "false"
			s.apply()
			s.provider += "resource \"terraform_data\" \"order\" {\n  input = true\n}\n"
			s.attributes["ordered"] = "terraform_data.order.output"
		},
		"a dialog that comes later": func(s *settling) {
			s.provider += "resource \"terraform_data\" \"dialog\" {\n  input = \"sg6\"\n}\n"
			s.attributes["dialog_ids"] = `["chat1", terraform_data.dialog.output, "256", "chat2"]`
		},
		"sorted by date": func(s *settling) {
			s.portal.SortPinsByDate(me)
			s.portal.Post(2)
			s.settles()
			s.portal.Post(1)
			s.isSettled(tfsim.Options{})
		},
		"an update of the portal": func(s *settling) { s.portal.Update(fakeportal.Folders); s.portal.Post(2) },
	})
	return all
}
