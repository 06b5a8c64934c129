package bitrix24

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/hashicorp/go-cleanhttp"
)

// maxHeader bounds the head of an answer, in bytes. A portal's is below 4 KiB.
const maxHeader = 64 << 10

// Network is the machine's network, with the proxy that the environment names. Clients that share it share its connections.
//
// It speaks HTTP/1.1 alone. In HTTP/2, net/http repeats requests by itself when a server closes the connection in an orderly
// way, and the throttle does not see that; and GODEBUG=http2debug=1 writes addresses to the log.
func Network() http.RoundTripper {
	network := cleanhttp.DefaultPooledTransport()
	network.Protocols = new(http.Protocols)
	network.Protocols.SetHTTP1(true)
	network.ForceAttemptHTTP2 = false
	network.MaxResponseHeaderBytes = maxHeader
	network.OnProxyConnectResponse = refusedByProxy
	return machineNetwork{network}
}

// machineNetwork says of a proxy that cannot be reached which one it is.
type machineNetwork struct{ *http.Transport }

func (n machineNetwork) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := n.Transport.RoundTrip(request)
	var failed *net.OpError
	if !errors.As(err, &failed) || failed.Op != "proxyconnect" && !strings.HasPrefix(failed.Op, "socks") {
		return response, err
	}
	proxy, _ := n.Proxy(request)
	if proxy == nil {
		return nil, err
	}
	return nil, &ProxyError{Host: proxy.Host, Err: failed.Err}
}

// ProxyError says that a proxy on the way to the portal did not connect to it, so that the portal was asked nothing. It shows
// nothing of the proxy's address but the host, because it may hold a password, and none of the proxy's own words.
type ProxyError struct {
	// Host is the proxy's.
	Host string
	// Status is the proxy's answer, or 0 if there was none.
	Status int
	// Err is why there was none, or nil.
	Err error
}

func (e *ProxyError) Error() string {
	if e.Status == 0 {
		return fmt.Sprintf("the proxy %s cannot be reached: %v", e.Host, e.Err)
	}
	return fmt.Sprintf("the proxy %s refused to connect: HTTP status %s", e.Host, statusText(e.Status))
}

// Unwrap returns why the proxy gave no answer.
func (e *ProxyError) Unwrap() error { return e.Err }

// isFinal reports whether the proxy would say the same again: only an error of its own may be over soon. A password that is
// sent again and again can lock an account.
func (e *ProxyError) isFinal() bool { return e.Status != 0 && e.Status < 500 }

// refusedByProxy is the error for a proxy's answer to CONNECT. The error of net/http is the proxy's own line.
func refusedByProxy(_ context.Context, proxy *url.URL, _ *http.Request, answer *http.Response) error {
	if answer.StatusCode == http.StatusOK {
		return nil
	}
	return &ProxyError{Host: proxy.Host, Status: answer.StatusCode}
}
