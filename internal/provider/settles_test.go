package provider

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfsim"
)

// Plans settle: once a plan has been applied, nothing is left to do. And a computed value is planned as "known after apply" only if
// something changes that it depends on.

// dependencies are the attributes that each computed attribute of a resource depends on, by the resource's type. An attribute
// without dependencies changes only in Bitrix24, or with a replacement, which may change everything. An attribute that can also
// be configured depends on itself.
func dependencies() map[string]map[string][]string {
	return map[string]map[string][]string{
		pinnedDialogType: {
			"id": {"user", "dialog_id"}, "user_id": nil, "portal": nil, "chat_id": nil, "type": nil, "title": nil,
		},
		pinnedDialogsType: {
			"id": {"user"}, "user_id": nil, "portal": nil, "ordered": {"ordered"}, "order_kept": {"dialog_ids", "ordered"}, "dialogs": {"dialog_ids"},
		},
	}
}

// A new attribute needs a decision.
func TestSettles_everyComputedAttribute(t *testing.T) {
	t.Parallel()
	for _, newResource := range (&bitrix24Provider{}).Resources(t.Context()) {
		one := newResource()
		var named resource.MetadataResponse
		one.Metadata(t.Context(), resource.MetadataRequest{ProviderTypeName: "bitrix24"}, &named)
		var described resource.SchemaResponse
		one.Schema(t.Context(), resource.SchemaRequest{}, &described)
		var computed []string
		for name, attribute := range described.Schema.Attributes {
			if attribute.IsComputed() {
				computed = append(computed, name)
			}
		}
		slices.Sort(computed)
		if want := slices.Sorted(maps.Keys(dependencies()[named.TypeName])); !slices.Equal(computed, want) {
			t.Errorf("the computed attributes of %s are %v, and it is known of %v what they depend on", named.TypeName, computed, want)
		}
	}
}

// settling is a resource whose plans are to settle, in a simulated Terraform.
type settling struct {
	t          *testing.T
	portal     *testPortal
	terraform  *simulation
	provider   string // its block
	typeName   string
	attributes map[string]string // in HCL
	ignored    []string          // the attributes in ignore_changes
	unread     bool              // whether what happened is applied with -refresh=false
}

const tokenOfMine = "tokenOfTheFirstUser"

// newSettling prepares a portal on which both persons may pin the same dialogs, and a provider that knows the first one by two
// more names.
func newSettling(t *testing.T, generation fakeportal.Generation, typeName string) *settling {
	t.Helper()
	p := newPortalOf(fakeportal.Options{Generation: generation}, 1, 2, 3, 4, 17)
	p.AddChat(fakeportal.Chat{ID: 171, Title: "Team", Type: "sonetGroup", EntityType: "SONET_GROUP", EntityID: "6", Members: []int64{me, otherUser}})
	p.AddPrivateDialog(otherUser, 256)
	p.AddToken(me, tokenOfMine)
	s := &settling{t: t, portal: p, terraform: newSimulation(t, p.world()), typeName: typeName, attributes: map[string]string{}}
	s.provider = p.provider(s.names(s.webhook()))
	return s
}

// webhook is the first person's.
func (s *settling) webhook() string { return quoted(s.portal.WebhookURL(s.portal.base, me)) }

// names are two more for the first person.
func (s *settling) names(webhook string) string {
	return fmt.Sprintf("  user_webhooks = {\n    anna = %[1]s\n    also = %[1]s\n  }\n", webhook)
}

// comesLater leaves the first person's own webhook open until the apply.
func (s *settling) comesLater(names string) {
	s.provider = strings.Replace(s.portal.laterProvider("1"), "  webhook_url", names+"  webhook_url", 1)
}

// unpin unpins by hand, if there is such a pin.
func (s *settling) unpin(dialogID string) {
	s.t.Helper()
	if slices.Contains(s.portal.Pins(me), dialogID) {
		mustDo(s.t, s.portal.Unpin(me, dialogID))
	}
}

func (s *settling) unpinAll() {
	s.t.Helper()
	for _, id := range s.portal.Pins(me) {
		s.unpin(id)
	}
}

func (s *settling) config() string {
	var text strings.Builder
	fmt.Fprintf(&text, "%sresource %q \"it\" {\n", s.provider, s.typeName)
	for _, name := range slices.Sorted(maps.Keys(s.attributes)) {
		fmt.Fprintf(&text, "  %s = %s\n", name, s.attributes[name])
	}
	if len(s.ignored) > 0 {
		fmt.Fprintf(&text, "  lifecycle {\n    ignore_changes = [%s]\n  }\n", strings.Join(s.ignored, ", "))
	}
	return text.String() + "}\n"
}

// apply plans and applies the configuration.
func (s *settling) apply() {
	s.t.Helper()
	s.plan(tfsim.Options{NoRefresh: s.unread})
	mustDo(s.t, failed(s.t, s.terraform.apply()))
}

// plan plans the configuration, and looks whether what is not known until the apply depends on anything that changes.
func (s *settling) plan(o tfsim.Options) {
	s.t.Helper()
	plan, said := s.terraform.plan(s.config(), o)
	mustDo(s.t, failed(s.t, said))
	for _, planned := range plan.ResourceChanges {
		if known := dependencies()[planned.Type]; known != nil && !planned.Change.Actions.Create() && !planned.Change.Actions.Replace() {
			for _, name := range needlesslyUnknown(planned.Change, known) {
				s.t.Errorf("a plan (%+v) does not know %s, although nothing changes that it depends on:\n%s", o, name, inJSON(planned.Change))
			}
		}
	}
}

// settles applies the changes. Then nothing is left to do, according to the portal and according to the state.
func (s *settling) settles() {
	s.t.Helper()
	s.plan(tfsim.Options{NoRefresh: true})
	s.apply()
	s.isSettled(tfsim.Options{})
	mustDo(s.t, failed(s.t, s.terraform.apply()))
	s.isSettled(tfsim.Options{NoRefresh: true})
}

func (s *settling) isSettled(o tfsim.Options) {
	s.t.Helper()
	s.plan(o)
	for _, address := range s.terraform.planned.Changed() {
		s.t.Errorf("a plan (%+v) that follows an apply has something to do with %s: %s", o, address, inJSON(s.terraform.planned.String()))
	}
}

// needlesslyUnknown are the attributes that an update does not know, although the state has them and nothing changes that they
// depend on.
func needlesslyUnknown(change *tfjson.Change, dependencies map[string][]string) (names []string) {
	before, _ := change.Before.(map[string]any)
	after, _ := change.After.(map[string]any)
	unknown, _ := change.AfterUnknown.(map[string]any)
	for name := range dependencies {
		isChanged := slices.ContainsFunc(dependencies[name], func(other string) bool {
			return isUnknown(unknown[other]) || !reflect.DeepEqual(before[other], after[other])
		})
		if isUnknown(unknown[name]) && !isChanged && before[name] != nil {
			names = append(names, name)
		}
		had, _ := before[name].(map[string]any)
		parts, _ := unknown[name].(map[string]any)
		for key, part := range parts {
			if isUnknown(part) && had[key] != nil {
				names = append(names, name+"."+key)
			}
		}
	}
	return names
}

// isUnknown reports whether a part of a plan's JSON says that anything is not known.
func isUnknown(part any) bool {
	switch part := part.(type) {
	case bool:
		return part
	case []any:
		return slices.ContainsFunc(part, isUnknown)
	case map[string]any:
		return slices.ContainsFunc(slices.Collect(maps.Values(part)), isUnknown)
	default:
		return false
	}
}

// eachOf runs a test on portals of these generations.
func eachOf(t *testing.T, typeName string, generations []fakeportal.Generation, test func(*settling)) {
	t.Helper()
	for _, generation := range generations {
		t.Run(generation.String(), func(t *testing.T) {
			simulated(t, func(t *testing.T) {
				test(newSettling(t, generation, typeName))
			})
		})
	}
}

// imports begins with what is pinned already.
func (s *settling) imports(id string) {
	s.t.Helper()
	provider := s.provider
	s.provider += fmt.Sprintf("import {\n  to = %s.it\n  id = %q\n}\n", s.typeName, id)
	s.settles()
	s.provider = provider
}

// fromBefore begins with the state of a provider that did not have the attribute "portal".
func (s *settling) fromBefore() {
	s.t.Helper()
	s.apply()
	mustDo(s.t, s.terraform.terraform.Rewrite(func(attributes map[string]any, private map[string][]byte) {
		delete(attributes, "portal")
		kept := map[string]any{}
		if text := private[pinPrivateKey]; text != nil {
			mustDo(s.t, json.Unmarshal(text, &kept))
		}
		kept["portal"] = s.portal.host()
		private[pinPrivateKey] = []byte(inJSON(kept))
	}))
}

// happenings are what may happen to both kinds of resources: to the credential, the user, and a dialog's name.
func happenings() map[string]func(*settling) {
	return map[string]func(*settling){
		"nothing": func(*settling) {},
		"another name of the person": func(s *settling) {
			s.attributes["user"] = `"also"`
		},
		"another title": func(s *settling) {
			s.portal.AddUser(fakeportal.User{ID: 256, Name: "Help", LastName: "Desk"})
		},
		"another title and another name": func(s *settling) {
			happenings()["another title"](s)
			s.attributes["user"] = `"also"`
		},
		"an access token": func(s *settling) {
			s.provider = fmt.Sprintf("provider \"bitrix24\" {\n  portal_url = %q\n  access_token = %q\n%s}\n", s.portal.base, tokenOfMine, s.names(s.webhook()))
		},
		"a webhook that comes later": func(s *settling) {
			s.comesLater(s.names(s.webhook()))
		},
		"a webhook that comes later, and another name": func(s *settling) {
			s.comesLater(s.names("terraform_data.webhook.output"))
			s.attributes["user"] = `"also"`
		},
		"another person's webhook": func(s *settling) {
			s.provider = strings.ReplaceAll(s.provider, s.webhook(), quoted(s.portal.WebhookURL(s.portal.base, otherUser)))
		},
		"a moved webhook": func(s *settling) {
			s.portal.MoveWebhook(me, heir)
		},
	}
}
