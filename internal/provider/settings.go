package provider

import (
	"context"
	"errors"
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
)

// providerModel is the provider block.
type providerModel struct {
	WebhookURL        types.String  `tfsdk:"webhook_url"`
	PortalURL         types.String  `tfsdk:"portal_url"`
	AccessToken       types.String  `tfsdk:"access_token"`
	UserWebhooks      types.Map     `tfsdk:"user_webhooks"`
	RequestsPerSecond types.Float64 `tfsdk:"requests_per_second"`
	RequestBurst      types.Int64   `tfsdk:"request_burst"`
	RequestTimeout    types.String  `tfsdk:"request_timeout"`
	MaxRetries        types.Int64   `tfsdk:"max_retries"`
}

// settingAttributes are the attributes that say how requests are sent.
func settingAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		requestsPerSecond().attribute: schema.Float64Attribute{
			MarkdownDescription: "How many requests a second are sent to the portal at most, from 0.1 to 100. Default `2`: what Bitrix24 allows " +
				"on every plan but Enterprise, where it is 5. " + requestsPerSecond().note(),
			Optional:   true,
			Validators: []validator.Float64{perSecondRange()},
		},
		requestBurst().attribute: schema.Int64Attribute{
			MarkdownDescription: "How many requests may be sent at once after a pause, from 1 to 50. Default `1`. More than 1 is faster, and leaves " +
				"less of the portal's limit to other programs behind the same address. " + requestBurst().note(),
			Optional:   true,
			Validators: []validator.Int64{burstRange()},
		},
		requestTimeout().attribute: schema.StringAttribute{
			MarkdownDescription: "How long one attempt of a request may take, as a duration above 0 such as `\"90s\"` or `\"2m\"`. Default `\"70s\"`. " +
				"A portal works on a request for up to 60 seconds, and a retry should not overtake it. " + requestTimeout().note(),
			Optional:   true,
			Validators: []validator.String{timeoutRange()},
		},
		maxRetries().attribute: schema.Int64Attribute{
			MarkdownDescription: "How often a request without a usable answer is retried, from 1 to 20, with growing waits of up to 30 seconds. " +
				"Default `5`. Refusals because of the request limit do not count: they are retried for 5 minutes. " + maxRetries().note(),
			Optional:   true,
			Validators: []validator.Int64{retriesRange()},
		},
	}
}

// requestSettings are the values that are in force.
type requestSettings struct {
	requestsPerSecond float64
	requestBurst      int64
	requestTimeout    time.Duration
	maxRetries        int64
}

func (m providerModel) requestSettings(ctx context.Context, getenv func(string) string) (requestSettings, diag.Diagnostics) {
	var chosen requestSettings
	var diags diag.Diagnostics
	timeout, _ := time.ParseDuration(m.RequestTimeout.ValueString()) // validated, if there is one
	chosen.requestsPerSecond = requestsPerSecond().choose(ctx, m.RequestsPerSecond, m.RequestsPerSecond.ValueFloat64(), getenv, &diags)
	chosen.requestBurst = requestBurst().choose(ctx, m.RequestBurst, m.RequestBurst.ValueInt64(), getenv, &diags)
	chosen.requestTimeout = requestTimeout().choose(ctx, m.RequestTimeout, timeout, getenv, &diags)
	chosen.maxRetries = maxRetries().choose(ctx, m.MaxRetries, m.MaxRetries.ValueInt64(), getenv, &diags)
	return chosen, diags
}

// setting is an attribute of the provider for which an environment variable can stand in.
type setting[T any] struct {
	attribute string
	variable  string
	initial   T
	// parse reads the environment variable. Its error says what the text is not, such as "a number".
	parse func(text string) (T, error)
	// check says what is wrong with a value, on the attribute.
	check func(ctx context.Context, value T) diag.Diagnostics
}

// choose returns the configured value, else the environment's, else the default. A value that is not known yet counts as
// the default: that happens only at plan.
func (s setting[T]) choose(ctx context.Context, given attr.Value, configured T, getenv func(string) string, diags *diag.Diagnostics) T {
	text := getenv(s.variable)
	switch {
	case given.IsUnknown() || (given.IsNull() && text == ""):
		return s.initial
	case !given.IsNull():
		return configured
	}
	refuse := func(detail string) {
		diags.AddAttributeError(path.Root(s.attribute), "Invalid environment variable",
			fmt.Sprintf("%s is %q. %s", s.variable, text, detail))
	}
	value, err := s.parse(text)
	if err != nil {
		refuse(fmt.Sprintf("This is not %v.", err))
		return s.initial
	}
	for _, found := range s.check(ctx, value) {
		refuse(found.Detail())
	}
	return value
}

// note ends the attribute's description.
func (s setting[T]) note() string {
	return "Environment variable: `" + s.variable + "`. A change takes effect with the next command, and changes no pin."
}

func requestsPerSecond() setting[float64] {
	return setting[float64]{
		attribute: "requests_per_second",
		variable:  "BITRIX24_REQUESTS_PER_SECOND",
		initial:   bitrix24.DefaultRequestsPerSecond,
		parse: func(text string) (float64, error) {
			value, err := strconv.ParseFloat(text, 64)
			if math.IsNaN(value) || math.IsInf(value, 0) {
				err = strconv.ErrRange
			}
			return value, notA(err, "a number such as 2")
		},
		check: func(ctx context.Context, value float64) diag.Diagnostics {
			var resp validator.Float64Response
			perSecondRange().ValidateFloat64(ctx, validator.Float64Request{ConfigValue: types.Float64Value(value)}, &resp)
			return resp.Diagnostics
		},
	}
}

func requestBurst() setting[int64] {
	return wholeNumber("request_burst", "BITRIX24_REQUEST_BURST", bitrix24.DefaultRequestBurst, burstRange())
}

func maxRetries() setting[int64] {
	return wholeNumber("max_retries", "BITRIX24_MAX_RETRIES", bitrix24.DefaultMaxRetries, retriesRange())
}

func wholeNumber(attribute, variable string, initial int64, allowed validator.Int64) setting[int64] {
	return setting[int64]{
		attribute: attribute,
		variable:  variable,
		initial:   initial,
		parse: func(text string) (int64, error) {
			value, err := strconv.ParseInt(text, 10, 64)
			return value, notA(err, "a whole number such as 5")
		},
		check: func(ctx context.Context, value int64) diag.Diagnostics {
			var resp validator.Int64Response
			allowed.ValidateInt64(ctx, validator.Int64Request{ConfigValue: types.Int64Value(value)}, &resp)
			return resp.Diagnostics
		},
	}
}

func requestTimeout() setting[time.Duration] {
	return setting[time.Duration]{
		attribute: "request_timeout",
		variable:  "BITRIX24_REQUEST_TIMEOUT",
		initial:   bitrix24.DefaultRequestTimeout,
		parse: func(text string) (time.Duration, error) {
			value, err := time.ParseDuration(text)
			return value, notA(err, `a duration such as "90s"`)
		},
		check: func(ctx context.Context, value time.Duration) diag.Diagnostics {
			var resp validator.StringResponse
			timeoutRange().ValidateString(ctx, validator.StringRequest{ConfigValue: types.StringValue(value.String())}, &resp)
			return resp.Diagnostics
		},
	}
}

// notA turns any parse error into what the text should have been.
func notA(err error, what string) error {
	if err == nil {
		return nil
	}
	return errors.New(what)
}
