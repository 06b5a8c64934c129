package main

import (
	"fmt"
	"slices"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/cmd/bench/lowerbound"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfsim"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/provider"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// What Terraform asks becomes operations, each with its time; what costs no request, such as the plan of a pin, does not. The
// apply plans the list again, reads for that, and needs another request to change it: both are one operation.
func TestObserver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const base = "https://portal.example"
		portal := fakeportal.NewCompany(fakeportal.Options{RequestLatency: 100 * time.Millisecond}, 2, 3)
		var observers []*observer
		terraform := &tfsim.Terraform{
			Parallelism: 1,
			Server: func() tfprotov6.ProviderServer {
				o, err := observe(provider.NewServer(provider.NewOn("test", portal))())
				must(t, err)
				observers = append(observers, o)
				return o
			},
		}
		providerBlock := fmt.Sprintf("provider \"bitrix24\" {\n  webhook_url   = %q\n  user_webhooks = { anna = %q }\n}\n", portal.WebhookURL(base, 1), portal.WebhookURL(base, 2))
		for _, blocks := range []string{`
resource "bitrix24_pinned_dialogs" "a_list" {
  user       = "anna"
  dialog_ids = ["chat2", "chat3"]
}

resource "bitrix24_pinned_dialog" "a_pin" {
  dialog_id = "chat1"
}
`, ""} {
			planAndApply(t, terraform, providerBlock+blocks)
		}

		var got [][]lowerbound.Operation
		for _, o := range observers {
			got = append(got, o.asked())
		}
		list, single := []string{"chat2", "chat3"}, []string{"chat1"}
		want := [][]lowerbound.Operation{
			{{Kind: lowerbound.Read, Person: "anna"}}, // planning what is new
			{{Kind: lowerbound.Pin, Dialogs: single}, {Kind: lowerbound.Reconcile, Person: "anna", Dialogs: list}},
			{{Kind: lowerbound.Read, Dialogs: single}, {Kind: lowerbound.Read, Person: "anna", Dialogs: list}},
			{{Kind: lowerbound.Unpin, Dialogs: single}, {Kind: lowerbound.Unpin, Person: "anna", Dialogs: list}},
		}
		for i := range want {
			if !slices.EqualFunc(got[i], want[i], func(a, b lowerbound.Operation) bool {
				return a.Kind == b.Kind && a.Person == b.Person && slices.Equal(a.Dialogs, b.Dialogs)
			}) {
				t.Errorf("process %d: %v, want %v", i+1, got[i], want[i])
			}
			for _, o := range got[i] {
				least := 100 * time.Millisecond
				if o.Kind != lowerbound.Read {
					least *= 2 // a look, and the change
				}
				if took := o.Answered.Sub(o.Arrived); took < least {
					t.Errorf("process %d: %v took %v, less than its requests", i+1, o, took)
				}
			}
		}
	})
}

func planAndApply(t *testing.T, terraform *tfsim.Terraform, text string) {
	t.Helper()
	config, err := tfsim.Parse(text)
	must(t, err)
	plan, said := terraform.Plan(t.Context(), config, tfsim.Options{})
	must(t, said.Err())
	must(t, terraform.Apply(t.Context(), plan).Err())
}

// While the owner of a new list is not known, its plan reads nothing.
func TestObserverOfWhatIsNotKnownYet(t *testing.T) {
	t.Parallel()
	const later = "terraform_data.later.output"
	portal := fakeportal.NewCompany(fakeportal.Options{}, 1, 1)
	url, name := strconv.Quote(portal.WebhookURL("https://portal.example", 1)), strconv.Quote("anna")
	for what, test := range map[string]struct{ later, url, user string }{
		"the user":       {name, url, later},
		"the credential": {url, later, name},
	} {
		t.Run(what, func(t *testing.T) {
			var observers []*observer
			terraform := &tfsim.Terraform{Parallelism: 1, Server: func() tfprotov6.ProviderServer {
				o, err := observe(provider.NewServer(provider.NewOn("test", portal))())
				must(t, err)
				observers = append(observers, o)
				return o
			}}
			config, err := tfsim.Parse(fmt.Sprintf(`
provider "bitrix24" {
  requests_per_second = 100
  user_webhooks       = { anna = %s }
}

resource "terraform_data" "later" {
  input = %s
}

resource "bitrix24_pinned_dialogs" "a_list" {
  user       = %s
  dialog_ids = ["chat1"]
}
`, test.url, test.later, test.user))
			must(t, err)
			plan, said := terraform.Plan(t.Context(), config, tfsim.Options{})
			must(t, said.Err())
			if got := observers[0].asked(); len(got) > 0 {
				t.Errorf("the plan asked for %v", got)
			}
			must(t, terraform.Apply(t.Context(), plan).Err())
			if got := observers[1].asked(); len(got) != 1 || got[0].Kind != lowerbound.Reconcile || got[0].Person != "anna" {
				t.Errorf("the apply asked for %v", got)
			}
		})
	}
}

func TestNeedsAFolder(t *testing.T) {
	t.Setenv(lowerbound.RecordsVariable, "")
	if err := run(); err == nil {
		t.Error("it runs without a folder")
	}
}

func TestPeakMemory(t *testing.T) {
	t.Parallel()
	before := peakMemory()
	if before == 0 {
		t.Skip("this system does not tell")
	}
	block := make([]byte, 64<<20)
	for i := range block {
		block[i] = 1
	}
	// The kernel counts pages in batches for each thread, so that a peak may read a little less later.
	const slack = 1 << 20
	if after := peakMemory(); before < slack || after < int64(len(block)) || after < before-slack {
		t.Errorf("from %d to %d bytes with a block of %d", before, after, len(block))
	}
}

func TestCPUTime(t *testing.T) {
	t.Parallel()
	if peakMemory() == 0 {
		t.Skip("this system does not tell")
	}
	before := cpuTime()
	for began := time.Now(); time.Since(began) < 10*time.Second && cpuTime() < before+50*time.Millisecond; {
		_ = peakMemory() // something to do
	}
	if after := cpuTime(); after < before+50*time.Millisecond || after > time.Hour {
		t.Errorf("from %v to %v", before, after)
	}
}
