package provider

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/directory"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/pins"
)

// privateState is the part of the framework's private state that is needed here. Terraform keeps it beside a resource's
// attributes and shows it to nobody.
type privateState interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// responseState is where a response keeps what is known of a resource.
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

// The keys of what is kept.
const (
	pinPrivateKey  = "origin"
	listPrivateKey = "list"
)

// pinPrivateState is what has to be known of a pin beside its attributes: it decides later whether this is still the same
// list and the same chat, without asking the portal.
type pinPrivateState struct {
	// Portal is the host of the portal. User 1 of another portal is another user.
	Portal string `json:"portal"`
	// Group is the workgroup or project whose chat is pinned, or 0.
	Group int64 `json:"group,omitempty"`
	// Dialog is what the portal calls the dialog that is pinned. A configuration may call it by its group, or a private
	// dialog by the number of its chat. It is empty in state that was written before it was kept.
	Dialog string `json:"dialog,omitempty"`
}

func (s pinPrivateState) save(ctx context.Context, private privateState) diag.Diagnostics {
	return savePrivate(ctx, private, pinPrivateKey, s)
}

func loadPinPrivateState(ctx context.Context, private privateState) (pinPrivateState, diag.Diagnostics) {
	return loadPrivate[pinPrivateState](ctx, private, pinPrivateKey)
}

// listPrivateState is what has to be known of a whole list.
type listPrivateState struct {
	// Portal is the host of the portal. It is kept where that of a pin is.
	Portal string `json:"-"`
	// Own are the dialogs that the resource has pinned or taken over, as the portal calls them. What somebody else pinned
	// since is in the state, because it is drift, but it is not the resource's to unpin when it is destroyed.
	Own []string `json:"own"`
	// SortedBy is what the portal was found to sort the pins by.
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

// seen is what is known once the list has been seen.
func (l listPrivateState) seen(list *pins.Snapshot) listPrivateState {
	l.SortedBy = list.SortingAfter(l.SortedBy)
	l.OrderWarned = l.OrderWarned && l.SortedBy == pins.ByActivity
	return l
}

// newListPrivateState is what is known of a list that consists of these dialogs, all the resource's own.
func newListPrivateState(portal string, dialogs []directory.Dialog, sorting pins.Sorting) listPrivateState {
	list := listPrivateState{Portal: portal, Own: []string{}, SortedBy: sorting}
	for _, pin := range dialogs {
		list.Own = append(list.Own, pin.ID.String())
	}
	return list
}

// with is the same with more dialogs that are the resource's own.
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
