package provider

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

const (
	me         = 1
	secret     = "secretOfTheFirstUser"
	otherUser  = 7
	otherHooks = "secretOfTheOtherUser"
)

// nobody is an address where nothing listens: no program gets that port by chance.
const nobody = "http://127.0.0.1:1"

// testPortal is a fake portal. User 1 is a member of chats 1 to 60, of group 5's chat, which is chat170, and has a private
// dialog with user 256. The provider reaches it without a network, unless it is served.
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

// newServedPortal is for clients in other processes.
func newServedPortal(t *testing.T) *testPortal {
	t.Helper()
	return newTestPortal(t).serve(t)
}

func newTestPortalWith(t *testing.T, options fakeportal.Options) *testPortal {
	t.Helper()
	var chats []int64
	for id := int64(1); id <= 70; id++ {
		chats = append(chats, id)
	}
	return newPortalOf(options, chats...)
}

// newPortalOf is a test portal with only these chats, which is faster for many portals.
func newPortalOf(options fakeportal.Options, chats ...int64) *testPortal {
	portal := fakeportal.New(options)
	portal.AddUser(fakeportal.User{ID: me, Name: "First"})
	portal.AddUser(fakeportal.User{ID: otherUser, Name: "Other"})
	portal.AddUser(fakeportal.User{ID: 256, Name: "Support", LastName: "Desk"})
	portal.AddWebhook(me, secret)
	portal.AddWebhook(otherUser, otherHooks)
	for _, id := range chats {
		portal.AddChat(fakeportal.Chat{ID: id, Title: fmt.Sprintf("Chat %d", id), Members: []int64{me, otherUser}})
	}
	portal.AddChat(fakeportal.Chat{ID: 170, Title: "Project", Type: "sonetGroup", EntityType: "SONET_GROUP", EntityID: "5", Members: []int64{me}})
	portal.AddPrivateDialog(me, 256)
	return &testPortal{Portal: portal, base: "https://company.example"}
}

// eachGeneration runs a test on a portal of each generation.
func eachGeneration(t *testing.T, test func(t *testing.T, portal *testPortal, keepsOrder bool)) {
	t.Helper()
	for _, generation := range []fakeportal.Generation{fakeportal.Folders, fakeportal.Positions, fakeportal.Legacy} {
		t.Run(generation.String(), func(t *testing.T) {
			simulated(t, func(t *testing.T) {
				test(t, newTestPortalWith(t, fakeportal.Options{Generation: generation}), generation != fakeportal.Folders)
			})
		})
	}
}

// serve serves the portal on this machine until the test ends.
func (p *testPortal) serve(t *testing.T) *testPortal {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		nameNumbers(r)
		p.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	p.base = server.URL
	return p
}

// world is the world of a provider with only this portal, unless it is served.
func (p *testPortal) world() world {
	if strings.HasPrefix(p.base, "http://") {
		return world{}
	}
	return world{network: p}
}

// RoundTrip sends requests for the portal's folders to the portal, whatever the host.
func (p *testPortal) RoundTrip(r *http.Request) (*http.Response, error) {
	asked := r.Clone(r.Context())
	asked.URL.Path = strings.TrimPrefix(r.URL.Path, p.folders())
	nameNumbers(asked)
	return p.Portal.RoundTrip(asked)
}

// client is a client of the portal, whatever host the credential names.
func (p *testPortal) client(credential bitrix24.Credential) *bitrix24.Client {
	return bitrix24.NewClient(credential, bitrix24.NewThrottle(20, 1), bitrix24.Settings{RequestTimeout: bitrix24.DefaultRequestTimeout, Network: p})
}

// nameNumbers replaces a login with the other user's number.
func nameNumbers(r *http.Request) {
	r.URL.Path = strings.Replace(r.URL.Path, "/rest/other/", fmt.Sprintf("/rest/%d/", otherUser), 1)
}

// portals is an internet with several portals.
type portals []*testPortal

// RoundTrip sends requests to the portal with their host and folder.
func (all portals) RoundTrip(r *http.Request) (*http.Response, error) {
	for _, p := range all {
		if strings.HasPrefix(r.URL.Host+r.URL.Path, p.host()+"/rest/") {
			return p.RoundTrip(r)
		}
	}
	return nil, fmt.Errorf("there is no portal at %s", r.URL.Host)
}

// folders are those before "/rest/" in the portal's address, each with a slash before it.
func (p *testPortal) folders() string {
	_, folders, found := strings.Cut(p.host(), "/")
	if !found {
		return ""
	}
	return "/" + folders
}

// serve serves the portals on this machine, at one host, in the folders that their addresses end in.
func (all portals) serve(t *testing.T) {
	t.Helper()
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	for _, p := range all {
		mux.Handle(p.folders()+"/", http.StripPrefix(p.folders(), p.Portal))
		p.base = server.URL + p.folders()
	}
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

// provider is the provider block for user 1, with the caller's additions.
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
