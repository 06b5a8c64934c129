package provider

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24/im"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/lookup"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/pins"
)

// failure is an error, and what its diagnostic has to say.
type failure struct {
	err      error
	summary  string
	remedy   string
	ofDialog bool
}

func failures() map[string]failure {
	chat17 := dialog.New(dialog.Chat, 17)
	code := func(code string) error {
		return fmt.Errorf("wrapped: %w", &bitrix24.Error{Code: code, Description: "the portal's words", Status: 400, Method: "im.recent.pin"})
	}
	return map[string]failure{
		"limit":                 {&pins.RefusedError{Dialog: chat17, Shown: 45}, "Limit of 45 pins reached", "Unpin one", true},
		"false below limit":     {&pins.RefusedError{Dialog: chat17, Shown: 44}, "Pin refused", "open it once in Bitrix24", true},
		"not shown":             {&pins.NotShownError{Dialog: chat17}, "Pin not shown", "Check the dialog in Bitrix24", true},
		"not moved":             {&pins.UnpinFailedError{Dialog: chat17, Err: &pins.StillPinnedError{Dialog: chat17}}, "Pin not moved", "Apply again", true},
		"still pinned":          {&pins.StillPinnedError{Dialog: chat17}, "Dialog still pinned", "Apply again", true},
		"no list":               {&pins.UnverifiedError{Dialog: chat17, Err: code("INTERNAL_SERVER_ERROR")}, "Pin not confirmed", "Apply again", false},
		"no list for an unpin":  {&pins.UnverifiedError{Dialog: chat17, Unpin: true, Err: code("INTERNAL_SERVER_ERROR")}, "Unpin not confirmed", "Run the command again", false},
		"no chat":               {&lookup.NotFoundError{What: "chat for sg5", Reason: lookup.NoGroupChat}, "Group without a chat", "Check the number", true},
		"moved":                 {&bitrix24.MovedError{Host: "old.example", To: "new.example"}, "Portal moved", "put it into the provider's configuration", false},
		"redirect":              {&bitrix24.MovedError{Host: "old.example"}, "Redirect instead of an answer", "Open the portal in a browser", false},
		"no answer":             {&bitrix24.NoAnswerError{Host: "portal.example", Attempts: 6, Err: errors.New("connection refused")}, "No answer from the portal", "Check that the portal is up", false},
		"certificate":           {&bitrix24.NoAnswerError{Host: "portal.example", Attempts: 1, Err: &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}}, "Certificate not trusted", "SSL_CERT_FILE", false},
		"access":                {code("ACCESS_ERROR"), "No access to the dialog", "If it is a chat, add the user to it.", true},
		"credentials":           {code("invalid_credentials"), "Webhook not accepted", "Copy the URL again", false},
		"no credentials":        {code("NO_AUTH_FOUND"), "Credential not accepted", "copy the URL again", false},
		"expired token":         {code("EXPIRED_TOKEN"), "Access token not accepted", "Have your app renew it", false},
		"invalid token":         {code("invalid_token"), "Access token not accepted", "Have your app renew it", false},
		"not found":             {&lookup.NotFoundError{What: `chat titled "x"`, Candidates: make([]im.Dialog, 12)}, "Dialog not found", "and 2 more", true},
		"no such title":         {&lookup.NotFoundError{Reason: lookup.NoSuchTitle}, "Dialog not found", "Check the title", true},
		"no chat yet":           {&lookup.NotFoundError{Reason: lookup.NoChatYet}, "Dialog not found", "open the chat once in Bitrix24", true},
		"no dialog yet":         {&lookup.NotFoundError{Reason: lookup.NoDialogYet}, "Dialog not found", "Pin the user's number", true},
		"no such user":          {&lookup.NotFoundError{Reason: lookup.NoSuchUser}, "Dialog not found", "address of the user's page", true},
		"private chat":          {&lookup.NotFoundError{Reason: lookup.PrivateChat}, "Dialog not found", "number of the other user", true},
		"ambiguous":             {&lookup.AmbiguousError{What: `chat titled "x"`}, "Several dialogs found", "by dialog_id instead", true},
		"scope":                 {code("insufficient_scope"), "Missing scope", `add the permission "Chat and Notifications (im)"`, false},
		"query limit":           {code("QUERY_LIMIT_EXCEEDED"), "Request limit used up", "lower requests_per_second", false},
		"operation time":        {code("OPERATION_TIME_LIMIT"), "Method blocked for a while", "within 10 minutes", false},
		"operation time, known": {&bitrix24.Error{Code: "OPERATION_TIME_LIMIT", Description: "the portal's words", RetryAt: time.Date(2100, 1, 2, 15, 4, 5, 0, time.UTC)}, "Method blocked for a while", "let it through again at 15:04:05 UTC", false},
		"operation time, over":  {&bitrix24.Error{Code: "OPERATION_TIME_LIMIT", Description: "the portal's words", RetryAt: time.Date(2001, 1, 2, 15, 4, 5, 0, time.UTC)}, "Method blocked for a while", "within 10 minutes", false},
		"overload":              {code("OVERLOAD_LIMIT"), "REST API blocked", "write to them", false},
		"method not found":      {code("ERROR_METHOD_NOT_FOUND"), "Method not found", "URL in the configuration is complete", false},
		"plan without REST":     {code("ACCESS_DENIED"), "REST API not available", "Check the plan", false},
		"portal deleted":        {code("PORTAL_DELETED"), "Portal deleted", "Check the host", false},
		"code of the future":    {code("SOMETHING_NEW"), "Portal error", "SOMETHING_NEW", false},
		"nobody":                {im.ErrUnknownOwner, "Unknown credential owner", "create a new credential", false},
		"stopped":               {context.Canceled, "Stopped", "Run it again", false},
		"anything else":         {errors.New("disk on fire"), "Unexpected error", "disk on fire", false},
	}
}

func TestEveryFailureHasASummaryAReasonAndARemedy(t *testing.T) {
	t.Parallel()
	for name, test := range failures() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := explain(test.err)
			if got.summary != test.summary || got.ofDialog != test.ofDialog {
				t.Errorf("summary %q, of the dialog: %v", got.summary, got.ofDialog)
			}
			if !strings.Contains(got.detail, test.remedy) {
				t.Errorf("the detail does not say %q:\n%s", test.remedy, got.detail)
			}
			var refusal *bitrix24.Error
			if errors.As(test.err, &refusal) && !strings.HasSuffix(got.detail, "\n\nBitrix24: "+refusal.Code+": the portal's words") {
				t.Errorf("the portal's own words do not come last:\n%s", got.detail)
			}
		})
	}
}

// A credential's problem also fits into one line: a summary, one sentence each for reason and remedy, and the portal's own
// words.
func TestInBrief(t *testing.T) {
	t.Parallel()
	silent := func(err error) error {
		return &bitrix24.NoAnswerError{Host: "portal.example", Attempts: 6, Err: err}
	}
	all := failures()
	maps.Copy(all, map[string]failure{
		"unknown host":         {silent(&net.DNSError{Err: "no such host", Name: "portal.example", IsNotFound: true}), "Host not found", "Check the host in the configuration.", false},
		"plain HTTP":           {silent(http.ErrSchemeMismatch), "Server without HTTPS", "Check the port in the configuration", false},
		"a page":               {silent(&bitrix24.NotRESTError{Status: 404, What: "an HTML page"}), "Not a REST API", "Check the host in the configuration", false},
		"a proxy's password":   {silent(&bitrix24.ProxyError{Host: "proxy.example", Refused: true, Status: 407}), "No connection through the proxy", "Correct them, then run the command again.", false},
		"a proxy that refuses": {silent(&bitrix24.ProxyError{Host: "proxy.example", Refused: true, Status: 403}), "No connection through the proxy", "Ask whoever runs the proxy.", false},
		"a SOCKS proxy":        {silent(&bitrix24.ProxyError{Host: "proxy.example", Refused: true, Err: errors.New("refused")}), "No connection through the proxy", "Check the user name and password.", false},
		"no proxy":             {silent(&bitrix24.ProxyError{Host: "proxy.example", Err: errors.New("refused")}), "No connection through the proxy", "Check the environment variables", false},
		"another user":         {&pins.WrongOwnerError{Claimed: 1, Owner: 2}, "Webhook of another user", newWebhook + ".", false},
		"no end":               {im.ErrEndless, "List too long", "the portal repeats itself.", false},
	})
	for name, test := range all {
		if test.ofDialog {
			continue
		}
		found := explain(test.err)
		got := found.brief()
		if !strings.HasPrefix(got, test.summary+". ") || !strings.Contains(got, test.remedy) || strings.ContainsAny(got, "\n\t") {
			t.Errorf("%s: it says %q, want one line with %q and %q", name, got, test.summary, test.remedy)
		}
		_, words, _ := strings.Cut(found.detail, "\n\n")
		advice := strings.TrimSuffix(got, bitrix24.Printable(words, longestWords))
		if strings.Count(advice, ". ") > 3 || len(advice) > 500 {
			t.Errorf("%s: it is longer than a summary and two sentences: %q", name, got)
		}
	}
	long := explanation{summary: "Portal error", detail: "The portal answered with an error.\n\nBitrix24: " + strings.Repeat("words ", 200)}
	if got := long.brief(); len(got) > 300 || !strings.HasSuffix(got, "…") {
		t.Errorf("the portal's words are not cut off: %q", got)
	}
}
