package bitrix24

import (
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/invisible"
)

// AccessToken is a token that an app got by OAuth for a user of a portal. It lasts an hour. When printed, it shows only
// its portal.
type AccessToken struct {
	Portal
	secret *string // a pointer, because fmt prints a struct's fields without calling their Format
}

var _ Credential = AccessToken{}

var (
	// tokenForm is what may stand after "Bearer" (RFC 6750).
	tokenForm = regexp.MustCompile(`^[A-Za-z0-9._~+/-]+=*$`)
	// assignmentForm is a token that was copied along with its name, "access_token=…".
	assignmentForm = regexp.MustCompile(`^[A-Za-z0-9._~+/=-]*$`)
	urlForm        = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*://`)
)

// longestToken is in characters: many times the length of Bitrix24's tokens, but short enough for a header.
const longestToken = 2000

// ParseAccessToken reads an access token for a portal. The error is a [*CredentialError].
func ParseAccessToken(portal Portal, text string) (AccessToken, error) {
	text = invisible.Trim(text)
	refused := &CredentialError{Part: PartAccessToken}
	// A space follows "Bearer", which the remedy for a malformed token mentions.
	unseen := invisible.First(strings.ReplaceAll(text, " ", "_"))
	switch {
	case text == "":
		refused.Reason = ReasonEmpty
	case urlForm.MatchString(text):
		refused.Reason = ReasonURL
	case unseen != "":
		refused.Reason, refused.Invisible = ReasonInvisible, unseen
	case len(text) <= longestToken && assignmentForm.MatchString(text) && !tokenForm.MatchString(text):
		refused.Reason = ReasonEqualsSign
	case len(text) > longestToken || !tokenForm.MatchString(text):
		refused.Reason = ReasonNotAToken
	case len(text) < shortestSecret:
		refused.Reason = ReasonShortToken
	default:
		return AccessToken{Portal: portal, secret: &text}, nil
	}
	return AccessToken{}, refused
}

// UserID is 0, because only the portal knows whose token it is.
func (AccessToken) UserID() int64 { return 0 }

// Secret is what logs must mask. It has no other use outside this package.
func (t AccessToken) Secret() string {
	if t.secret == nil {
		return ""
	}
	return *t.secret
}

// String names the portal and omits the secret.
func (t AccessToken) String() string { return "access token for " + t.Address() }

// Format writes [AccessToken.String] for every verb, so that no "%+v" or "%#v" shows the secret.
func (t AccessToken) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, t.String()) }

// authorize sends the token as a header, because servers along the way log addresses (portal source: oauth/auth.php looks
// for the header first).
func (t AccessToken) authorize(request *http.Request, method string) {
	request.URL = t.root.JoinPath(method)
	request.Header.Set("Authorization", "Bearer "+t.Secret())
}
