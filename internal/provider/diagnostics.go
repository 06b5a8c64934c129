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

// explanation is what a person reads about a failure: a short noun phrase, then what failed, why, and what to do. If the portal
// or the credential is to blame, the detail starts with one sentence that says why and one that says what to do: see brief.
type explanation struct {
	summary string
	detail  string
	// ofDialog says that the dialog is to blame, and not the portal or the credential.
	ofDialog bool
}

// longestWords limits the portal's own words in a brief explanation, in characters. Most are shorter.
const longestWords = 200

// brief is the explanation in one line: the summary, one sentence why, one sentence what to do, and the portal's own words.
func (e explanation) brief() string {
	advice, words, _ := strings.Cut(e.detail, "\n\n")
	sentences := strings.SplitAfterN(advice, ". ", 3)
	text := e.summary + ". " + strings.TrimSpace(strings.Join(sentences[:min(len(sentences), 2)], ""))
	if words != "" {
		text += " " + bitrix24.Printable(words, longestWords)
	}
	return text
}

// explain turns an error into an explanation. Errors about a list or a dialog come first, because
// they wrap the portal's.
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
		return explanation{"Pin not moved", fmt.Sprintf("Another resource was to unpin %s in the same apply, and failed; its own error says why. "+
			"The dialog is still pinned and still belongs to that resource. Apply again to move it.", stuck.Dialog), true}
	case errors.As(err, &moved):
		return explanation{"Webhook of another user", fmt.Sprintf("The webhook's URL names user %d, but the portal says user %d: the webhook was moved to another account. "+
			"%s. Neither list was changed.", moved.Claimed, moved.Owner, newWebhook), false}
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
		return explanation{"List too long", fmt.Sprintf("The portal had still more after %d pages, so the provider stopped reading: there are more dialogs than it reads, or the portal repeats itself. "+
			"If you look up a chat by title, use dialog_id or a longer title.", im.MaxPages), false}
	case errors.Is(err, pins.ErrUnsettled):
		return explanation{"List keeps changing", "Another person or program changed the list each time the provider updated it. Find out who, then apply again.", false}
	case errors.As(err, &missing) && missing.Reason == lookup.NoGroupChat:
		return explanation{"Group without a chat", "The portal has no " + missing.What + ". Check the number: it is in the address of the group's page. " +
			"A group gets its chat when someone opens it for the first time." + ownWords(missing.Err), true}
	case errors.As(err, &missing):
		return explanation{"Dialog not found", "There is no " + missing.What + " that the user can see. " + whyNotFound(missing.Reason) + candidates("Similar ones", missing.Candidates) + ownWords(missing.Err), true}
	case errors.As(err, &ambiguous):
		return explanation{"Several dialogs found", fmt.Sprintf("There is more than one %s. Look it up by dialog_id instead.%s", ambiguous.What, candidates("Found", ambiguous.Candidates)), true}
	default:
		return explainPortal(err)
	}
}

// explainPortal explains an error that the portal returned, or a failure to reach the portal.
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
		return explanation{"Unknown credential owner", "The portal does not say whose webhook or access token this is: the user may have been deactivated. Check the user in Bitrix24, or create a new credential.", false}
	case errors.Is(err, context.Canceled):
		return explanation{"Stopped", "The command was stopped. Run it again: pins that went through are adopted.", false}
	default:
		return explanation{"Unexpected error", "Please report this as a bug in the provider, with this text: " + bitrix24.Printable(err.Error(), bitrix24.MaxText), false}
	}
}

// newWebhook is the remedy for a webhook that was moved to another account. A full stop follows.
const newWebhook = "Create a new webhook as the user whose chats you want to manage"

// hiddenDialogs names the dialogs that a portal keeps pinned without showing them (portal source).
const hiddenDialogs = "a portal hides chats that are part of a project, chats without messages, private chats with dismissed colleagues, " +
	"and, from a guest, private chats with people who share no group chat with the guest"

// ownWords quotes the portal's own words, if there are any.
func ownWords(refusal *bitrix24.Error) string {
	if refusal == nil {
		return ""
	}
	return "\n\nBitrix24: " + refusal.Error()
}

// whyNotFound says why a dialog was not found, as far as is known, and what to do.
func whyNotFound(reason lookup.Reason) string {
	switch reason {
	case lookup.NoChatYet:
		return "Bitrix24 creates such a chat when someone opens it for the first time. Check entity_type and entity_id, or open the chat once in Bitrix24. Then run the command again."
	case lookup.NoDialogYet:
		return "A lookup does not start a private dialog. Pin the user's number, or write to the user in Bitrix24: either starts it."
	case lookup.NoSuchUser:
		return "The portal shows no user with that number. Check the number: it is in the address of the user's page."
	case lookup.PrivateChat:
		return `That is the number of a private chat. Its dialog id is the number of the other user, without "chat".`
	default:
		return "A title has to match exactly, including upper and lower case, and private chats cannot be found by title. Check the title, and check that the user is a member of the chat. Or look it up by dialog_id."
	}
}

func explainNotShown(notShown *pins.NotShownError) explanation {
	otherName := ""
	if notShown.Dialog.Kind() == dialog.Chat {
		otherName = "Or, on an older portal, this is the number of a private chat: write the other user's number instead, such as 256. "
	}
	return explanation{"Pin not shown", "The portal accepted the pin, but does not show the dialog as pinned. It may be hidden: " + hiddenDialogs + ". " +
		"A hidden pin counts towards the limit of 45. " + otherName + "Or someone has unpinned it in the meantime. The provider did not undo the pin. " +
		"Check the dialog in Bitrix24, then apply again.", true}
}

func explainRefused(refused *pins.RefusedError) explanation {
	if refused.Shown >= pins.Limit {
		return explanation{"Limit of 45 pins reached", fmt.Sprintf("The portal lets a user pin %d dialogs, and %d are pinned. "+
			"Unpin one, or take one out of the configuration, then apply again. If this apply was also going to unpin dialogs and did not get to that, just apply again.", pins.Limit, refused.Shown), true}
	}
	return explanation{"Pin refused", fmt.Sprintf("The portal refused the pin without giving a reason, and shows %d pinned dialogs. Either the limit of %d is reached, because hidden pins count too: %s. "+
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
		return explanation{"Redirect instead of an answer", fmt.Sprintf("%s redirects requests instead of answering them, as some portals do when their licence has expired. "+
			"Open the portal in a browser to see what it wants. The provider follows no redirects, because they would hand the webhook to another host.", moved.Host), false}
	}
	return explanation{"Portal moved", fmt.Sprintf("The portal has moved from %s to %s. If the new host is yours, put it into the provider's configuration. "+
		"The provider follows no redirects, because they would hand the webhook to another host.", moved.Host, moved.To), false}
}

// advice says what to do about an error code.
func advice(err *bitrix24.Error) explanation {
	is := func(codes ...string) bool { return bitrix24.HasCode(err, codes...) }
	switch {
	case is(bitrix24.CodeAccess):
		return explanation{"No access to the dialog", "The portal gives the user no access to that dialog, and does not say why. The chat or the other user may not exist, " +
			"the user may not be a member of the chat, or chats of this kind cannot be pinned (an Open Channel, the comments of a channel). " +
			"Check the id. If it is a chat, add the user to it. Then run the command again.", true}
	case is(bitrix24.CodeInvalidCredentials):
		return explanation{"Webhook not accepted", "The portal does not know the webhook: it was deleted, its secret was changed, or the URL is incomplete. " +
			"Copy the URL again from the webhook's page in Bitrix24.", false}
	case is(bitrix24.CodeNoAuth):
		return explanation{"Credential not accepted", "The portal does not know the credential. For a webhook, copy the URL again from the webhook's page in Bitrix24. " +
			"For an app, check portal_url and access_token.", false}
	case is(bitrix24.CodeExpiredToken, bitrix24.CodeInvalidToken):
		return explanation{"Access token not accepted", "The access token has expired (it lasts an hour), or it belongs to another portal. Have your app renew it with its refresh token, " +
			"give the new one to the provider (" + tokenVariable + " or access_token) and run the command again. Changes already made are kept.", false}
	case is(bitrix24.CodeInsufficientScope):
		return explanation{"Missing scope", "The webhook or app has no permission to use chats. On its page in Bitrix24, add the permission \"Chat and Notifications (im)\", save, and run the command again.", false}
	case is(bitrix24.CodeQueryLimit):
		return explanation{"Request limit used up", "The portal has refused requests for minutes, because other programs behind the same address use up its request limit. " +
			"Run the command again when they are done, or lower requests_per_second for all of them.", false}
	case is(bitrix24.CodeOperationTime):
		return explanation{"Method blocked for a while", "The portal has blocked this method for the webhook or app, because it took too much of the portal's time. " + unblocked(err.RetryAt), false}
	case is(bitrix24.CodeOverload):
		return explanation{"REST API blocked", "Bitrix24 has blocked the portal's REST API because of overload. Only Bitrix24's support can lift the block: write to them.", false}
	case is(bitrix24.CodeMethodNotFound):
		return explanation{"Method not found", "The portal does not know the method. Check that the URL in the configuration is complete; if it is, the portal's chat module is missing or too old.", false}
	case is(bitrix24.CodeAccessDenied):
		return explanation{"REST API not available", "The portal does not allow REST calls: its plan may not include them, or an administrator has turned them off. Check the plan in Bitrix24, and ask an administrator.", false}
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
