package provider

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/invisible"
)

// providerModel is the provider block.
type providerModel struct {
	WebhookURL        types.String  `tfsdk:"webhook_url"`
	PortalURL         types.String  `tfsdk:"portal_url"`
	AccessToken       types.String  `tfsdk:"access_token"`
	UserWebhooks      types.Map     `tfsdk:"user_webhooks"`
	UserWebhooksFile  types.String  `tfsdk:"user_webhooks_file"`
	RequestsPerSecond types.Float64 `tfsdk:"requests_per_second"`
	RequestBurst      types.Int64   `tfsdk:"request_burst"`
	RequestTimeout    types.String  `tfsdk:"request_timeout"`
	MaxRetries        types.Int64   `tfsdk:"max_retries"`
}

// settingAttributes returns the attributes that say how requests are sent.
func settingAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		requestsPerSecond().attribute: schema.Float64Attribute{
			MarkdownDescription: "How many requests a second are sent to the portal at most, from 0.1 to 100. Default `2`: what Bitrix24 allows " +
				"on every plan but Enterprise, where it is 5. " + requestsPerSecond().note(),
			Optional:   true,
			Validators: []validator.Float64{float64Setting{requestsPerSecond()}},
		},
		requestBurst().attribute: schema.Int64Attribute{
			MarkdownDescription: "How many requests may be sent at once after a pause, from 1 to 50. Default `1`. More than 1 is faster, and leaves " +
				"less of the portal's limit to other programs behind the same address. " + requestBurst().note(),
			Optional:   true,
			Validators: []validator.Int64{int64Setting{requestBurst()}},
		},
		requestTimeout().attribute: schema.StringAttribute{
			MarkdownDescription: "How long one attempt of a request may take, as a duration above 0 such as `\"90s\"` or `\"2m\"`. Default `\"70s\"`. " +
				"A portal works on a request for up to 60 seconds, and a retry should not overtake it. " + requestTimeout().note(),
			Optional:   true,
			Validators: []validator.String{durationSetting{requestTimeout()}},
		},
		maxRetries().attribute: schema.Int64Attribute{
			MarkdownDescription: "How often a request without a usable answer is retried, from 1 to 20, with growing waits of up to 30 seconds. " +
				"Default `5`. Refusals because of the request limit do not count: they are retried for 5 minutes. " + maxRetries().note(),
			Optional:   true,
			Validators: []validator.Int64{int64Setting{maxRetries()}},
		},
	}
}

// requestSettings are the values in force.
type requestSettings struct {
	requestsPerSecond float64
	requestBurst      int
	ofClient          bitrix24.Settings // as far as a person chooses them
}

func (m providerModel) requestSettings(getenv func(string) string) (requestSettings, diag.Diagnostics) {
	var chosen requestSettings
	var diags diag.Diagnostics
	timeout, _ := parseDuration(m.RequestTimeout.ValueString()) // validated, if there is one
	chosen.requestsPerSecond = requestsPerSecond().choose(m.RequestsPerSecond, m.RequestsPerSecond.ValueFloat64(), getenv, &diags)
	chosen.requestBurst = int(requestBurst().choose(m.RequestBurst, m.RequestBurst.ValueInt64(), getenv, &diags))
	chosen.ofClient.RequestTimeout = requestTimeout().choose(m.RequestTimeout, timeout, getenv, &diags)
	chosen.ofClient.MaxRetries = int(maxRetries().choose(m.MaxRetries, m.MaxRetries.ValueInt64(), getenv, &diags))
	return chosen, diags
}

// setting is an attribute of the provider that an environment variable can replace.
type setting[T any] struct {
	attribute string
	variable  string
	initial   T
	what      string // all values that are allowed: "a number from 0.1 to 100"
	example   string
	allowed   func(value T) bool
	form      string // what parse accepts: "a number such as 2"
	parse     func(text string) (T, error)
	verb      string // formats a parsed value in errors
}

// choose returns the configured value, else the environment's, else the default. A value that is not known yet, which
// happens only at plan, counts as the default.
func (s setting[T]) choose(given attr.Value, configured T, getenv func(string) string, diags *diag.Diagnostics) T {
	text := getenv(s.variable)
	switch {
	case given.IsUnknown() || (given.IsNull() && text == ""):
		return s.initial
	case !given.IsNull():
		return configured
	}
	value, err := s.parse(text)
	problem := s.problem(value, fmt.Sprintf(s.verb, value))
	if err != nil {
		problem = "This is not " + s.form + "."
		if unseen := invisible.First(invisible.Trim(text)); unseen != "" {
			problem += " It has " + unseen + " in it."
		}
	}
	if written := shown(text, longestNumberShown); problem != "" {
		if written == notShown {
			problem += " If it is a webhook, set webhook_url or " + webhookVariable + " instead."
		}
		diags.AddAttributeError(path.Root(s.attribute), "Invalid environment variable", fmt.Sprintf("The value of %s is %s. %s", s.variable, written, problem))
	}
	return value
}

// problem says what is wrong with a value, or nothing. It shows the value as it is written.
func (s setting[T]) problem(value T, written string) string {
	if s.allowed(value) {
		return ""
	}
	return fmt.Sprintf("The value has to be %s. It is %s.\n\nExample: %s = %s", s.what, written, s.attribute, s.example)
}

// note ends the attribute's description.
func (s setting[T]) note() string {
	return "Environment variable: `" + s.variable + "`."
}

func requestsPerSecond() setting[float64] {
	return setting[float64]{
		attribute: "requests_per_second",
		variable:  "BITRIX24_REQUESTS_PER_SECOND",
		initial:   bitrix24.DefaultRequestsPerSecond,
		what:      "a number from 0.1 to 100",
		example:   "2",
		allowed:   inRange(0.1, 100),
		form:      "a number such as 2",
		parse:     parseFinite,
		verb:      "%v",
	}
}

func requestBurst() setting[int64] {
	return setting[int64]{
		attribute: "request_burst",
		variable:  "BITRIX24_REQUEST_BURST",
		initial:   bitrix24.DefaultRequestBurst,
		what:      "a whole number from 1 to 50",
		example:   "10",
		allowed:   inRange[int64](1, bitrix24.MaxRequestBurst),
		form:      "a whole number such as 5",
		parse:     parseWhole,
		verb:      "%v",
	}
}

func maxRetries() setting[int64] {
	return setting[int64]{
		attribute: "max_retries",
		variable:  "BITRIX24_MAX_RETRIES",
		initial:   bitrix24.DefaultMaxRetries,
		what:      "a whole number from 1 to 20",
		example:   "5",
		allowed:   inRange[int64](1, 20),
		form:      "a whole number such as 5",
		parse:     parseWhole,
		verb:      "%v",
	}
}

func requestTimeout() setting[time.Duration] {
	return setting[time.Duration]{
		attribute: "request_timeout",
		variable:  "BITRIX24_REQUEST_TIMEOUT",
		initial:   bitrix24.DefaultRequestTimeout,
		what:      `a duration above 0, such as "90s" or "2m"`,
		example:   `"90s"`,
		allowed:   func(value time.Duration) bool { return value > 0 },
		form:      `a duration such as "90s"`,
		parse:     parseDuration,
		verb:      "%q",
	}
}

func inRange[T cmp.Ordered](lowest, highest T) func(T) bool {
	return func(value T) bool { return lowest <= value && value <= highest }
}

// Invisible characters around values are trimmed: they get copied from files and pages.

func parseFinite(text string) (float64, error) {
	value, err := strconv.ParseFloat(invisible.Trim(text), 64)
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return 0, strconv.ErrRange
	}
	return value, err
}

func parseWhole(text string) (int64, error) { return strconv.ParseInt(invisible.Trim(text), 10, 64) }

func parseDuration(text string) (time.Duration, error) {
	return time.ParseDuration(invisible.Trim(text))
}

func (s setting[T]) Description(context.Context) string { return "value must be " + s.what }

func (s setting[T]) MarkdownDescription(ctx context.Context) string { return s.Description(ctx) }

// validate reports a problem with a configured value.
func (s setting[T]) validate(diags *diag.Diagnostics, at path.Path, given attr.Value, value T, written string) {
	if given.IsNull() || given.IsUnknown() {
		return
	}
	if problem := s.problem(value, written); problem != "" {
		diags.AddAttributeError(at, "Invalid value", problem)
	}
}

// A setting is also the validator of its attribute. The framework has another interface for each type.
type (
	float64Setting  struct{ setting[float64] }
	int64Setting    struct{ setting[int64] }
	durationSetting struct{ setting[time.Duration] }
)

func (s float64Setting) ValidateFloat64(_ context.Context, req validator.Float64Request, resp *validator.Float64Response) {
	value := req.ConfigValue.ValueFloat64()
	s.validate(&resp.Diagnostics, req.Path, req.ConfigValue, value, fmt.Sprint(value))
}

func (s int64Setting) ValidateInt64(_ context.Context, req validator.Int64Request, resp *validator.Int64Response) {
	s.validate(&resp.Diagnostics, req.Path, req.ConfigValue, req.ConfigValue.ValueInt64(), req.ConfigValue.String())
}

func (s durationSetting) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	value, _ := s.parse(req.ConfigValue.ValueString()) // 0 if it is no duration
	s.validate(&resp.Diagnostics, req.Path, req.ConfigValue, value, shown(req.ConfigValue.ValueString(), longestNumberShown))
}
