// Package bitrix24 is a client of a Bitrix24 portal's REST API. It knows who asks (credential.go), how often
// (throttle.go), what is repeated (retry.go) and after how long (backoff.go), what errors mean (errors.go), and how
// commands travel in one request (batch.go). It knows nothing about Terraform or pins.
//
// A webhook's URL is a password, because its path holds the secret, and so is an access token. They exist only in a
// [Credential] and below the credential transport (transport.go): requests, responses, errors and log lines above it never
// hold them.
package bitrix24
