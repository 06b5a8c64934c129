package provider

import (
	"fmt"
	"strings"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// situation is something that may go wrong while the provider holds a webhook.
type situation struct {
	prepare func(*testPortal)
	// webhook is the URL that the provider gets, if it is not the hidden user's at the portal.
	webhook func(*testPortal) string
	config  string // if it is not titled
	env     func(webhook string) []string
	// file is what a file holds that the provider reads webhooks from. The environment names it, and nothing else.
	file    func(webhook string) string
	says    string // what the output has to say; otherwise the situation did not occur
	saved   bool   // the plan is saved and then applied
	stopped bool   // by Ctrl-C, in the middle
	outside bool   // the failure is in the machine's network, not on the portal
	runs    where
	// since is the first version of each CLI that knows what the configuration uses, by the CLI's name.
	since map[string]string
}

// where a situation is tried.
type where int

const (
	simulatedOnly where = iota
	realToo             // with the real Terraform as well, and the provider as a program of its own
	realOnly
)

func situations() map[string]situation {
	all := map[string]situation{}
	for _, some := range []map[string]situation{successes(), wrongWebhooks(), faultSituations(), otherCredentials(), files()} {
		for name, one := range some {
			if one.config == "" {
				one.config = titled
			}
			all[name] = one
		}
	}
	return all
}

func successes() map[string]situation {
	return map[string]situation{
		"success":                 {says: "Apply complete!"},
		"success of a saved plan": {says: "Apply complete!", saved: true, runs: realToo},
		"sensitive variable": {
			runs:   realOnly, // what Terraform does with such variables
			config: "variable \"webhook\" {\n  type      = string\n  sensitive = true\n}\nprovider \"bitrix24\" {\n  webhook_url = var.webhook\n}\n" + titled,
			env:    func(webhook string) []string { return []string{"TF_VAR_webhook=" + webhook} },
			says:   "Apply complete!",
		},
		"ephemeral variable and a saved plan": {
			runs:   realOnly,
			config: "variable \"webhook\" {\n  type      = string\n  ephemeral = true\n}\nprovider \"bitrix24\" {\n  webhook_url = var.webhook\n}\n" + titled,
			env:    func(webhook string) []string { return []string{"TF_VAR_webhook=" + webhook} },
			says:   "Apply complete!",
			saved:  true,
			since:  map[string]string{"terraform": "1.10.0", "tofu": "1.11.0"},
		},
	}
}

func wrongWebhooks() map[string]situation {
	return map[string]situation{
		"connection refused": {webhook: func(*testPortal) string { return nobody + "/rest/77/" + hidden + "/" }, outside: true, says: "connection refused"},
		"DNS failure": {webhook: func(*testPortal) string {
			return "https://portal.invalid/rest/77/" + hidden + "/"
		}, outside: true, says: "Host not found"},
		"webhook for a number": {env: func(webhook string) []string {
			return []string{webhookVariable + "=" + webhook, "BITRIX24_REQUEST_BURST=" + webhook}
		}, says: "Invalid environment variable", runs: realToo},
		"webhook as it is copied": {env: func(webhook string) []string {
			return []string{webhookVariable + "=\ufeff\u200b " + webhook + "\u00a0"}
		}, says: "Apply complete!", runs: realToo},
		"malformed URL":      {webhook: func(p *testPortal) string { return p.base + "/rost/77/" + hidden + "/" }, says: "Invalid webhook URL"},
		"URL with a method":  {webhook: func(p *testPortal) string { return p.base + "/rest/77/" + hidden + "/profile.json" }, says: "Invalid webhook URL"},
		"URL with a space":   {webhook: func(p *testPortal) string { return p.base + "/rest/77/" + hidden + " /" }, says: "Invalid webhook URL"},
		"URL without a user": {webhook: func(p *testPortal) string { return p.base + "/rest/" + hidden + "/" }, says: "Invalid webhook URL"},
		"secret as the host": {webhook: func(*testPortal) string { return "https://" + hidden + ".invalid:port/" }, says: "Invalid webhook URL"},
		"webhook not known":  {webhook: func(p *testPortal) string { return p.base + "/rest/1/" + hidden + "/" }, says: "Webhook not accepted"},
	}
}

// faultSituations are those of a portal that fails, or repeats the request.
func faultSituations() map[string]situation {
	fault := func(fault fakeportal.Fault) func(*testPortal) {
		return func(portal *testPortal) { portal.Fail(-1, "", fault) }
	}
	return map[string]situation{
		"moved":           {prepare: fault(fakeportal.MovedTo("new.example")), says: "Portal moved"},
		"licence expired": {prepare: fault(fakeportal.LicenceExpired()), says: "Redirect instead of an answer"},
		"HTML page":       {prepare: fault(fakeportal.HTMLPage(502)), says: "an HTML page", runs: realToo}, // it echoes the address
		"HTML page 404":   {prepare: fault(fakeportal.HTMLPage(404)), says: "Not a REST API", runs: realToo},
		"empty answer":    {prepare: fault(fakeportal.EmptyAnswer(500)), says: "an empty body"},
		"reset before":    {prepare: fault(fakeportal.ResetBefore()), says: "No answer from the portal"},
		"reset after":     {prepare: fault(fakeportal.ResetAfter()), says: "No answer from the portal"},
		"truncated":       {prepare: fault(fakeportal.Truncated()), says: "the answer broke off"},
		"timeout": {prepare: fault(fakeportal.Slow(time.Minute)), env: func(webhook string) []string {
			return []string{webhookVariable + "=" + webhook, "BITRIX24_REQUEST_TIMEOUT=1s"}
		}, says: "no answer within 1s"},
		"answer of 100 MB":   {prepare: fault(fakeportal.Huge(100_000_000)), says: "larger than 2 MiB"},
		"error with 200":     {prepare: fault(fakeportal.Refusal(200, "ACCESS_DENIED", "No.")), says: "REST API not available"},
		"error of a command": {prepare: fault(fakeportal.CommandRefusal("ERROR_CORE", "No.")), says: "Portal error"},
		"echo in an error":   {prepare: func(p *testPortal) { p.Fail(-1, "", fakeportal.Refusal(400, "X", echo(p, hidden))) }, says: "/rest/77/SECRET/"},
		"cut-off echo": {prepare: func(p *testPortal) {
			cut := echo(p, hidden)
			p.Fail(-1, "", fakeportal.Refusal(400, "X", cut[:len(cut)-len("/batch")-5]))
		}, says: "/rest/77/SECRET"},
		"request limit":       {prepare: fault(fakeportal.Refusal(503, "QUERY_LIMIT_EXCEEDED", "Too many requests")), stopped: true, runs: realOnly, says: "Interrupt received"},
		"method blocked":      {prepare: func(p *testPortal) { p.SpendOperating(hiddenUser, "im.recent.pin", 10*time.Minute) }, says: "Method blocked for a while"},
		"unknown certificate": {webhook: func(p *testPortal) string { return p.WebhookURL(p.untrusted, hiddenUser) }, runs: realOnly, says: "Certificate not trusted"},
		"echo of a command":   {prepare: func(p *testPortal) { p.Fail(-1, "im.recent.pin", fakeportal.CommandRefusal("X", echo(p, hidden))) }, says: "/rest/77/SECRET/"},
		"encoded echo": {prepare: func(p *testPortal) {
			p.Fail(-1, "", fakeportal.Refusal(400, "X", echo(p, strings.ReplaceAll(hidden, "~", "%7E"))))
		}, says: "/rest/77/SECRET/"},
		"echo in a title":      {prepare: func(p *testPortal) { p.addHiddenChat(1700, echo(p, hidden)) }, config: strings.ReplaceAll(titled, "chat1717", "chat1700"), says: "/rest/77/SECRET/"},
		"echo in the code":     {prepare: func(p *testPortal) { p.Fail(-1, "", fakeportal.Refusal(400, echo(p, hidden), "")) }, says: "/rest/77/SECRET/"},
		"redirect to the echo": {prepare: fault(fakeportal.MovedTo(hidden + ".example")), says: "Portal moved"},
	}
}

// otherCredentials are those of a team and of an app, and whole lists.
func otherCredentials() map[string]situation {
	ofAnna := strings.Replace(titled, "{\n", "{\n  user = \"anna\"\n", 1)
	anna := func(end string) func(webhook string) []string {
		return func(webhook string) []string {
			return []string{userWebhooksVariable + `={"anna": "` + webhook + `"` + end + `}`}
		}
	}
	whole := pinnedList("", fmt.Sprintf("chat%d", plainChat))
	people := everybody + "\noutput \"all\" {\n  value = data.bitrix24_users.all.users\n}\n"
	token := func(webhook string) []string {
		at, _, _ := strings.Cut(webhook, "/rest/")
		return []string{portalVariable + "=" + at, tokenVariable + "=" + hidden}
	}
	return map[string]situation{
		"team": {config: ofAnna, env: anna(""), says: "Apply complete!"},
		"team, echo in a title that somebody else reads": {env: func(webhook string) []string {
			return append(anna("")(webhook), webhookVariable+"="+strings.Replace(webhook, "/77/"+hidden, fmt.Sprintf("/%d/%s", me, secret), 1))
		}, prepare: func(p *testPortal) {
			p.AddChat(fakeportal.Chat{ID: 1700, Title: echo(p, hidden), Members: []int64{me}})
		}, config: strings.ReplaceAll(titled, "chat1717", "chat1700"), says: "/rest/77/SECRET/", runs: realToo},
		"team, as it is copied": {config: ofAnna, env: func(webhook string) []string {
			return []string{userWebhooksVariable + "=\ufeff" + `{"anna": "` + webhook + `"}` + "\u00a0"}
		}, says: "Apply complete!"},
		"team, mixed up":      {config: ofAnna, env: func(webhook string) []string { return []string{userWebhooksVariable + `={"` + webhook + `": "anna"}`} }, says: "Invalid user name"},
		"team, broken JSON":   {config: ofAnna, env: anna(","), says: "Invalid user webhooks"},
		"team, malformed URL": {config: ofAnna, env: anna(""), webhook: func(p *testPortal) string { return p.base + "/rost/77/" + hidden + "/" }, says: "Invalid webhook URL"},
		"team, echo":          {config: ofAnna, env: anna(""), prepare: func(p *testPortal) { p.Fail(-1, "", fakeportal.Refusal(400, "X", echo(p, hidden))) }, says: "/rest/77/SECRET/"},
		"token":               {env: token, says: "Apply complete!"},
		"token that expired":  {env: token, prepare: func(p *testPortal) { p.ExpireToken(hidden) }, says: "Access token not accepted"},
		"token, echo":         {env: token, prepare: func(p *testPortal) { p.Fail(-1, "", fakeportal.Refusal(400, "X", echo(p, hidden))) }, says: "/rest/77/SECRET/"},
		"token for a webhook": {env: func(webhook string) []string {
			return []string{tokenVariable + "=" + webhook, portalVariable + "=" + webhook}
		}, says: "Invalid access token"},
		"people":                    {config: people, env: anna(""), says: "User 77"},
		"people, webhook not known": {config: people, env: anna(""), webhook: func(p *testPortal) string { return p.base + "/rest/1/" + hidden + "/" }, says: "Webhook not accepted. ", runs: realToo},
		"people, echo":              {config: people, env: anna(""), prepare: func(p *testPortal) { p.Fail(-1, "", fakeportal.Refusal(400, "X", echo(p, hidden))) }, says: "/rest/77/SECRET/"},
		"people, echo in a page":    {config: people, env: anna(""), prepare: func(p *testPortal) { p.Fail(-1, "", fakeportal.HTMLPage(502)) }, says: "No answer from the portal. "},
		"people, echo in a name": {config: people, env: anna(""), prepare: func(p *testPortal) {
			p.AddUser(fakeportal.User{ID: hiddenUser, Name: echo(p, hidden)})
		}, says: "/rest/77/SECRET/"},
		"list in a saved plan":    {config: whole, says: "Apply complete!", saved: true, runs: realToo},
		"list, echo":              {config: whole, prepare: func(p *testPortal) { p.Fail(-1, "", fakeportal.Refusal(400, "X", echo(p, hidden))) }, says: "/rest/77/SECRET/"},
		"list, echo of a command": {config: whole, prepare: func(p *testPortal) { p.Fail(-1, "im.recent.pin", fakeportal.CommandRefusal("X", echo(p, hidden))) }, says: "/rest/77/SECRET/"},
	}
}

// files are those of webhooks that come from a file.
func files() map[string]situation {
	ofAnna := strings.Replace(titled, "{\n", "{\n  user = \"anna\"\n", 1)
	anna := func(webhook string) string { return `{"anna": "` + webhook + `"}` }
	return map[string]situation{
		"file in a saved plan":      {config: ofAnna, file: anna, says: "Apply complete!", saved: true, runs: realToo},
		"file, echo":                {config: ofAnna, file: anna, prepare: func(p *testPortal) { p.Fail(-1, "", fakeportal.Refusal(400, "X", echo(p, hidden))) }, says: "/rest/77/SECRET/", runs: realToo},
		"file, echo in a title":     {config: strings.ReplaceAll(ofAnna, "chat1717", "chat1700"), file: anna, prepare: func(p *testPortal) { p.addHiddenChat(1700, echo(p, hidden)) }, says: "/rest/77/SECRET/"},
		"file, mixed up":            {config: ofAnna, file: func(webhook string) string { return `{"` + webhook + `": "anna"}` }, says: "Invalid user name"},
		"file, broken JSON":         {config: ofAnna, file: func(webhook string) string { return anna(webhook) + "," }, says: "Invalid user webhooks", runs: realToo},
		"file, malformed URL":       {config: ofAnna, file: anna, webhook: func(p *testPortal) string { return p.base + "/rost/77/" + hidden + "/" }, says: "Invalid webhook URL"},
		"file, UTF-16":              {config: ofAnna, file: func(webhook string) string { return "\xff\xfe" + anna(webhook) }, says: "looks like UTF-16"},
		"webhooks as a file's path": {config: ofAnna, env: func(webhook string) []string { return []string{userWebhooksFileVariable + "=" + anna(webhook)} }, says: "Unreadable webhooks file", runs: realToo},
		"secret as a file's path":   {config: ofAnna, env: func(string) []string { return []string{userWebhooksFileVariable + "=" + hidden} }, says: "Unreadable webhooks file"},
	}
}
