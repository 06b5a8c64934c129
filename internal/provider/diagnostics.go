package provider

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24/im"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/lookup"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/pins"
)

// explanation is what a person reads about a failure: a short noun phrase; then what failed, why, and what to do. If the portal or
// the credential is to blame, the detail begins with one sentence that says why and one that says what to do: see brief.
type explanation struct {
	summary string
	detail  string
	// ofDialog says that the dialog is to blame, and not the portal or the credential.
	ofDialog bool
}

// longestWords is how many characters of the portal's own words an explanation quotes in brief: more than most have.
const longestWords = 200

// brief is the explanation in one line: its summary, why and what to do in a sentence each, and the portal's own words.
func (e explanation) brief() string {
	advice, words, _ := strings.Cut(e.detail, "\n\n")
	sentences := strings.SplitAfterN(advice, ". ", 3)
	text := e.summary + ". " + strings.TrimSpace(strings.Join(sentences[:min(len(sentences), 2)], ""))
	if words != "" {
		text += " " + bitrix24.Printable(words, longestWords)
	}
	return text
}

// explain words an error. Errors about a list or a dialog come first, because they wrap the portal's.
func explain(err error) explanation {
	var (
		refused    *pins.RefusedError
		notShown   *pins.NotShownError
		still      *pins.StillPinnedError
		unverified *pins.UnverifiedError
		listFailed *pins.ReconcileError
		twice      *pins.DuplicateError
		stuck      *pins.UnpinFailedError
		missing    *lookup.NotFoundError
		ambiguous  *lookup.AmbiguousError
		moved      *pins.WrongOwnerError
	)
	switch {
	case errors.As(err, &listFailed): // it wraps others
		return explainFailedList(listFailed)
	case errors.As(err, &stuck): // so does this
		return explanation{"Pin not moved", fmt.Sprintf("The same apply was to unpin %s for another resource, and that failed; its own error says why. "+
			"The dialog is still pinned and still belongs to that resource. Apply again: then it changes hands.", stuck.Dialog), true}
	case errors.As(err, &moved):
		return explanation{"Webhook of another user", fmt.Sprintf("The webhook's URL says user %d, the portal says user %d: it was moved to another account. "+
			"%s. Nothing was changed in either list.", moved.Claimed, moved.Owner, newWebhook), false}
	case errors.As(err, &refused):
		return explainRefused(refused)
	case errors.As(err, &notShown):
		return explainNotShown(notShown)
	case errors.As(err, &still):
		return explanation{"Dialog still pinned", "The portal still shows the dialog as pinned. Someone may have pinned it again in the meantime. Apply again.", true}
	case errors.As(err, &unverified):
		return explainUnverified(unverified)
	case errors.As(err, &twice):
		return explanation{"Dialog listed twice", fmt.Sprintf("%s and %s are the same chat. Remove one of them from the list.", twice.First, twice.Second), true}
	case errors.Is(err, im.ErrEndless):
		return explanation{"List without an end", fmt.Sprintf("The portal still had more after %d pages, so the provider stopped reading: there are more dialogs than are read, or the portal repeats itself. "+
			"If you look up a chat by title, use dialog_id or a longer title.", im.MaxPages), false}
	case errors.Is(err, pins.ErrUnsettled):
		return explanation{"List keeps changing", "Another person or program changed the list each time the provider updated it. Find out who, then apply again.", false}
	case errors.As(err, &missing) && missing.Reason == lookup.NoGroupChat:
		return explanation{"Group without a chat", "The portal knows no " + missing.What + ". Check the number: it is in the address of the group's page. " +
			"A group gets its chat when someone opens it for the first time." + ownWords(missing.Err), true}
	case errors.As(err, &missing):
		return explanation{"Dialog not found", "The user sees no " + missing.What + ". " + whyNotFound(missing.Reason) + candidates("Similar ones", missing.Candidates) + ownWords(missing.Err), true}
	case errors.As(err, &ambiguous):
		return explanation{"Several dialogs found", fmt.Sprintf("There is more than one %s. Look it up by dialog_id instead.%s", ambiguous.What, candidates("Found", ambiguous.Candidates)), true}
	default:
		return explainPortal(err)
	}
}

// explainPortal words an error that the portal returned, or that happened on the way to it.
func explainPortal(err error) explanation {
	var (
		moved    *bitrix24.MovedError
		noAnswer *bitrix24.NoAnswerError
		coded    *bitrix24.Error
	)
	switch {
	case errors.As(err, &moved):
		return explainMoved(moved)
	case errors.As(err, &noAnswer):
		return explainNoAnswer(noAnswer)
	case errors.As(err, &coded):
		found := advice(coded)
		found.detail += ownWords(coded)
		return found
	case errors.Is(err, im.ErrUnknownOwner):
		return explanation{"Unknown credential owner", "The portal does not say whose webhook or access token this is: its user may have been deactivated. Check the user in Bitrix24, or create a new one.", false}
	case errors.Is(err, context.Canceled):
		return explanation{"Stopped", "The command was stopped. Run it again: pins that went through are adopted.", false}
	default:
		return explanation{"Unexpected error", "Please report this as a bug in the provider, with this text: " + bitrix24.Printable(err.Error(), bitrix24.MaxText), false}
	}
}

// newWebhook is what to do about a webhook that was moved to another account. A full stop follows.
const newWebhook = "Create a new webhook as the user whose chats are meant"

// hiddenDialogs names the dialogs that a portal keeps pinned without showing them (portal source).
const hiddenDialogs = "a portal hides chats that are part of a project, chats without messages, private chats with dismissed colleagues, " +
	"and, from a guest, private chats with people who share no group chat with the guest"

// ownWords quotes the portal, if it said anything.
func ownWords(refusal *bitrix24.Error) string {
	if refusal == nil {
		return ""
	}
	return "\n\nBitrix24: " + refusal.Error()
}

// whyNotFound says what is known about the reason, and what to do.
func whyNotFound(reason lookup.Reason) string {
	switch reason {
	case lookup.NoChatYet:
		return "Bitrix24 makes such a chat when someone opens it for the first time. Check what you look up, or open the chat once in Bitrix24; then run the command again."
	case lookup.NoDialogYet:
		return "Looking it up does not start it. Pinning the user's number does, and so does writing to the user in Bitrix24."
	case lookup.NoSuchUser:
		return "The portal shows no user with that number. Check the number: it is in the address of the user's page."
	case lookup.PrivateChat:
		return `That is the number of a private chat. Its dialog id is the number of the other user, without "chat".`
	default:
		return "Titles are compared exactly, upper and lower case included, and private chats are not found by title. Check the title, and that the user is a member of the chat; or look it up by dialog_id."
	}
}

func explainNotShown(notShown *pins.NotShownError) explanation {
	otherName := ""
	if notShown.Dialog.Kind() == dialog.Chat {
		otherName = "Or, on an older portal, this is the number of a private chat: write the other user's number instead, such as 256. "
	}
	return explanation{"Pin not shown", "The portal accepted the pin, but does not show the dialog as pinned. It may be hidden: " + hiddenDialogs + ". " +
		"A hidden pin counts towards the limit of 45. " + otherName + "Or someone unpinned it in the meantime. The pin was not undone. " +
		"Check the dialog in Bitrix24, then apply again.", true}
}

func explainRefused(refused *pins.RefusedError) explanation {
	if refused.Shown >= pins.Limit {
		return explanation{"Limit of 45 pins reached", fmt.Sprintf("The portal lets a user pin %d dialogs, and %d are pinned. "+
			"Unpin one, or take it out of the configuration, then apply again. If this apply was going to unpin some as well, and had not yet done so, applying again is enough.", pins.Limit, refused.Shown), true}
	}
	return explanation{"Pin refused", fmt.Sprintf("The portal refused without a reason; %d dialogs are shown as pinned. Either the limit of %d is reached, because hidden pins count too: %s. "+
		"Or, on an older portal, the dialog is not among the user's recent chats: open it once in Bitrix24. Then apply again.", refused.Shown, pins.Limit, hiddenDialogs), true}
}

func explainUnverified(unverified *pins.UnverifiedError) explanation {
	why := "\n\n" + explain(unverified.Err).detail
	if unverified.Unpin {
		return explanation{"Unpin not confirmed", "The portal gives the user no access to the dialog, so the pin may be gone, but the list that would confirm it could not be read. " +
			"Run the command again." + why, false}
	}
	return explanation{"Pin not confirmed", "The portal accepted the pin, but the list that would confirm it could not be read. " +
		"Apply again: a dialog that is already pinned is adopted." + why, false}
}

func explainMoved(moved *bitrix24.MovedError) explanation {
	if moved.To == "" {
		return explanation{"Redirect instead of an answer", fmt.Sprintf("%s redirects its callers instead of answering, which some portals do when their licence has expired. "+
			"Open the portal in a browser to see what it wants. Redirects are not followed, because they would take the webhook along.", moved.Host), false}
	}
	return explanation{"Portal moved", fmt.Sprintf("The portal has moved from %s to %s. If the new host is yours, put it into the provider's configuration. "+
		"Redirects are not followed, because they would hand the webhook to the other host.", moved.Host, moved.To), false}
}

// advice says what to do about an error code.
func advice(err *bitrix24.Error) explanation {
	is := func(codes ...string) bool { return bitrix24.HasCode(err, codes...) }
	switch {
	case is(bitrix24.CodeAccess):
		return explanation{"No access to the dialog", "The portal gives the user no access to that dialog, and does not say why: the chat or the other user does not exist, " +
			"or the user is not a member of the chat, or the chat is of a kind that cannot be pinned (an Open Channel, the comments of a channel). " +
			"Check the id. If it is a chat, add the user to it. Then run the command again.", true}
	case is(bitrix24.CodeInvalidCredentials):
		return explanation{"Webhook not accepted", "The portal does not know the webhook: it was deleted, its secret was changed, or the URL is incomplete. " +
			"Copy the URL again from the webhook's page in Bitrix24.", false}
	case is(bitrix24.CodeNoAuth):
		return explanation{"Credential not accepted", "The portal found no credential that it knows. For a webhook, copy the URL again from the webhook's page in Bitrix24. " +
			"For an app, check portal_url and access_token.", false}
	case is(bitrix24.CodeExpiredToken, bitrix24.CodeInvalidToken):
		return explanation{"Access token not accepted", "The access token has expired (it lasts an hour), or it belongs to another portal. Have your app renew it with its refresh token, " +
			"give the new one to the provider (" + tokenVariable + " or access_token) and run the command again. What has been done is kept.", false}
	case is(bitrix24.CodeInsufficientScope):
		return explanation{"Missing scope", "The webhook or app may not use chats. On its page in Bitrix24, add the permission \"Chat and Notifications (im)\", save, and run the command again.", false}
	case is(bitrix24.CodeQueryLimit):
		return explanation{"Request limit used up", "The portal has refused requests for minutes, because other programs behind the same address use up its request limit. " +
			"Run the command again when they are done, or lower requests_per_second for all of them.", false}
	case is(bitrix24.CodeOperationTime):
		return explanation{"Method blocked for a while", "The portal has blocked this method for the webhook or app, because it has spent too much time on it. " + unblocked(err.RetryAt), false}
	case is(bitrix24.CodeOverload):
		return explanation{"REST API blocked", "Bitrix24 has blocked the portal's REST API because of overload. Only Bitrix24's support can lift that: write to them.", false}
	case is(bitrix24.CodeMethodNotFound):
		return explanation{"Method not found", "The portal does not know the method. Check that the URL in the configuration is complete; if it is, the portal's chat module is missing or too old.", false}
	case is(bitrix24.CodeAccessDenied):
		return explanation{"REST API not available", "The portal does not allow REST calls, which depends on its plan. Check the plan in Bitrix24.", false}
	case is(bitrix24.CodePortalDeleted):
		return explanation{"Portal deleted", "The portal has been deleted. Check the host in the webhook URL.", false}
	default:
		return explanation{"Portal error", "The portal answered with an error.", false}
	}
}

// unblocked says when to try again.
func unblocked(at time.Time) string {
	if !at.After(time.Now()) {
		return "The block ends by itself within 10 minutes: run the command again then."
	}
	return "The portal may let it through again at " + at.Format("15:04:05 MST") + ": run the command again then."
}

// maxCandidates is how many dialogs an error lists at most.
const maxCandidates = 10

// candidates lists dialogs, one per line.
func candidates(heading string, dialogs []im.Dialog) string {
	if len(dialogs) == 0 {
		return ""
	}
	text := "\n\n" + heading + ":"
	for _, found := range dialogs[:min(len(dialogs), maxCandidates)] {
		text += fmt.Sprintf("\n  %s  %s (%s)", found.ID, shownTitle(found.Title), found.Type)
	}
	if more := len(dialogs) - maxCandidates; more > 0 {
		text += fmt.Sprintf("\n  and %d more", more)
	}
	return text
}
