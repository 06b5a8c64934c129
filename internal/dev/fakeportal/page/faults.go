package page

import (
	"net/http"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// queueable is a fault that a person can queue, and the method that it is for.
type queueable struct {
	name   string // in web/index.html too
	method string // "" for every request
	fault  fakeportal.Fault
}

// queueables are the faults that can be queued on the page, in its order.
func queueables() []queueable {
	const slow, patience = 10 * time.Second, 2 * time.Minute
	return []queueable{
		{"error-page-502", "", fakeportal.HTMLPage(http.StatusBadGateway)},
		{"error-page-503", "", fakeportal.HTMLPage(http.StatusServiceUnavailable)},
		{"error-page-504", "", fakeportal.HTMLPage(http.StatusGatewayTimeout)},
		{"empty-500", "", fakeportal.EmptyAnswer(http.StatusInternalServerError)},
		{"lost-before", "", fakeportal.ResetBefore()},
		{"lost-after", "", fakeportal.ResetAfter()},
		{"cut-off", "", fakeportal.Truncated()},
		{"slow-10s", "", fakeportal.Slow(slow)},
		{"slow-2m", "", fakeportal.Slow(patience)},
		{"huge", "", fakeportal.Huge(16 << 20)},
		{"overload", "", fakeportal.Refusal(http.StatusServiceUnavailable, "OVERLOAD_LIMIT", "REST API is blocked due to overload")},
		{"internal", "", fakeportal.Refusal(http.StatusInternalServerError, "INTERNAL_SERVER_ERROR", "Internal server error")},
		{"no-plan", "", fakeportal.Refusal(http.StatusForbidden, "ACCESS_DENIED", "REST is available only on commercial plans")},
		{"pin-refused", "im.recent.pin", fakeportal.CommandRefusal("ACCESS_ERROR", "You don't have access to this chat")},
		{"renamed", "", fakeportal.MovedTo("renamed.example")},
		{"licence", "", fakeportal.LicenceExpired()},
	}
}
