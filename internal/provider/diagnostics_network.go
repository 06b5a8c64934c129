package provider

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
)

// explainNoAnswer explains why there was no usable answer, as far as is known.
func explainNoAnswer(noAnswer *bitrix24.NoAnswerError) explanation {
	var (
		proxy       *bitrix24.ProxyError
		certificate *tls.CertificateVerificationError
		unknown     *net.DNSError
		page        *bitrix24.NotRESTError
		found       explanation
	)
	switch {
	case errors.As(noAnswer, &proxy):
		found = explanation{"No connection through the proxy", adviceOnProxy(proxy), false}
	case errors.As(noAnswer, &certificate):
		found = explanation{"Certificate not trusted", "The portal could not prove its identity, so nothing was sent to it. If it runs on your own server with a certificate of your own, " +
			"set the environment variable SSL_CERT_FILE to a PEM file with the certificate that signed it; on Windows and macOS add that certificate to the system store. " +
			"Otherwise find out who answers in place of the portal.", false}
	case errors.As(noAnswer, &unknown) && unknown.IsNotFound:
		found = explanation{"Host not found", fmt.Sprintf("This machine cannot resolve the name %s. Check the host in the configuration. "+
			"If it is right, check the machine's DNS server or VPN.", noAnswer.Host), false}
	case errors.Is(noAnswer, http.ErrSchemeMismatch):
		found = explanation{"Server without HTTPS", noAnswer.Host + " answers in plain HTTP, and the provider sends the secret over HTTPS only. " +
			"Check the port in the configuration; without one, it is 443.", false}
	case errors.As(noAnswer, &page) && page.IsLasting():
		found = explanation{"Not a REST API", noAnswer.Host + " answers, but not as a portal's REST API does. Check the host in the configuration, and the folders before \"/rest/\" if there are any. " +
			"If they are right, a web server or firewall in front of the portal refuses the request: ask whoever runs it.", false}
	default:
		found = explanation{"No answer from the portal", fmt.Sprintf("The portal gave no usable answer. Check that the portal is up and that this machine can reach it, then run the command again. "+
			"Attempts made: %d. Pins that went through are adopted.", noAnswer.Attempts), false}
	}
	found.detail += "\n\nReason: " + noAnswer.Reason()
	return found
}

// adviceOnProxy says what to do about a proxy that did not connect to the portal.
func adviceOnProxy(proxy *bitrix24.ProxyError) string {
	const variables = " Check the environment variables HTTPS_PROXY and NO_PROXY, then run the command again."
	switch proxy.Status {
	case http.StatusProxyAuthRequired:
		return fmt.Sprintf("The proxy %s does not accept the user name and password in the environment variable HTTPS_PROXY, or there are none. "+
			"Correct them, then run the command again. The provider asked only once, because more attempts might lock the account. In the password, write \"%%\" as %%25, \"/\" as %%2F and \"#\" as %%23.", proxy.Host)
	case 0:
		if proxy.Refused {
			return fmt.Sprintf("The proxy %s refused to connect to the portal, and was asked once. Check the user name and password.", proxy.Host) + variables
		}
		return fmt.Sprintf("The proxy %s cannot be reached, so the portal was not asked.", proxy.Host) + variables
	default:
		return fmt.Sprintf("The proxy %s refused to connect to the portal, so the portal was not asked. Ask whoever runs the proxy.", proxy.Host) + variables
	}
}
