// Package bitrix24 speaks to the REST API of one Bitrix24 portal: who is asking (credential.go), how often
// (throttle.go), what when it fails (retry.go, errors.go), and how many commands travel in one request
// (batch.go). It knows nothing of Terraform and nothing of pins.
//
// A webhook's URL is a password, because its secret stands in the path, and so is an access token. They exist only in a
// [Credential] and below the credential transport (transport.go): requests, responses, errors and log lines above that
// never hold them.
package bitrix24
