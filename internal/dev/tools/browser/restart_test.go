package browser

import (
	"strings"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal/page"
)

// A page that was left open is right again when the portal is back.
func testRestart(t *testing.T, open opener) {
	v := open(t, office())
	v.forgive(`net::ERR_(CONNECTION_REFUSED|INCOMPLETE_CHUNKED_ENCODING|EMPTY_RESPONSE|CONNECTION_RESET)`)
	if err := v.site.Close(); err != nil {
		t.Fatal(err)
	}
	v.await(`document.body.dataset.live === "false"`)
	v.pin(accountant, "chat33")
	site, err := fakeportal.ServeAt(t.Context(), strings.TrimPrefix(v.site.Base, "http://"), page.New(v.portal))
	if err != nil {
		t.Fatal(err)
	}
	v.site = site
	v.await(`document.body.dataset.live === "true"`)
	v.await(isPinned(accountant, "chat33", true))
	v.click(row(accountant, "chat33") + " button.pin")
	v.wantPins(accountant)
}
