package bitrix24

import (
	"fmt"
	"net/http"
	"net/url"
)

// Credential is what a client shows to a portal: a [Webhook] or an [AccessToken]. When printed, it shows only its portal.
type Credential interface {
	// Host is the portal's host, with its port if it has one.
	Host() string
	// Address is the portal's: see [Portal.Address].
	Address() string
	// UserID is the user whom the credential itself names, or 0.
	UserID() int64
	// Secret is what logs must mask. It has no other use outside this package.
	Secret() string

	// placeholder is the address of requests above the credential transport; the method is its path.
	placeholder() *url.URL
	// authorize turns a placeholder request into one that the portal accepts.
	authorize(request *http.Request, method string)
}

// CredentialError says why a text is not a credential. It does not quote the text, because even a wrong one may hold a secret.
type CredentialError struct {
	Part   CredentialPart
	Reason CredentialReason
	// Invisible names the character that a [ReasonInvisible] is about: "an invisible character (U+200B)".
	Invisible string
}

func (e *CredentialError) Error() string {
	reason := string(e.Reason)
	if e.Invisible != "" {
		reason = "has " + e.Invisible + " in it"
	}
	return fmt.Sprintf("The %s %s.", e.Part, reason)
}

// CredentialPart is what the text should have been.
type CredentialPart string

// What [ParseWebhook], [ParsePortal] and [ParseAccessToken] read.
const (
	PartWebhookURL  CredentialPart = "webhook URL"
	PartPortalURL   CredentialPart = "portal URL"
	PartAccessToken CredentialPart = "access token"
)

// CredentialReason says what is wrong with the text, worded to follow its [CredentialPart]. It is true of every text that gets
// it: see FuzzCredentialReasons.
type CredentialReason string

// Reasons to refuse any text or any URL.
const (
	ReasonEmpty       CredentialReason = "is empty"
	ReasonInvisible   CredentialReason = "has an invisible character in it" // see [CredentialError.Invisible]
	ReasonQuoted      CredentialReason = "has quotes or brackets around it"
	ReasonHalfQuoted  CredentialReason = "has a quote or bracket at one end"
	ReasonNotHTTPS    CredentialReason = `does not start with "https://"`
	ReasonUnencrypted CredentialReason = `starts with "http://", which would send the secret unencrypted` // off this machine
	ReasonMalformed   CredentialReason = "is not a valid URL"
	ReasonIncomplete  CredentialReason = "is not a complete URL" // it has no host
	ReasonUserInfo    CredentialReason = "has a user name or password before the host"
	ReasonQuery       CredentialReason = `has something after "?" or "#"`
	ReasonEmptyQuery  CredentialReason = `ends in "?" or "#"`
	ReasonSpelling    CredentialReason = `spells "/rest/" differently, such as "/REST/"`
)

// Reasons to refuse a webhook URL, a portal URL and an access token.
const (
	ReasonNoREST      CredentialReason = `has no "/rest/" in it`
	ReasonREST3       CredentialReason = "is for REST 3.0"
	ReasonMethod      CredentialReason = "ends in a method"
	ReasonAfterSecret CredentialReason = "has something after the secret"
	ReasonEmptyPart   CredentialReason = `has an empty part after "/rest/", between two slashes`
	ReasonSwapped     CredentialReason = "has the secret and the user number in the wrong order"
	ReasonNoSecret    CredentialReason = `does not have exactly a user number and a secret after "/rest/"`
	ReasonShortSecret CredentialReason = "has a secret of fewer than 8 characters"

	ReasonPath CredentialReason = `has something after "/rest/"` // often the rest of a webhook URL

	ReasonURL        CredentialReason = "is a URL" // often a webhook URL
	ReasonEqualsSign CredentialReason = `has "=" where no token has it`
	ReasonNotAToken  CredentialReason = "is not valid: it is too long, or has characters that no token has"
	ReasonShortToken CredentialReason = "is shorter than 8 characters"
)

// shortestSecret is in characters. Secrets in Bitrix24's documentation have 16, and tokens have more: a shorter one is
// incomplete. It could not be masked either: without each "e", an answer is no longer JSON.
const shortestSecret = longPart
