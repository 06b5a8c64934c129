package bitrix24

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/hashicorp/go-cleanhttp"
)

// maxHeader bounds the head of an answer, in bytes. A portal's is below 4 KiB.
const maxHeader = 64 << 10

// Network is the machine's network, with the proxy from the environment. Clients that share it share its connections.
//
// It speaks only HTTP/1.1. With HTTP/2, net/http repeats requests by itself when a server closes the connection in an
// orderly way, which the throttle does not see; and GODEBUG=http2debug=1 writes addresses to the log.
func Network() http.RoundTripper {
	network := cleanhttp.DefaultPooledTransport()
	network.Protocols = new(http.Protocols)
	network.Protocols.SetHTTP1(true)
	network.MaxResponseHeaderBytes = maxHeader
	network.MaxIdleConnsPerHost = maxUnderWay // with fewer, each request of many people would open a connection
	network.OnProxyConnectResponse = refusedByProxy
	return &machineNetwork{Transport: network, refused: map[string]*ProxyError{}}
}

// machineNetwork names the proxy that cannot be reached or refuses. It does not ask a proxy again that refused: a wrong
// password that is sent again and again can lock an account.
type machineNetwork struct {
	*http.Transport

	mu      sync.Mutex
	refused map[string]*ProxyError // by the proxy's host, and by the portal's if the refusal is about that portal
}

func (n *machineNetwork) RoundTrip(request *http.Request) (*http.Response, error) {
	proxy, err := n.Proxy(request)
	if err != nil || proxy == nil {
		return n.Transport.RoundTrip(request)
	}
	about := proxy.Host + " " + request.URL.Host
	if before := n.refusal(proxy.Host, about); before != nil {
		return nil, before
	}
	response, err := n.Transport.RoundTrip(request)
	if err == nil {
		return response, nil
	}
	failed := ofProxy(proxy.Host, err)
	if failed == nil {
		return nil, err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	switch {
	case failed.isOfPassword():
		n.refused[proxy.Host] = failed
	case failed.isFinal():
		n.refused[about] = failed
	}
	return nil, failed
}

// refusal returns the earlier refusal under one of the names, or nil.
func (n *machineNetwork) refusal(names ...string) *ProxyError {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, name := range names {
		if before := n.refused[name]; before != nil {
			return before
		}
	}
	return nil
}

// ofProxy returns the error if it says that a proxy failed, or nil.
func ofProxy(host string, err error) *ProxyError {
	var refused *ProxyError
	var failed *net.OpError
	switch {
	case errors.As(err, &refused):
		return refused
	case !errors.As(err, &failed):
		return nil
	case failed.Op == "proxyconnect":
		return &ProxyError{Host: host, Err: failed.Err}
	case strings.HasPrefix(failed.Op, "socks"):
		return &ProxyError{Host: host, Refused: true, Err: failed.Err}
	default:
		return nil
	}
}

// ProxyError says that a proxy did not connect to the portal, so that no request reached the portal. It shows only the host
// of the proxy's address, which may hold a password, and none of the proxy's own words.
type ProxyError struct {
	// Host is the proxy's.
	Host string
	// Refused says that the proxy answered and refused to connect.
	Refused bool
	// Status is the answer of an HTTP proxy, or 0.
	Status int
	// Err is why there was no answer, or the refusal of a SOCKS proxy, or nil.
	Err error
}

func (e *ProxyError) Error() string {
	switch {
	case e.Status != 0:
		return fmt.Sprintf("the proxy %s refused to connect: HTTP status %s", e.Host, statusText(e.Status))
	case e.Refused:
		return fmt.Sprintf("the proxy %s refused to connect: %v", e.Host, e.Err)
	default:
		return fmt.Sprintf("the proxy %s cannot be reached: %v", e.Host, e.Err)
	}
}

// Unwrap returns why the proxy gave no answer.
func (e *ProxyError) Unwrap() error { return e.Err }

// isFinal reports whether the proxy would answer the same again.
func (e *ProxyError) isFinal() bool {
	return e.Refused && (e.Status == 0 || e.Status < 500 && !mayPass(e.Status))
}

// isOfPassword reports whether the refusal holds for every portal. A SOCKS proxy does not give its reason.
func (e *ProxyError) isOfPassword() bool {
	return e.Refused && (e.Status == 0 || e.Status == http.StatusProxyAuthRequired)
}

// refusedByProxy is the error for a proxy's answer to CONNECT. The error of net/http is the proxy's own status line.
func refusedByProxy(_ context.Context, proxy *url.URL, _ *http.Request, answer *http.Response) error {
	if answer.StatusCode == http.StatusOK {
		return nil
	}
	return &ProxyError{Host: proxy.Host, Refused: true, Status: answer.StatusCode}
}
