package provider

import (
	"errors"
	"fmt"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/pins"
)

// told holds the reasons that were given in full. A revoked webhook makes all of its pins fail, and the same page of text for
// each of them would hide everything else.
type told struct {
	mu      sync.Mutex
	reasons map[string]bool
}

// isNew reports whether a reason is given for the first time, and notes it.
func (t *told) isNew(reason string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.reasons == nil {
		t.reasons = map[string]bool{}
	}
	before := t.reasons[reason]
	t.reasons[reason] = true
	return !before
}

// addError reports that doing something ("pin chat17") failed in somebody's list ("user 5 at portal.example"). If the dialog
// is to blame and an attribute names it, the error is attached to that attribute. Otherwise a reason is given in full only
// once, and later errors refer to the first.
func (d *providerData) addError(diags *diag.Diagnostics, doing, whose string, err error, ofDialog ...path.Path) {
	found := explain(err)
	detail := fmt.Sprintf("Cannot %s for %s. %s", doing, whose, found.detail)
	switch {
	case found.ofDialog && len(ofDialog) > 0:
		diags.AddAttributeError(ofDialog[0], found.summary, detail)
		return
	case isShared(found, err) && !d.told.isNew(reasonFor(whose, found, err)):
		detail = fmt.Sprintf("Cannot %s for %s. The other error titled %s gives the reason and says what to do.", doing, whose, quoted(found.summary))
	}
	diags.AddError(found.summary, detail)
}

// isShared reports whether other dialogs may fail with the same text: it is about the portal or the credential, and says
// nothing about the state of this list or this pin.
func isShared(found explanation, err error) bool {
	return !found.ofDialog && !errors.As(err, new(*pins.ReconcileError)) && !errors.As(err, new(*pins.UnverifiedError))
}

// reasonFor identifies a reason. If a portal does not answer, the reason is the same for everybody, whatever the number of
// attempts.
func reasonFor(whose string, found explanation, err error) string {
	var noAnswer *bitrix24.NoAnswerError
	if errors.As(err, &noAnswer) {
		return noAnswer.Host + "\n" + found.summary + "\n" + noAnswer.Reason()
	}
	return whose + "\n" + found.detail
}
