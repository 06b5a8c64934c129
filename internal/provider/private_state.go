package provider

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24/im"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/pins"
)

// privateState is the part of the framework's private state that is needed here. Terraform keeps it with a resource's
// attributes, and never shows it.
type privateState interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// responseState is the part of a response that Terraform keeps.
type responseState struct {
	state    *tfsdk.State
	identity *tfsdk.ResourceIdentity
	private  privateState
}

func savePrivate(ctx context.Context, private privateState, key string, value any) diag.Diagnostics {
	text, err := json.Marshal(value)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Unexpected error", err.Error())}
	}
	return private.SetKey(ctx, key, text)
}

// loadPrivate returns what was saved, or nothing.
func loadPrivate[T any](ctx context.Context, private privateState, key string) (T, diag.Diagnostics) {
	var saved T
	text, diags := private.GetKey(ctx, key)
	if len(text) > 0 {
		if err := json.Unmarshal(text, &saved); err != nil {
			diags.AddError("Unreadable state", "The private state of the resource was not written by this provider: "+err.Error()+". Restore the state from a backup, or take the resource out with terraform state rm and import it.")
		}
	}
	return saved, diags
}

// The keys in private state. States hold them, so they never change.
const (
	pinPrivateKey  = "origin"
	listPrivateKey = "list"
	// stayingPrivateKey is in plans only.
	stayingPrivateKey = "staying"
)

// pinPrivateState is what a pin needs besides its attributes. It shows later, without asking the portal, whether this is
// still the same list and the same chat.
type pinPrivateState struct {
	// Host is the portal's host, in states from before the attribute "portal" existed.
	Host string `json:"portal,omitempty"`
	// Group is the workgroup or project whose chat is pinned, or 0.
	Group int64 `json:"group,omitempty"`
	// Dialog is the pinned dialog as the portal names it. A configuration may name its group instead, or the chat behind a
	// private dialog. Older states have none.
	Dialog string `json:"dialog,omitempty"`
	claimState
}

// claimState is what a resource needs beside others in the same list.
type claimState struct {
	// Mark tells the resource from all others. Older states have none.
	Mark string `json:"mark,omitempty"`
	// PinsAgain says, from a refresh to the apply of its plan, that destroying another resource may unpin the same.
	PinsAgain bool `json:"pins_again,omitempty"`
}

// marked returns the state with a mark, adding one if needed.
func (s claimState) marked() claimState {
	if s.Mark == "" {
		s.Mark = rand.Text()
	}
	return s
}

func (s pinPrivateState) save(ctx context.Context, private privateState) diag.Diagnostics {
	return savePrivate(ctx, private, pinPrivateKey, s)
}

func loadPinPrivateState(ctx context.Context, private privateState) (pinPrivateState, diag.Diagnostics) {
	return loadPrivate[pinPrivateState](ctx, private, pinPrivateKey)
}

// listPrivateState is what a whole list needs besides its attributes.
type listPrivateState struct {
	// Host is read from pinPrivateKey, like a pin's.
	Host string `json:"-"`
	// Own holds the dialogs that the resource has pinned or adopted, under the portal's names. What somebody else has
	// pinned since is in the state as drift, but a destroy leaves it pinned.
	Own []string `json:"own"`
	// SortedBy is how the portal sorts the pins, as far as lists have shown.
	SortedBy pins.Sorting `json:"sorted_by,omitempty"`
	// OrderWarned says that a warning was given that no order is kept, and that this is still so.
	OrderWarned bool `json:"order_warned,omitempty"`
	claimState
}

func (l listPrivateState) save(ctx context.Context, private privateState) diag.Diagnostics {
	return savePrivate(ctx, private, listPrivateKey, l)
}

func loadListPrivateState(ctx context.Context, private privateState) (listPrivateState, diag.Diagnostics) {
	pin, diags := loadPinPrivateState(ctx, private)
	list, found := loadPrivate[listPrivateState](ctx, private, listPrivateKey)
	diags.Append(found...)
	list.Host = pin.Host
	return list, diags
}

// seen adds what a list shows.
func (l listPrivateState) seen(list *pins.Snapshot) listPrivateState {
	l.SortedBy = list.SortingAfter(l.SortedBy)
	l.OrderWarned = l.OrderWarned && l.SortedBy == pins.ByActivity
	return l
}

// newListPrivateState describes a list of dialogs that are all the resource's own.
func newListPrivateState(dialogs []im.Dialog, sorting pins.Sorting, mark string) listPrivateState {
	list := listPrivateState{Own: []string{}, SortedBy: sorting, claimState: claimState{Mark: mark}.marked()}
	for _, pin := range dialogs {
		list.Own = append(list.Own, pin.ID.String())
	}
	return list
}

// with adds dialogs of the resource's own.
func (l listPrivateState) with(ids []dialog.ID) listPrivateState {
	l.Own = slices.Clone(l.Own)
	for _, id := range ids {
		if !slices.Contains(l.Own, id.String()) {
			l.Own = append(l.Own, id.String())
		}
	}
	return l
}

// own returns the dialogs that the resource unpins when it is destroyed.
func (l listPrivateState) own() []dialog.ID { return parseAll(l.Own) }

// saveStaying notes in a plan which dialogs are not unpinned when it is applied, as the portal names them.
func saveStaying(ctx context.Context, private privateState, staying []dialog.ID) diag.Diagnostics {
	texts := []string{}
	for _, id := range staying {
		texts = append(texts, id.String())
	}
	return savePrivate(ctx, private, stayingPrivateKey, texts)
}

// loadStaying returns what the plan has noted.
func loadStaying(ctx context.Context, private privateState, diags *diag.Diagnostics) []dialog.ID {
	texts, found := loadPrivate[[]string](ctx, private, stayingPrivateKey)
	diags.Append(found...)
	return parseAll(texts)
}

func parseAll(texts []string) []dialog.ID {
	var ids []dialog.ID
	for _, text := range texts {
		if id, err := dialog.Parse(text); err == nil {
			ids = append(ids, id)
		}
	}
	return ids
}
