package provider

import (
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// What happens when the portal, or something between, misbehaves.

// impatient gives up soon. A slow portal is slower than its timeout.
const impatient = `
  max_retries     = 2
  request_timeout = "2s"
`

// faultCase is one way of failing, and the provider's reaction.
type faultCase struct {
	fault    fakeportal.Fault
	repeated bool   // an attempt that failed like this is retried
	message  string // of the error, if the attempts do not suffice
	applied  bool   // the portal carries the write out before it fails
	command  bool   // only the command fails; the rest of the request, such as the list, is answered
}

func faultCases() map[string]faultCase {
	const noAnswer = `No answer from the portal.*Attempts\s+made:\s+\d`
	return map[string]faultCase{
		"HTML page 502":            {fault: fakeportal.HTMLPage(502), repeated: true, message: noAnswer + `.*502\s+Bad\s+Gateway,\s+an\s+HTML\s+page`},
		"HTML page 503":            {fault: fakeportal.HTMLPage(503), repeated: true, message: noAnswer + `.*503\s+Service\s+Unavailable,\s+an\s+HTML\s+page`},
		"HTML page 504":            {fault: fakeportal.HTMLPage(504), repeated: true, message: noAnswer + `.*504\s+Gateway\s+Timeout,\s+an\s+HTML\s+page`},
		"empty 500":                {fault: fakeportal.EmptyAnswer(500), repeated: true, message: noAnswer + `.*an\s+empty\s+body`},
		"reset before the write":   {fault: fakeportal.ResetBefore(), repeated: true, message: noAnswer},
		"reset after the write":    {fault: fakeportal.ResetAfter(), applied: true, repeated: true, message: noAnswer},
		"truncated answer":         {fault: fakeportal.Truncated(), applied: true, repeated: true, message: noAnswer + `.*the\s+answer\s+broke\s+off`},
		"answer after the timeout": {fault: fakeportal.Slow(5 * time.Second), applied: true, repeated: true, message: noAnswer + `.*no\s+answer\s+within\s+2s`},
		"passing error with 200":   {fault: fakeportal.Refusal(200, "INTERNAL_SERVER_ERROR", "Internal server error"), repeated: true, message: `Portal error.*Bitrix24:\s+INTERNAL_SERVER_ERROR`},
		"lasting error with 200":   {fault: fakeportal.Refusal(200, "ACCESS_DENIED", "REST is available only by subscription."), repeated: false, message: `REST API not available.*Check\s+the\s+plan.*Bitrix24:\s+ACCESS_DENIED`},
		"redirect":                 {fault: fakeportal.MovedTo("new.example"), repeated: false, message: `Portal moved.*to\s+new\.example.*put\s+it\s+into\s+the\s+provider's\s+configuration`},
		"licence expired":          {fault: fakeportal.LicenceExpired(), repeated: false, message: `Redirect instead of an answer.*licence`},
		"answer of 100 MB":         {fault: fakeportal.Huge(100_000_000), applied: true, repeated: false, message: noAnswer + `.*larger\s+than\s+2\s+MiB`},
		"error of the command":     {fault: fakeportal.CommandRefusal("ERROR_CORE", "No."), command: true, message: `Portal error.*Bitrix24:\s+ERROR_CORE`},
		"overload":                 {fault: fakeportal.Refusal(503, "OVERLOAD_LIMIT", "REST API is blocked due to overload."), repeated: false, message: `REST API blocked.*support.*Bitrix24:\s+OVERLOAD_LIMIT`},
	}
}
