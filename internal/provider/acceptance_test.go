package provider

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

const (
	me         = 1
	secret     = "secretOfTheFirstUser"
	otherUser  = 7
	otherHooks = "secretOfTheOtherUser"
)

// faster is a provider setting for tests whose point is not the spacing of requests.
const faster = "  requests_per_second = 20\n"

// nobody is an address where nothing listens: no program gets such a port by chance.
const nobody = "http://127.0.0.1:1"

// testPortal is a fake portal that real Terraform talks to. User 1 is a member of chats 1 to 60, of group 5's
// chat, which is chat170, and has a private dialog with user 256.
type testPortal struct {
	*fakeportal.Portal
	base      string
	untrusted string // where it is served with a certificate that nobody knows, if it is
}

func newTestPortal(t *testing.T) *testPortal {
	t.Helper()
	return newTestPortalWith(t, fakeportal.Options{})
}

// newOrderedPortal is for tests that are about order: it lists pins by position.
func newOrderedPortal(t *testing.T) *testPortal {
	t.Helper()
	return newTestPortalWith(t, fakeportal.Options{Generation: fakeportal.Positions})
}

func newTestPortalWith(t *testing.T, options fakeportal.Options) *testPortal {
	t.Helper()
	portal := fakeportal.New(options)
	portal.AddUser(fakeportal.User{ID: me, Name: "First"})
	portal.AddUser(fakeportal.User{ID: otherUser, Name: "Other"})
	portal.AddUser(fakeportal.User{ID: 256, Name: "Support", LastName: "Desk"})
	portal.AddWebhook(me, secret)
	portal.AddWebhook(otherUser, otherHooks)
	for id := int64(1); id <= 70; id++ {
		portal.AddChat(fakeportal.Chat{ID: id, Title: fmt.Sprintf("Chat %d", id), Members: []int64{me, otherUser}})
	}
	portal.AddChat(fakeportal.Chat{ID: 170, Title: "Project", Type: "sonetGroup", EntityType: "SONET_GROUP", EntityID: "5", Members: []int64{me}})
	portal.AddPrivateDialog(me, 256)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.URL.Path = strings.Replace(r.URL.Path, "/rest/other/", fmt.Sprintf("/rest/%d/", otherUser), 1)
		portal.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return &testPortal{Portal: portal, base: server.URL}
}

// laterProvider is a provider block for user 1 whose webhook is known only once a resource has been created. Another version
// creates that resource again.
func (p *testPortal) laterProvider(version string) string {
	return fmt.Sprintf(`
resource "terraform_data" "webhook" {
  input            = %q
  triggers_replace = %q
}

provider "bitrix24" {
  webhook_url = terraform_data.webhook.output
}
`, p.WebhookURL(p.base, me), version)
}

// provider is the provider block for user 1, with what the caller adds to it.
func (p *testPortal) provider(settings string) string {
	return fmt.Sprintf("provider \"bitrix24\" {\n  webhook_url = %q\n%s}\n", p.WebhookURL(p.base, me), settings)
}

// loginURL is the other user's webhook with a login in place of the number, as some portals have it.
func (p *testPortal) loginURL() string { return p.base + "/rest/other/" + otherHooks + "/" }

// pinned is a block that pins the dialog.
func pinned(name, dialogID string) string {
	return fmt.Sprintf("resource \"bitrix24_pinned_dialog\" %q {\n  dialog_id = %q\n}\n", name, dialogID)
}

// chats pins chats 1 to n in one block.
func chats(n int) string {
	return fmt.Sprintf("resource \"bitrix24_pinned_dialog\" \"all\" {\n  count     = %d\n  dialog_id = \"chat${count.index + 1}\"\n}\n", n)
}

// run runs the steps with real Terraform and this provider. The environment is what env says and nothing else.
func run(t *testing.T, env map[string]string, steps ...resource.TestStep) {
	t.Helper()
	resource.ParallelTest(t, testCase(env, steps))
}

// runAlone is run for a test that measures when requests arrive, which others would disturb.
func runAlone(t *testing.T, env map[string]string, steps ...resource.TestStep) {
	t.Helper()
	resource.Test(t, testCase(env, steps))
}

func testCase(env map[string]string, steps []resource.TestStep) resource.TestCase {
	return resource.TestCase{
		ProtoV6ProviderFactories: map[string]func() (tfprotov6.ProviderServer, error){
			"bitrix24": providerserver.NewProtocol6WithError(&bitrix24Provider{
				version: "test",
				getenv:  func(name string) string { return env[name] },
			}),
		},
		ErrorCheck: func(err error) error {
			if strings.Contains(err.Error(), secret) || strings.Contains(err.Error(), otherHooks) {
				return errors.New("the error shows a webhook's secret")
			}
			return err
		},
		Steps: steps,
	}
}

// describe writes a command as tests do: "unpin chat1", "pin chat2", "list".
func describe(command fakeportal.Command) string {
	switch dialogID := command.Params.Get("DIALOG_ID"); {
	case command.Method == "im.recent.list":
		return "list"
	case command.Method == "im.chat.get":
		return "resolve sg" + command.Params.Get("ENTITY_ID")
	case command.Method != "im.recent.pin":
		return command.Method
	case command.Params.Get("PIN") == "N":
		return "unpin " + dialogID
	default:
		return "pin " + dialogID
	}
}

// asked writes the log as one line a request: "unpin chat1, pin chat2, list".
func (p *testPortal) asked() []string {
	var lines []string
	for _, request := range p.Requests() {
		var parts []string
		for _, command := range request.Commands {
			if command.Method != "profile" { // it goes along while it is not known whose list it is
				parts = append(parts, describe(command))
			}
		}
		lines = append(lines, strings.Join(parts, ", "))
	}
	return lines
}

// writes are the requests of the log in which something was pinned, unpinned or resolved. A request that failed as a
// whole has nothing in it.
func (p *testPortal) writes() []string {
	var writes []string
	for _, line := range p.asked() {
		if line != "list" && line != "" {
			writes = append(writes, line)
		}
	}
	return writes
}

// forget is a PreConfig that begins a new log.
func (p *testPortal) forget() { p.ForgetRequests() }

// check is a plan check or a state check that looks at the portal. As a plan check before apply it sees what the
// plan asked; as a state check it sees what the apply asked.
type check func() error

func (c check) CheckPlan(_ context.Context, _ plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	resp.Error = c()
}

func (c check) CheckState(_ context.Context, _ statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
	resp.Error = c()
}

// nothingWritten fails when anything but lists was asked since the log began.
func (p *testPortal) nothingWritten() check {
	return func() error {
		if writes := p.writes(); len(writes) > 0 {
			return fmt.Errorf("the portal was asked to %v", writes)
		}
		return nil
	}
}

// askedExactly fails when the log is not exactly these requests, and begins a new log.
func (p *testPortal) askedExactly(want ...string) check {
	return func() error {
		got := p.asked()
		p.ForgetRequests()
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			return fmt.Errorf("the portal was asked:\n  %s\nwant:\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
		}
		return nil
	}
}

// hasPins fails when the user's pins are not exactly these, in whatever order.
func (p *testPortal) hasPins(want ...string) check {
	return func() error { return sameDialogs(p.Pins(me), want) }
}

// listsPins fails when the user's pins are not exactly these, from the top.
func (p *testPortal) listsPins(want ...string) check {
	return func() error {
		if got := p.Pins(me); strings.Join(got, " ") != strings.Join(want, " ") {
			return fmt.Errorf("the pins are %v, want %v", got, want)
		}
		return nil
	}
}

// pinCount fails unless the user has that many pins.
func (p *testPortal) pinCount(want int) check {
	return func() error {
		if got := len(p.Pins(me)); got != want {
			return fmt.Errorf("%d pins, want %d", got, want)
		}
		return nil
	}
}

// requestCount fails unless the log holds that many requests.
func (p *testPortal) requestCount(want int) check {
	return func() error {
		if got := p.asked(); len(got) != want {
			return fmt.Errorf("%d requests, want %d:\n  %s", len(got), want, strings.Join(got, "\n  "))
		}
		return nil
	}
}

// spacing fails when more requests came than the default throttle lets through, or any was refused. It compares any two,
// not only neighbours: on a busy machine one request comes late and the next on time, but none is ever ahead of the
// throttle. The exact gaps are tested in simulated time.
func (p *testPortal) spacing() error {
	const (
		apart = time.Second / 2        // the default, requests_per_second = 2
		late  = 400 * time.Millisecond // less than apart, so that no two leave together
	)
	requests := p.Requests()
	for i, later := range requests {
		if later.Code != "" {
			return fmt.Errorf("request %d was refused: %s", i, later.Code)
		}
		for j, earlier := range requests[:i] {
			gap, due := later.Arrived.Sub(earlier.Arrived), time.Duration(i-j)*apart
			if gap < due-late {
				return fmt.Errorf("request %d came %v after request %d, due after %v", i, gap, j, due)
			}
		}
	}
	return nil
}

// sameDialogs fails when the two do not hold the same dialogs, in whatever order.
func sameDialogs(got, want []string) error {
	got, want = slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))
	if !slices.Equal(got, want) {
		return fmt.Errorf("got %v, want %v", got, want)
	}
	return nil
}

func mustDo(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
