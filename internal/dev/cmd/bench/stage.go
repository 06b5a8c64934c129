package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/cmd/bench/lowerbound"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// A portal's time for a request, and the additional time for each command.
const (
	requestLatency = 100 * time.Millisecond
	commandLatency = 5 * time.Millisecond
)

// The limit of a portal on any plan but Enterprise (Bitrix24's REST documentation, "limits").
const (
	drainPerSecond = 2
	threshold      = 50
)

// firstPerson is the first person's number; the others follow.
const firstPerson int64 = 1

// otherChats are in everybody's list and never pinned, so that a page is full.
const otherChats = 60

// stage is where a scenario runs: a portal and a folder with a configuration.
type stage struct {
	scenario
	portal *fakeportal.Portal
	server *fakeportal.Server
	base   string
	folder string
	wanted []string // the dialogs to pin, from the top
}

// openStage serves a stage on this machine and writes its configuration.
func openStage(ctx context.Context, s scenario, folder string) (*stage, error) {
	st := newStage(s, folder)
	server, err := st.portal.Serve(ctx)
	if err != nil {
		return nil, err
	}
	st.server, st.base = server, server.Base
	if err := st.writeConfiguration(); err != nil {
		return nil, errors.Join(err, st.close())
	}
	return st, nil
}

// newStage makes a new portal for a scenario, so that its bucket is empty. It is not served yet.
func newStage(s scenario, folder string) *stage {
	st := &stage{scenario: s, portal: newPortal(s, otherChats), base: "https://portal.example", folder: folder}
	for i := range s.dialogs {
		st.wanted = append(st.wanted, fmt.Sprintf("chat%d", i+1))
	}
	return st
}

// close cuts off remaining connections: by then Terraform has ended.
func (s *stage) close() error { return s.server.Close() }

// newPortal is a portal on which everybody is a member of the chats to pin and of some others.
func newPortal(s scenario, others int) *fakeportal.Portal {
	o := fakeportal.Options{
		RequestLatency: requestLatency, CommandLatency: commandLatency, Generation: s.generation,
		NoIntensityLimit: s.perSecond > drainPerSecond,
	}
	return fakeportal.NewCompany(o, s.people, s.dialogs+others)
}

// names are those in user_webhooks, in the order of the people's numbers. A single person has the provider's own
// credential, which has no name.
func (s *stage) names() []string {
	if s.people == 1 {
		return []string{""}
	}
	var names []string
	for i := range int64(s.people) {
		names = append(names, fmt.Sprintf("person%02d", firstPerson+i))
	}
	return names
}

// environ is the environment of the CLI and the provider.
func (s *stage) environ() []string {
	return []string{
		s.webhooks(), lowerbound.RecordsVariable + "=" + s.records(), "TF_CLI_ARGS=-no-color",
		"GOGC=", "GOMEMLIMIT=", "GODEBUG=", // the caller's setting would change the provider's memory
	}
}

// webhooks is the environment variable with the provider's webhooks.
func (s *stage) webhooks() string {
	if s.people == 1 {
		return "BITRIX24_WEBHOOK_URL=" + s.portal.WebhookURL(s.base, firstPerson)
	}
	text, _ := json.Marshal(s.userWebhooks()) // a map of strings always marshals
	return "BITRIX24_USER_WEBHOOKS=" + string(text)
}

// userWebhooks are everybody's.
func (s *stage) userWebhooks() map[string]string {
	webhooks := map[string]string{}
	for i, name := range s.names() {
		webhooks[name] = s.portal.WebhookURL(s.base, firstPerson+int64(i))
	}
	return webhooks
}

const configuration = `terraform {
  required_providers {
    bitrix24 = {
      source = "bitrix24-community/bitrix24"
    }
  }
}

provider "bitrix24" {
%s}

variable "people" {
  type = list(string)
}

variable "dialogs" {
  type = list(string)
}

`

const singleBlock = `resource "bitrix24_pinned_dialog" "all" {
  for_each  = { for pair in setproduct(var.people, var.dialogs) : join("/", pair) => pair }
  user      = each.value[0] == "" ? null : each.value[0]
  dialog_id = each.value[1]
}
`

const listsBlock = `resource "bitrix24_pinned_dialogs" "all" {
  for_each   = toset(var.people)
  user       = each.key == "" ? null : each.key
  dialog_ids = var.dialogs
}
`

func (s *stage) writeConfiguration() error {
	block := singleBlock
	if s.form == lists {
		block = listsBlock
	}
	if err := os.MkdirAll(s.records(), 0o755); err != nil {
		return err
	}
	settings := ""
	if s.burst > 1 { // else the default
		settings = fmt.Sprintf("  request_burst = %d\n", s.burst)
	}
	if s.perSecond > drainPerSecond { // else the default
		settings += fmt.Sprintf("  requests_per_second = %d\n", s.perSecond)
	}
	text := fmt.Sprintf(configuration, settings) + block
	if err := os.WriteFile(filepath.Join(s.folder, "main.tf"), []byte(text), 0o644); err != nil {
		return err
	}
	return s.writeVariables()
}

func (s *stage) writeVariables() error {
	text, err := json.Marshal(map[string]any{"people": s.names(), "dialogs": s.wanted})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(s.folder, "terraform.tfvars.json"), text, 0o644)
}

// isRefused reports whether the portal's limit refused the request.
func isRefused(r fakeportal.Request) bool { return r.Code == "QUERY_LIMIT_EXCEEDED" }

// records is the folder into which the provider's processes write what they were asked.
func (s *stage) records() string { return filepath.Join(s.folder, "records") }

// pinned is what everybody has pinned, from the top, by the names in user_webhooks.
func (s *stage) pinned() map[string][]string {
	pins := map[string][]string{}
	for i, name := range s.names() {
		pins[name] = s.portal.Pins(firstPerson + int64(i))
	}
	return pins
}

// check compares the portal's pins with what a step should leave. A hot portal must have refused something: otherwise it
// was not hot.
func (s *stage) check(done step) error {
	if s.hot && !slices.ContainsFunc(s.portal.Requests(), isRefused) {
		return errors.New("the portal was to be hot, and refused no request")
	}
	for name, got := range s.pinned() {
		want := s.wanted
		if !done.pinned {
			want = nil
		}
		if done.drifted && name == s.names()[0] {
			at := len(want) / 2
			want = slices.Delete(slices.Clone(want), at, at+1)
		}
		if s.form == single || s.generation == fakeportal.Folders {
			got, want = slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))
		}
		if !slices.Equal(got, want) {
			return fmt.Errorf("%s has pinned %v at the portal, expected %v", name, got, want)
		}
	}
	return nil
}

// keepHot simulates another program that uses up the portal's limit, until the provider's first request has come or ctx ends.
func (s *stage) keepHot(ctx context.Context) {
	s.portal.Spend(threshold)
	spent := time.Now()
	ticks := time.NewTicker(20 * time.Millisecond)
	defer ticks.Stop()
	for {
		select {
		case <-ticks.C:
		case <-ctx.Done():
			return
		}
		if len(s.portal.Requests()) > 0 {
			return
		}
		now := time.Now()
		s.portal.Spend(drainPerSecond * now.Sub(spent).Seconds()) // what has drained since
		spent = now
	}
}
