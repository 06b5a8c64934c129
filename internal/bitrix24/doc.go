// Package bitrix24 is a client of a Bitrix24 portal's REST API. It knows nothing about Terraform or pins.
//
//   - credential.go: who asks
//   - throttle.go: how often
//   - batch.go: how commands travel in one request
//   - retry.go, backoff.go: what is repeated, and after how long
//   - errors.go: what errors mean
//
// A webhook's URL is a password, because its path holds the secret, and so is an access token. Both exist only in a [Credential]
// and below the credential transport (credential_transport.go). Requests, responses, errors and log lines above it never hold
// them.
package bitrix24
