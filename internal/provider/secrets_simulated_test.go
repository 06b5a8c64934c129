package provider

import (
	"strings"
	"sync"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfsim"
)

// TestNoSecretIsShown looks for the secret in all that the provider says, logs and keeps in each situation. TestAccProcess
// does the same with the real Terraform in some of them.
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
	webhook, env := situation.given(portal)
	w := world{network: portal, env: map[string]string{}}
	if situation.outside {
		w.network = nil
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
		"output": output, "log": log.String(), "plan": inJSON(plan), "state": inJSON(s.state()), "private state": s.terraform.Private(),
		"error": chainOf(t, webhook, w.network),
	}
	if !strings.Contains(output+places["state"], situation.says) {
		t.Errorf("nothing says %q", situation.says)
	}
	nothingIsFound(t, places)
}

// What is there is found in the simulation's places, too.
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
		for place, text := range map[string]string{"state": inJSON(s.state()), "output": said.String(), "log": log.String()} {
			if foundIn(text, canary) == "" {
				t.Errorf("a canary is not found in the %s", place)
			}
		}
		if private := s.terraform.Private(); !strings.Contains(private, portal.host()) {
			t.Errorf("the private state cannot be read: %s", private)
		}
	})
}

// lockedBuffer is a log that many write to.
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
