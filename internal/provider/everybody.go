package provider

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24/im"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/lookup"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/pins"
)

// knownPerson is a person the provider can act for, with all credentials that name the same user.
type knownPerson struct {
	ref        listRef // its userID is 0 if the credential names no user
	accounts   []*account
	unknownYet string // the credential that is not known yet, instead of accounts
}

// everybody returns all people, in the order of their first accounts, as far as is known without a request. A credential that
// names no user counts as a person of its own until the portal says whose it is.
func (d *providerData) everybody() (all []knownPerson) {
	at := map[listRef]int{}
	for _, one := range d.accounts {
		if !one.isKnown() {
			all = append(all, knownPerson{unknownYet: one.credential()})
			continue
		}
		ref := listRef{userID: one.DeclaredUserID(), portal: one.Portal()}
		if first, known := at[ref]; known && ref.userID != 0 {
			all[first].accounts = append(all[first].accounts, one)
			continue
		}
		at[ref] = len(all)
		all = append(all, knownPerson{ref: ref, accounts: []*account{one}})
	}
	if d.namesUnknown {
		all = append(all, knownPerson{unknownYet: unknownNames})
	}
	return all
}

// foundList is a person's list and its pins, unless something is missing.
type foundList struct {
	resolvedList
	snapshot *pins.Snapshot
	owner    im.Person
}

// owned says whose list it is.
func (f foundList) owned() listRef {
	return listRef{userID: f.snapshot.UserID, portal: f.board.Portal()}
}

// isWhole reports whether everything that a result needs is there.
func (f foundList) isWhole() bool { return f.snapshot != nil && f.missing.err == nil }

// listingLists names in errors what list resources do.
const listingLists = "list the pinned dialogs"

// requireAll reports whether everything is there. If not, it adds an error that says what is missing.
func (f foundList) requireAll(diags *diag.Diagnostics) bool {
	if !f.isWhole() {
		f.reportMissing(diags, listingLists)
	}
	return f.isWhole()
}

// listForImport finds the list of the account that an attribute "user" names. It uses the account that an import by identity
// would choose, so that the configuration that Terraform writes fits the import.
func (d *providerData) listForImport(ctx context.Context, user types.String) foundList {
	found := d.listOf(ctx, user).find(ctx)
	if found.isWhole() {
		var first *account
		first, found.missing.err = d.accountOf(ctx, found.owned())
		found.acting = cmp.Or(first, found.acting)
	}
	return found
}

// findList finds a person's list through the account that an import by identity would choose. If there is none, it uses the first
// account: either the webhooks were moved to another account, which becomes the error, or the credential names no user.
func (d *providerData) findList(ctx context.Context, who knownPerson) foundList {
	list := resolvedList{ref: who.ref, provider: d, missing: missing{unknownYet: who.unknownYet}}
	if len(who.accounts) > 0 {
		var first *account
		first, list.missing.err = firstAccountOf(ctx, who.accounts, who.ref)
		list.acting = cmp.Or(first, who.accounts[0])
	}
	return list.open(ctx).find(ctx)
}

// find reads what is pinned and who the person is, in one request.
func (l resolvedList) find(ctx context.Context) foundList {
	found := foundList{resolvedList: l}
	if l.board == nil {
		return found
	}
	if found.snapshot, found.missing.err = l.board.Snapshot(ctx); found.missing.err == nil {
		found.owner, found.missing.err = lookup.WhoAmI(ctx, l.board)
	}
	return found
}

// maxAsked is how many people are asked about at the same time: Terraform's default number of concurrent operations.
const maxAsked = 10

// askInParallel asks about that many people, and yields the answers in their order. It asks at most room people ahead, so that no
// request is wasted. When it returns, no request is under way.
func askInParallel[Answer any](ctx context.Context, people int, room func() int64, ask func(context.Context, int) Answer) iter.Seq2[int, Answer] {
	return func(yield func(int, Answer) bool) {
		ctx, stop := context.WithCancel(ctx)
		turns, answers := make(chan int, people), make([]chan Answer, people)
		var workers sync.WaitGroup
		defer workers.Wait()
		defer close(turns)
		defer stop()
		for range min(maxAsked, people) {
			workers.Go(func() {
				for i := range turns {
					answers[i] <- ask(ctx, i)
				}
			})
		}
		begun := 0
		for i := range people {
			for ; begun < people && int64(begun-i) < room(); begun++ {
				answers[begun] = make(chan Answer, 1)
				turns <- begun
			}
			if begun == i || !yield(i, <-answers[i]) {
				return
			}
		}
	}
}

// unlisted counts the people whose lists could not be read.
type unlisted struct {
	count int
	told  map[string]string // by reason: for whom it was given first
}

// warn says why a list is missing. It is a warning, because Terraform shows nothing of a query with an error. The summary names the
// person, because Terraform shows only the first of several warnings with the same summary.
func (u *unlisted) warn(diags *diag.Diagnostics, doing string, found foundList) {
	u.count++
	if found.missing.err == nil {
		var reported diag.Diagnostics
		found.reportMissing(&reported, doing)
		diags.AddWarning("Not listed: "+found.missing.unknownYet, reported[0].Summary()+". "+reported[0].Detail())
		return
	}
	whose, reason := found.whose(), explain(found.missing.err)
	detail := fmt.Sprintf("%s. Cannot %s for %s. ", reason.summary, doing, whose)
	shared := reasonFor(whose, reason, found.missing.err)
	if first, known := u.told[shared]; known {
		detail += fmt.Sprintf("The reason is the same as for %s.", first)
	} else {
		detail += reason.detail
		u.told[shared] = whose
	}
	diags.AddWarning("Not listed: "+whose, detail)
}

// isStopped reports whether the command was stopped, which concerns all lists.
func (f foundList) isStopped() bool { return errors.Is(f.missing.err, context.Canceled) }
