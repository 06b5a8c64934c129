package bitrix24

import (
	"fmt"
	"net/http"
	"net/url"
)

// Credential is what a client shows to a portal: a [Webhook] or an [AccessToken]. Printed, it shows its portal alone.
type Credential interface {
	// Host is the portal's host, with its port if it has one.
	Host() string
	// Address is the portal's: see [Portal.Address].
	Address() string
	// UserID is the user whom the credential itself names, or 0.
	UserID() int64
	// Secret is what logs must mask. Outside this package it has no other use.
	Secret() string

	// placeholder is the address of requests above the credential transport; the method is its path.
	placeholder() *url.URL
	// authorize turns a placeholder request into one that the portal accepts.
	authorize(request *http.Request, method string)
}

// CredentialError says why a text is not a credential. It quotes nothing of the text, because even a wrong one may hold a
// secret.
type CredentialError struct {
	Part   CredentialPart
	Reason CredentialReason
}

func (e *CredentialError) Error() string { return fmt.Sprintf("The %s %s.", e.Part, e.Reason) }

// CredentialPart is what the text should have been.
type CredentialPart string

// What [ParseWebhook], [ParsePortal] and [ParseAccessToken] read.
const (
	PartWebhookURL  CredentialPart = "webhook URL"
	PartPortalURL   CredentialPart = "portal URL"
	PartAccessToken CredentialPart = "access token"
)

// CredentialReason is what is wrong with the text, worded to follow its [CredentialPart].
type CredentialReason string

// Reasons to refuse a text: one for every part, six for all URLs, four for webhook URLs, one for portal URLs, and two for
// access tokens.
const (
	ReasonEmpty       CredentialReason = "is empty"
	ReasonQuoted      CredentialReason = "has quotes or brackets around it"
	ReasonNotHTTPS    CredentialReason = `does not start with "https://"`
	ReasonUnencrypted CredentialReason = `starts with "http://", which would send the secret unencrypted` // off this machine
	ReasonIncomplete  CredentialReason = "is not a complete URL"                                          // nobody could call it
	ReasonUserInfo    CredentialReason = "has a user name or password before the host"
	ReasonQuery       CredentialReason = `has something after "?" or "#"`
	ReasonNoREST      CredentialReason = `has no "/rest/" in it`
	ReasonREST3       CredentialReason = "is one for REST 3.0"
	ReasonMethod      CredentialReason = "ends in a method" // or in anything else after the secret
	ReasonNoSecret    CredentialReason = `does not have exactly a user number and a secret after "/rest/"`
	ReasonPath        CredentialReason = `has something after "/rest/"` // often the rest of a webhook URL
	ReasonURL         CredentialReason = "is a URL"                     // often a webhook URL
	ReasonNotAToken   CredentialReason = "is not valid: it is too long, or has characters that no token has"
)
