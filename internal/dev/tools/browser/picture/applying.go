package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal/page"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tools/browser"
)

// applying shows the page while examples/team is applied: two people's lists are done, and the engineer's request is under
// way.
func (s studio) applying(browsing context.Context, l language) (picture []byte, err error) {
	portal := l.office(fakeportal.Options{})
	leave(portal, 29, 42, 49, 54, 58, 61)
	if err := hide(portal, fakeportal.OfficeManagerID, fakeportal.AccountantID); err != nil {
		return nil, err
	}
	liveliest(portal, 170, 33, portal.AddPrivateDialog(fakeportal.OfficeManagerID, supportID), 21, 17)
	pace := newPace()
	site, err := portal.ServeWith(browsing, pace.before(page.New(portal)))
	if err != nil {
		return nil, err
	}
	defer func() { _ = site.Close() }()
	tab, _, done := browser.Open(browsing)
	defer done()
	if err := visit(tab, site.Base, l, size{1100, 900}, "page.css"); err != nil {
		return nil, err
	}
	workspace, err := s.workspace("team")
	if err != nil {
		return nil, err
	}
	environ, err := team(portal.OfficeWebhooks(site.Base))
	if err != nil {
		return nil, err
	}
	if err := s.plan(browsing, workspace, environ...); err != nil {
		return nil, err
	}
	pace.begun.Store(true)
	portal.BeforeCommand(pace.hold)
	applied := make(chan error, 1)
	go func() { applied <- s.apply(browsing, workspace, environ...) }()
	defer func() {
		pace.goOn()
		err = errors.Join(err, <-applied)
	}()
	if err := pace.lead(tab); err != nil {
		return nil, err
	}
	// The page is told of everything a moment later.
	shown := `document.querySelectorAll("#log > li").length === %d && document.querySelectorAll('#log > li[data-ended="working"]').length === 1`
	if err := await(tab, fmt.Sprintf(shown, len(portal.Requests()))); err != nil {
		return nil, err
	}
	return capture(tab, l, "")
}

// team are the variables of examples/team for everybody who has a webhook.
func team(webhooks map[string]string) ([]string, error) {
	people, err := json.Marshal(slices.Sorted(maps.Keys(webhooks)))
	if err != nil {
		return nil, err
	}
	all, err := json.Marshal(webhooks)
	return []string{"TF_VAR_people=" + string(people), "TF_VAR_user_webhooks=" + string(all)}, err
}

// pace lets people's requests be worked on one after the other, so that the same is seen each time.
type pace struct {
	begun                     atomic.Bool
	accountant, engineer, pin turn
	held                      chan struct{} // closed when the engineer's pins are under way
	once                      sync.Once
}

// turn is closed when it comes.
type turn chan struct{}

func newPace() *pace {
	return &pace{accountant: make(turn), engineer: make(turn), pin: make(turn), held: make(chan struct{})}
}

// before lets a request come to the portal when it is its person's turn; the manager's it is at once.
func (p *pace) before(portal http.Handler) http.Handler {
	turns := map[string]turn{
		fmt.Sprintf("/rest/%d/", fakeportal.AccountantID): p.accountant,
		fmt.Sprintf("/rest/%d/", fakeportal.EngineerID):   p.engineer,
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for path, turn := range turns {
			if p.begun.Load() && strings.HasPrefix(r.URL.Path, path) {
				<-turn
			}
		}
		portal.ServeHTTP(w, r)
	})
}

// hold keeps the engineer's pins under way.
func (p *pace) hold(id int64, c fakeportal.Command) {
	if id == fakeportal.EngineerID && c.Method == "im.recent.pin" {
		p.once.Do(func() { close(p.held) })
		<-p.pin
	}
}

// lead goes on until the engineer's pins are all that is missing.
func (p *pace) lead(tab context.Context) error {
	if err := await(tab, hasPins(fakeportal.OfficeManagerID, 2)); err != nil {
		return err
	}
	close(p.accountant)
	if err := await(tab, hasPins(fakeportal.AccountantID, 2)); err != nil {
		return err
	}
	close(p.engineer)
	select {
	case <-p.held:
		return nil
	case <-time.After(patience):
		return errors.New("nothing was pinned for the engineer")
	}
}

// goOn lets everything happen that was held.
func (p *pace) goOn() {
	for _, t := range []turn{p.accountant, p.engineer, p.pin} {
		select {
		case <-t:
		default:
			close(t)
		}
	}
}

// hasPins is true once the page shows that many pins of somebody.
func hasPins(id int64, pins int) string {
	return fmt.Sprintf(`document.querySelectorAll('section.person[data-user="%d"] li[data-pinned="true"]').length === %d`, id, pins)
}
