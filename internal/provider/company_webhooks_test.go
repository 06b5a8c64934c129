package provider

import (
	"fmt"
	"strings"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfsim"
)

// What one bad webhook among many does to the others: nothing.

// The webhook breaks between the plan and its apply. Everybody else's pins are made, with one read of each list and no retry.
// Once the webhook works, the next apply does the rest.
func TestCompany_webhookGoesBadBeforeTheApply(t *testing.T) {
	eachBadWebhook(t, func(t *testing.T, c *company, form companyForm, bad badWebhook) {
		all := []string{"chat201", "chat202", "chat203"}
		s := newSimulation(t, c.world())
		config := form.config(c, c.names, all...)
		s.plans(config)
		c.counts()
		bad.happens(c)
		onlyOf(t, s.apply(), form.resources(3), bad)
		c.costs(t, bad.cost(form.resources(3)), (1+form.resources(3))*(companySize-1))
		c.havePinned(t, all...)
		c.unluckyHas(t)
		s.holds(t, (companySize-1)*form.resources(3), false)

		c.repair(bad)
		says(t, s.applies(config), fmt.Sprintf("%d to add, 0 to change, 0 to destroy", form.resources(3)))
		c.unluckyHas(t, all...)
		says(t, s.plans(config), "No changes")
	})
}

// The webhook was bad before the first plan. A plan reads whole lists, so it fails, but only for that person. Without the person
// everything is done.
func TestCompany_webhookIsBadFromTheStart(t *testing.T) {
	eachBadWebhook(t, func(t *testing.T, c *company, form companyForm, bad badWebhook) {
		if form.single {
			return // a plan sends no request for new pins, so it is as if the webhook broke after it
		}
		s := newSimulation(t, c.world())
		bad.happens(c)
		_, said := s.plan(form.config(c, c.names, "chat201"), tfsim.Options{})
		onlyOf(t, said, 1, bad)
		c.costs(t, bad.cost(1), companySize-1)
		says(t, s.applies(form.config(c, c.others(), "chat201")), fmt.Sprintf("%d to add", companySize-1))
		c.costs(t, 0, 3*(companySize-1))
		c.havePinned(t, "chat201")
		c.unluckyHas(t)
		says(t, s.plans(form.config(c, c.others(), "chat201")), "No changes")
	})
}

// The webhook has broken since the last apply. The plan fails for that person only; a moved webhook without a change is a
// warning. If the person is removed from the resources and from user_webhooks, the others' changes are made, and the person's
// pins stay.
func TestCompany_webhookHasGoneBad(t *testing.T) {
	eachBadWebhook(t, func(t *testing.T, c *company, form companyForm, bad badWebhook) {
		s := newSimulation(t, c.world())
		s.applies(form.config(c, c.names, "chat201", "chat202"))
		bad.happens(c)
		c.counts()

		errors := form.resources(2)
		if bad.isMoved {
			errors = 0
		}
		_, said := s.plan(form.config(c, c.names, "chat201", "chat202"), tfsim.Options{})
		onlyOf(t, said, errors, bad)
		c.costs(t, bad.cost(form.resources(2)), companySize-1)

		// If the person is removed only from the resources, the pins have to be unpinned.
		_, said = s.plan(c.team(c.names)+form.blocks(c.others(), "chat201", "chat203"), tfsim.Options{})
		onlyOf(t, said, errors, bad)
		c.unluckyHas(t, "chat201", "chat202")
		c.counts()

		without := form.config(c, c.others(), "chat201", "chat203")
		says(t, s.applies(without), "Warning: Pins left in place", fmt.Sprintf("Still pinned for user %d at ", unlucky), "chat201", fmt.Sprintf("user_webhooks has no %q any more", unluckyName))
		if of, _ := c.counts(); of != 0 {
			t.Errorf("%d requests for somebody who was taken out", of)
		}
		c.havePinned(t, "chat201", "chat203")
		c.unluckyHas(t, "chat201", "chat202")
		s.holds(t, (companySize-1)*form.resources(2), false)
		says(t, s.plans(without), "No changes")

		c.repair(bad)
		s.applies(form.config(c, c.names, "chat201", "chat203"))
		says(t, s.plans(form.config(c, c.names, "chat201", "chat203")), "No changes")
	})
}

// Without a refresh a plan asks nothing about existing pins, so it does not fail: only the apply does, for that person only.
func TestCompany_webhookHasGoneBadWithoutRefresh(t *testing.T) {
	eachBadWebhook(t, func(t *testing.T, c *company, form companyForm, bad badWebhook) {
		s := newSimulation(t, c.world())
		s.applies(form.config(c, c.names, "chat201", "chat202"))
		bad.happens(c)
		c.counts()
		_, said := s.plan(form.config(c, c.names, "chat201", "chat203"), tfsim.Options{NoRefresh: true})
		mustDo(t, said.Err())
		if of, others := c.counts(); of+others != 0 {
			t.Errorf("the plan made %d requests", of+others)
		}
		errors := 1
		if form.single && !bad.isMoved { // the one that goes, and the one that comes; what cannot be anybody's is left in place
			errors = 2
		}
		onlyOf(t, s.apply(), errors, bad)
		c.havePinned(t, "chat201", "chat203")
		c.unluckyHas(t, "chat201", "chat202")
	})
}

// A new webhook of the same person under the same name changes nothing. Somebody else's webhook means another list, which the
// plan shows.
func TestCompany_webhookIsReplaced(t *testing.T) {
	simulated(t, func(t *testing.T) {
		c := newCompany()
		s := newSimulation(t, c.world())
		lists := listsFor(c.names, "chat201", "chat202")
		s.applies(c.team(c.names) + lists)
		c.AddWebhook(unlucky, "anotherSecretOfPerson1012")
		old := c.WebhookURL(c.base, unlucky)
		c.counts()
		says(t, s.plans(strings.Replace(c.team(c.names), old, c.base+"/rest/1012/anotherSecretOfPerson1012/", 1)+lists), "No changes")
		c.costs(t, 1, companySize-1)
		mustDo(t, c.nothingPinnedOrUnpinned()())

		c.AddUser(fakeportal.User{ID: 3001, Name: "Somebody", LastName: "Else"})
		c.AddWebhook(3001, "secretOfPerson3001")
		planned := s.plans(strings.Replace(c.team(c.names), old, c.WebhookURL(c.base, 3001), 1) + lists)
		says(t, planned, "Warning: Webhook for another list", "1 to add, 0 to change, 1 to destroy")
	})
}

// Only people who have a resource are asked.
func TestCompany_onlyPeopleOfTheStateAreAsked(t *testing.T) {
	simulated(t, func(t *testing.T) {
		c := newCompany()
		s := newSimulation(t, c.world())
		some := map[string]int64{"p1001": 1001, "p1002": 1002}
		config := c.team(c.names) + listsFor(some, "chat201")
		s.applies(config)
		says(t, s.plans(config), "No changes")
		if asked := len(c.Requests()); asked != 4*len(some) {
			t.Errorf("%d requests for the lists of %d people", asked, len(some))
		}
		s.destroys(config, tfsim.Options{})
		if asked := len(c.Requests()); asked != 7*len(some) {
			t.Errorf("%d requests, the destroy included", asked)
		}
	})
}
