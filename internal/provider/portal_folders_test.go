package provider

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfsim"
)

// A portal is its host and the folders before "/rest/".

// newNeighbours are two portals at one host. User 1 has a webhook on both, with the same secret.
func newNeighbours(t *testing.T) (a, b *testPortal) {
	t.Helper()
	a, b = newTestPortal(t), newTestPortal(t)
	a.base, b.base = "https://company.example/a", "https://company.example/b"
	return a, b
}

// single is a configuration with one pin, for user 1 of the portal.
func (p *testPortal) single(dialogID string) string { return p.provider("") + pinned("it", dialogID) }

func TestNeighbours(t *testing.T) {
	simulated(t, func(t *testing.T) {
		a, b := newNeighbours(t)
		areTwoPortals(t, newSimulation(t, world{network: portals{a, b}}), a, b)
	})
}

func TestAccNeighbours(t *testing.T) {
	installed := realTerraform(t)
	t.Parallel()
	a, b := newNeighbours(t)
	portals{a, b}.serve(t)
	areTwoPortals(t, realRun{attachedWorkspace(t, installed, world{})}, a, b)
}

// areTwoPortals moves a pin from one to the other and back, with the same user's number, the same secret and the same host.
func areTwoPortals(t *testing.T, tf terraform, a, b *testPortal) {
	t.Helper()
	does := func(config string, o tfsim.Options) (plan *tfjson.Plan, planned, applied string) {
		t.Helper()
		plan, said := tf.plan(config, o)
		mustDo(t, failed(t, said))
		carriedOut := tf.apply()
		mustDo(t, failed(t, carriedOut))
		return plan, said.String(), carriedOut.String()
	}
	bothAreAsTheyWere := func() {
		t.Helper()
		mustDo(t, a.hasPins("chat17")())
		mustDo(t, b.hasPins("chat17")())
	}
	mustDo(t, b.Pin(me, "chat17"))
	does(a.single("chat17"), tfsim.Options{})
	mustDo(t, b.requestCount(0)())
	bothAreAsTheyWere()

	a.forget()
	plan, planned, applied := does(b.single("chat17"), tfsim.Options{})
	says(t, planned, "Warning: Webhook for another list", "the list of user 1 at "+a.host()+" cannot be read", "now belongs to user 1 at "+b.host())
	if got := inJSON(plan.ResourceChanges[0].Change.ReplacePaths); got != `[["portal"]]` {
		t.Errorf("it is replaced for %s", got)
	}
	says(t, applied, "Warning: Pins left in place", "Still pinned for user 1 at "+a.host()+": chat17.")
	mustDo(t, a.requestCount(0)())
	bothAreAsTheyWere()

	b.forget()
	_, _, applied = does(a.single("chat17"), tfsim.Options{Destroy: true})
	says(t, applied, "Warning: Pins left in place", "Still pinned for user 1 at "+b.host()+": chat17.")
	mustDo(t, b.requestCount(0)())
	bothAreAsTheyWere()
}

func TestNeighbours_inOneTeam(t *testing.T) {
	simulated(t, func(t *testing.T) {
		a, b := newNeighbours(t)
		mustDo(t, b.Pin(me, "chat9"))
		team := namedWebhooks(map[string]string{"anna": a.WebhookURL(a.base, me), "boris": b.WebhookURL(b.base, me)})
		list := func(name, user, dialogID string) string {
			return strings.Replace(pinnedList("  user = \""+user+"\"\n", dialogID), `"mine"`, `"`+name+`"`, 1)
		}
		s := newSimulation(t, world{network: portals{a, b}})
		says(t, s.plans(team+list("one", "anna", "chat17")+list("two", "boris", "chat18")), "Other pins of user 1 at company.example/b", "2 to add")
		a.forget()
		b.forget()
		mustDo(t, failed(t, s.apply()))
		mustDo(t, a.hasPins("chat17")())
		mustDo(t, b.hasPins("chat18")())
		requests := slices.Concat(a.Requests(), b.Requests())
		slices.SortFunc(requests, func(x, y fakeportal.Request) int { return x.Arrived.Compare(y.Arrived) })
		if len(requests) != 4 {
			t.Errorf("%d requests", len(requests))
		}
		for i := range requests[1:] { // one throttle for the host
			if gap := requests[i+1].Arrived.Sub(requests[i].Arrived); gap < 499*time.Millisecond {
				t.Errorf("request %d came %v after the one before", i+1, gap)
			}
		}
	})
}

// readFromBefore reads a pin of chat17 whose state is from before folders counted, and has only the portal's host.
func (s *protocolServer) readFromBefore(host string, identity *tfprotov6.ResourceIdentityData) *tfprotov6.ReadResourceResponse {
	s.t.Helper()
	upgraded, err := s.UpgradeResourceState(s.t.Context(), &tfprotov6.UpgradeResourceStateRequest{
		TypeName: pinnedDialogType,
		RawState: &tfprotov6.RawState{JSON: []byte(`{"id":"chat17","dialog_id":"chat17","user":null,"user_id":1,"chat_id":17,"type":"chat","title":"Chat 17"}`)},
	})
	mustDo(s.t, err)
	read, err := s.ReadResource(s.t.Context(), &tfprotov6.ReadResourceRequest{
		TypeName: pinnedDialogType, CurrentState: upgraded.UpgradedState, CurrentIdentity: identity,
		Private: []byte(fmt.Sprintf(`{"origin":%q}`, inBase64(`{"portal":"`+host+`"}`))),
	})
	mustDo(s.t, err)
	if problem := s.problem(read.Diagnostics); problem != "" {
		s.t.Fatal(problem)
	}
	return read
}

// A state from before folders counted has only the host, and so has its identity, which never changes.
func TestNeighbours_stateFromBefore(t *testing.T) {
	for name, test := range map[string]struct {
		host, want string
		isRead     bool
	}{
		"at the host":     {"company.example", "company.example/a", true},
		"at another host": {"other.example", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			simulated(t, func(t *testing.T) {
				a, _ := newNeighbours(t)
				mustDo(t, a.Pin(me, "chat17"))
				server := a.configured(t, me, nil)
				read := server.readFromBefore(test.host, server.identity(test.host, me, "chat17"))
				want(t, server.unpack(server.resourceType(pinnedDialogType), read.NewState), "portal", test.want)
				want(t, server.unpack(server.identityType(pinnedDialogType), read.NewIdentity.IdentityData), "portal", test.host)
				if got := len(a.Requests()) > 0; got != test.isRead {
					t.Errorf("the portal was asked: %v", got)
				}
			})
		})
	}
}

// A state from before identities and folders gets an identity. It never changes, so it should be the portal's, which the read
// has just confirmed.
func TestNeighbours_identityOfAStateFromBefore(t *testing.T) {
	simulated(t, func(t *testing.T) {
		a, _ := newNeighbours(t)
		mustDo(t, a.Pin(me, "chat17"))
		server := a.configured(t, me, nil)
		read := server.readFromBefore("company.example", nil)
		want(t, server.unpack(server.resourceType(pinnedDialogType), read.NewState), "portal", "company.example/a")
		want(t, server.unpack(server.identityType(pinnedDialogType), read.NewIdentity.IdentityData), "portal", "company.example/a")
	})
}
