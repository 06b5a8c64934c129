package provider

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24/im"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/pins"
)

// privateState is the part of the framework's private state that is needed here. Terraform keeps it with a resource's
// attributes, and shows it to nobody.
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
			diags.AddError("Unreadable state", "The private state of the resource was not written by this provider: "+err.Error())
		}
	}
	return saved, diags
}

// The keys in private state. States hold them, so they never change.
const (
	pinPrivateKey  = "origin"
	listPrivateKey = "list"
)

// pinPrivateState is what has to be known about a pin besides its attributes. It tells later, without asking the portal,
// whether this is still the same list and the same chat.
type pinPrivateState struct {
	// Portal is the host of the portal. User 1 of another portal is another user.
	Portal string `json:"portal"`
	// Group is the workgroup or project whose chat is pinned, or 0.
	Group int64 `json:"group,omitempty"`
	// Dialog is the pinned dialog as the portal names it. A configuration may name its group instead, or the chat behind a
	// private dialog. It is empty in states from before it was kept.
	Dialog string `json:"dialog,omitempty"`
}

func (s pinPrivateState) save(ctx context.Context, private privateState) diag.Diagnostics {
	return savePrivate(ctx, private, pinPrivateKey, s)
}

func loadPinPrivateState(ctx context.Context, private privateState) (pinPrivateState, diag.Diagnostics) {
	return loadPrivate[pinPrivateState](ctx, private, pinPrivateKey)
}

// listPrivateState is what has to be known about a whole list.
type listPrivateState struct {
	// Portal is the host of the portal. It is saved under pinPrivateKey, like a pin's.
	Portal string `json:"-"`
	// Own are the dialogs that the resource has pinned or adopted, as the portal names them. What somebody else has pinned
	// since is in the state, because it is drift, but a destroy leaves it pinned.
	Own []string `json:"own"`
	// SortedBy is how the portal was found to sort the pins.
	SortedBy pins.Sorting `json:"sorted_by,omitempty"`
	// OrderWarned says that a warning has told that no order is kept, and that this is still so.
	OrderWarned bool `json:"order_warned,omitempty"`
}

func (l listPrivateState) save(ctx context.Context, private privateState) diag.Diagnostics {
	diags := pinPrivateState{Portal: l.Portal}.save(ctx, private)
	diags.Append(savePrivate(ctx, private, listPrivateKey, l)...)
	return diags
}

func loadListPrivateState(ctx context.Context, private privateState) (listPrivateState, diag.Diagnostics) {
	pin, diags := loadPinPrivateState(ctx, private)
	list, found := loadPrivate[listPrivateState](ctx, private, listPrivateKey)
	diags.Append(found...)
	list.Portal = pin.Portal
	return list, diags
}

// seen adds what a list shows.
func (l listPrivateState) seen(list *pins.Snapshot) listPrivateState {
	l.SortedBy = list.SortingAfter(l.SortedBy)
	l.OrderWarned = l.OrderWarned && l.SortedBy == pins.ByActivity
	return l
}

// newListPrivateState describes a list of dialogs that are all the resource's own.
func newListPrivateState(portal string, dialogs []im.Dialog, sorting pins.Sorting) listPrivateState {
	list := listPrivateState{Portal: portal, Own: []string{}, SortedBy: sorting}
	for _, pin := range dialogs {
		list.Own = append(list.Own, pin.ID.String())
	}
	return list
}

// with adds dialogs that are the resource's own.
func (l listPrivateState) with(ids []dialog.ID) listPrivateState {
	l.Own = slices.Clone(l.Own)
	for _, id := range ids {
		if !slices.Contains(l.Own, id.String()) {
			l.Own = append(l.Own, id.String())
		}
	}
	return l
}

// own are the dialogs that are the resource's to unpin.
func (l listPrivateState) own() []dialog.ID {
	var ids []dialog.ID
	for _, text := range l.Own {
		if id, err := dialog.Parse(text); err == nil {
			ids = append(ids, id)
		}
	}
	return ids
}
