package bitrix24

import (
	"net/http"
	"net/url"
)

// Credential is what a client shows to a portal: a [Webhook] or an [AccessToken]. Printed, it shows its portal alone.
type Credential interface {
	// Host is the portal's host, with its port if it has one.
	Host() string
	// UserID is the user whom the credential acts for, as far as it tells by itself, or 0.
	UserID() int64
	// Secret is what logs have to mask. Nothing else may be done with it outside this package.
	Secret() string

	// placeholder is what a request carries above the credential transport, with the method for a path.
	placeholder() *url.URL
	// authorize makes a request for method one that the portal carries out.
	authorize(request *http.Request, method string)
}

// CredentialError says what is wrong with a credential. Its text is fixed: it quotes nothing, because whatever was
// given instead of a credential may hold a secret just as well.
type CredentialError string

func (e CredentialError) Error() string { return string(e) }
