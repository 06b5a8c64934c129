package provider

import (
	"net"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfsim"
)

// TestNoSecretIsShown looks for the secret in everything that the provider prints, logs and keeps in each situation.
// TestAccProcess does the same with the real Terraform in some of them.
func TestNoSecretIsShown(t *testing.T) {
	for name, situation := range situations() {
		if situation.runs != realOnly {
			t.Run(name, func(t *testing.T) {
				simulated(t, func(t *testing.T) { simulateSituation(t, situation) })
			})
		}
	}
}

func simulateSituation(t *testing.T, situation situation) {
	t.Helper()
	portal := newHiddenPortal(t)
	webhook, env := situation.given(t, portal)
	w := world{network: portal, env: map[string]string{}}
	if situation.outside {
		w.network = unreachable{}
	}
	for _, variable := range env {
		name, value, _ := strings.Cut(variable, "=")
		w.env[name] = value
	}
	if situation.prepare != nil {
		situation.prepare(portal)
	}
	s := newSimulation(t, w)
	var log lockedBuffer
	s.log = &log
	plan, said := s.plan(situation.config, tfsim.Options{})
	if !said.HasError() {
		said = append(said, s.apply()...)
	}
	output := said.String()
	if !said.HasError() {
		output += "Apply complete!"
	}
	places := map[string]string{
		"output": output, "log": log.String(), "plan": inJSON(plan) + s.plannedPrivately(), "state": inJSON(s.state()), "private state": s.private(),
		"error": chainOf(t, webhook, w.network),
	}
	if !strings.Contains(output+places["state"], situation.says) {
		t.Errorf("nothing says %q", situation.says)
	}
	nothingIsFound(t, places)
}

// The search works in the simulation's places too.
func TestCanaryIsFound(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newHiddenPortal(t)
		portal.addHiddenChat(1700, canary)
		s := newSimulation(t, portal.world())
		var log lockedBuffer
		s.log = &log
		config := providerOf(portal.WebhookURL(portal.base, hiddenUser)) + strings.ReplaceAll(titled, "chat1717", "chat1700")
		s.applies(config)
		portal.Fail(-1, "", fakeportal.Refusal(400, "X", echo(portal, canary)))
		_, said := s.plan(config, tfsim.Options{})
		chain := chainOf(t, portal.WebhookURL(portal.base, hiddenUser), portal)
		portal.Heal()
		plan, _ := s.plan(config, tfsim.Options{})
		for place, text := range map[string]string{"state": inJSON(s.state()), "output": said.String(), "log": log.String(), "error": chain, "plan": inJSON(plan)} {
			if foundIn(text, canary) == "" {
				t.Errorf("a canary is not found in the %s", place)
			}
		}
		for place, text := range map[string]string{"private state": s.private(), "private part of the plan": s.plannedPrivately()} {
			if !strings.Contains(text, "chat1700") {
				t.Errorf("the %s cannot be read: %s", place, text)
			}
		}
	})
}

// plannedPrivately is what the last plan wants to keep beside attributes; empty if it failed.
func (s *simulation) plannedPrivately() string {
	s.t.Helper()
	if s.planned == nil {
		return ""
	}
	text, err := s.planned.Private()
	mustDo(s.t, err)
	return text
}

// unreachable is a network on which no host is found, or none answers.
type unreachable struct{}

// RoundTrip fails as the machine's network does.
func (unreachable) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.URL.Hostname(), ".invalid") {
		return nil, &net.DNSError{Err: "no such host", Name: r.URL.Hostname(), IsNotFound: true}
	}
	return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
}

// lockedBuffer is a log with concurrent writers.
type lockedBuffer struct {
	mu  sync.Mutex
	all strings.Builder
}

func (b *lockedBuffer) Write(text []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.all.Write(text)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.all.String()
}
