package contract

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"
	"syscall"
)

// unreached says why there is no answer, in a text of its own: network errors name the host, and those of net/http the
// whole URL.
func unreached(err error) error {
	why := "the connection failed or broke off"
	var unknownHost *net.DNSError
	var certificate *tls.CertificateVerificationError
	var unknownAuthority x509.UnknownAuthorityError
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		why = "it did not answer in time"
	case errors.As(err, &unknownHost):
		why = "its name is not known"
	case errors.As(err, &certificate), errors.As(err, &unknownAuthority):
		why = "its certificate is not trusted"
	case errors.Is(err, syscall.ECONNREFUSED):
		why = "nothing listens there"
	}
	return fmt.Errorf("the portal cannot be reached: %s", why)
}

// failure is the error for an answer that says nothing about facts: the credential does not work, or the portal is in trouble.
func (a answer) failure() error {
	switch code := a.code(); {
	case code == "INVALID_CREDENTIALS", code == "NO_AUTH_FOUND":
		return fmt.Errorf("the portal does not know the webhook (%s): it was deleted, or a part of its URL is wrong", code)
	case code == "insufficient_scope":
		return errors.New(`the webhook lacks the permission "Chat and Notifications (im)" (insufficient_scope)`)
	case code == "ACCESS_DENIED":
		return errors.New("the portal's plan does not include REST (ACCESS_DENIED)")
	case code == "OPERATION_TIME_LIMIT":
		return errors.New("the portal blocks a method because it was used too much (OPERATION_TIME_LIMIT); try again in ten minutes")
	case a.status >= 500, a.status == 401:
		return fmt.Errorf("the portal refuses to work: HTTP %s", a.brief())
	}
	return nil
}

// codeWords are the words that known error codes are made of.
func codeWords() []string {
	return strings.Fields("ACCESS ALLOWED APPLICATION ARGUMENT AUTH AUTHORIZATION BATCH BLOCKED CHAT CLASS CONFIRM CONNECTION CORE " +
		"CREDENTIALS DELETED DENIED DIALOG EMPTY ENCODING ERROR EXCEEDED EXISTS EXPIRED FOUND HANDLER ID INSUFFICIENT INTERNAL INVALID " +
		"LENGTH LICENSE LIMIT MANIFEST MAX METHOD NO NOT OPERATION OVERLOAD PORTAL QUERY REQUEST SCOPE SERVER TIME TOKEN TRANSPORT TYPE " +
		"UNEXPECTED USER WAITING WRONG")
}

// printableCode is an error code as it may be shown. A portal could put anything there, even a webhook or a name, so
// only known words are shown.
func printableCode(code string) string {
	const most = 8
	words, known := strings.SplitN(code, "_", most+1), codeWords()
	for i, word := range words {
		if i == most || !slices.Contains(known, strings.ToUpper(word)) {
			words[i] = "…"
		}
	}
	return strings.Join(words, "_")
}
