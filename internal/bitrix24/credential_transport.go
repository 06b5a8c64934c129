package bitrix24

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// credentialTransport is the only place where a request holds the secret. Above it, requests have a placeholder as their
// address, and answers no longer hold a secret that the portal repeated.
type credentialTransport struct {
	credential Credential
	mask       *Mask
	next       http.RoundTripper
}

func (t *credentialTransport) RoundTrip(request *http.Request) (*http.Response, error) {
	sent := request.Clone(request.Context())
	t.credential.authorize(sent, strings.TrimPrefix(request.URL.Path, "/"))
	response, err := t.next.RoundTrip(sent)
	if err != nil {
		return nil, t.masked(err)
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, t.masked(err)
	}
	body = []byte(t.mask.Hide(string(body)))
	response.Body = io.NopCloser(bytes.NewReader(body))
	response.ContentLength = int64(len(body))
	response.Request = request
	return response, nil
}

// masked returns err itself unless its text shows the secret.
func (t *credentialTransport) masked(err error) error {
	if text := fmt.Sprintf("%v %+v", err, err); t.mask.Hide(text) == text {
		return err
	}
	if moved := new(MovedError); errors.As(err, &moved) { // callers treat this error differently
		return &MovedError{Host: moved.Host, To: t.mask.Hide(moved.To)}
	}
	return errors.New(t.mask.Hide(err.Error()))
}
