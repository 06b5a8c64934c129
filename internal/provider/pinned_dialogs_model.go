package provider

import (
	"cmp"
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24/im"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/pins"
)

// pinnedDialogsModel is the resource bitrix24_pinned_dialogs.
type pinnedDialogsModel struct {
	ID        types.String `tfsdk:"id"`
	User      types.String `tfsdk:"user"`
	UserID    types.Int64  `tfsdk:"user_id"`
	Portal    types.String `tfsdk:"portal"`
	DialogIDs types.List   `tfsdk:"dialog_ids"`
	Ordered   types.Bool   `tfsdk:"ordered"`
	OrderKept types.Bool   `tfsdk:"order_kept"`
	Dialogs   types.Map    `tfsdk:"dialogs"`
}

// pinnedDialogsImportID stands for the list in an import id.
const pinnedDialogsImportID = "pins"

// privateType is how a portal's list names the type of a private dialog (portal source: formatItem).
const privateType = "user"

// describedDialog is what a list says about each of its dialogs.
var describedDialog = types.ObjectType{AttrTypes: map[string]attr.Type{
	"chat_id": types.Int64Type,
	"type":    types.StringType,
	"title":   types.StringType,
}}

func described(pin im.Dialog) attr.Value {
	return types.ObjectValueMust(describedDialog.AttrTypes, map[string]attr.Value{
		"chat_id": types.Int64Value(pin.ChatID),
		"type":    types.StringValue(pin.Type),
		"title":   types.StringValue(pin.Title),
	})
}

// unknownDialog is a dialog about which nothing is known yet. Terraform does not show objects that are wholly unknown.
func unknownDialog() attr.Value {
	return types.ObjectValueMust(describedDialog.AttrTypes, map[string]attr.Value{
		"chat_id": types.Int64Unknown(),
		"type":    types.StringUnknown(),
		"title":   types.StringUnknown(),
	})
}

// loadList reads a list from the state.
func loadList(ctx context.Context, state tfsdk.State, private privateState, diags *diag.Diagnostics) (pinnedDialogsModel, listPrivateState) {
	var data pinnedDialogsModel
	diags.Append(state.Get(ctx, &data)...)
	saved, found := loadListPrivateState(ctx, private)
	diags.Append(found...)
	return data, saved
}

// plannedDialogs returns the dialogs of a plan in which all are known. It reads them as a slice: the framework validates
// the elements of a slice, but not those of a list.
func plannedDialogs(ctx context.Context, diags *diag.Diagnostics, plan tfsdk.Plan) []dialog.ID {
	var values []dialogIDValue
	diags.Append(plan.GetAttribute(ctx, path.Root("dialog_ids"), &values)...)
	var ids []dialog.ID
	for _, value := range values {
		ids = append(ids, value.id)
	}
	return ids
}

// listed returns the dialogs. The zero id stands for one that is not known yet.
func (m *pinnedDialogsModel) listed() []dialog.ID {
	var ids []dialog.ID
	for _, element := range m.DialogIDs.Elements() {
		if value, ok := element.(dialogIDValue); ok {
			ids = append(ids, value.id)
		}
	}
	return ids
}

// isKnown reports whether all dialog ids are known.
func (m *pinnedDialogsModel) isKnown() bool {
	for _, element := range m.DialogIDs.Elements() {
		if element.IsUnknown() {
			return false
		}
	}
	return !m.DialogIDs.IsUnknown()
}

// isSame reports whether the plan has the same dialogs as the state.
func (m *pinnedDialogsModel) isSame(state pinnedDialogsModel) bool {
	return m.ID.Equal(state.ID) && m.DialogIDs.Equal(state.DialogIDs) && m.Ordered.Equal(state.Ordered)
}

// mayReorder reports whether the plan may change the order of the dialogs.
func (m *pinnedDialogsModel) mayReorder(state pinnedDialogsModel) bool {
	return !m.DialogIDs.Equal(state.DialogIDs) || m.order() == pins.AsListed && state.order() != pins.AsListed
}

// order says whether the order counts. While that is not known, it may.
func (m *pinnedDialogsModel) order() pins.Order {
	if m.Ordered.Equal(types.BoolValue(false)) {
		return pins.AnyOrder
	}
	return pins.AsListed
}

// leftOut returns the pins that the plan does not name. If it names one twice, the error is a [*pins.DuplicateError].
func (m *pinnedDialogsModel) leftOut(seen *pins.Snapshot) ([]im.Dialog, error) {
	names := map[dialog.ID]dialog.ID{}
	for _, id := range m.listed() {
		pin, found := seen.Find(id)
		if first, twice := names[pin.ID]; twice {
			return nil, &pins.DuplicateError{First: first, Second: id}
		}
		if found {
			names[pin.ID] = id
		}
	}
	return slices.DeleteFunc(slices.Clone(seen.Pins), func(pin im.Dialog) bool {
		_, named := names[pin.ID]
		return named
	}), nil
}

// notIn returns the pins that no id names.
func notIn(all []im.Dialog, ids []dialog.ID) []im.Dialog {
	return slices.DeleteFunc(slices.Clone(all), func(pin im.Dialog) bool { return slices.ContainsFunc(ids, pin.GoesBy) })
}

// planDialogs describes the planned dialogs as far as the state knows them. If it knows none, the whole attribute is
// unknown, which a plan shows in one line.
func (m *pinnedDialogsModel) planDialogs(known map[string]attr.Value) {
	m.Dialogs = types.MapUnknown(describedDialog)
	if !m.isKnown() || len(known) == 0 {
		return
	}
	planned := map[string]attr.Value{}
	for _, id := range m.listed() {
		planned[id.String()] = unknownDialog()
		if description, found := known[id.String()]; found {
			planned[id.String()] = description
		}
	}
	m.Dialogs = types.MapValueMust(describedDialog, planned)
}

// adoptedList is the state of an imported list, and what the list shows about the portal's order. The next refresh changes
// nothing, unless the list changes.
func adoptedList(user types.String, portal string, seen *pins.Snapshot) (pinnedDialogsModel, pins.Sorting) {
	data := pinnedDialogsModel{User: user, Ordered: types.BoolValue(true)}
	sorting := seen.SortingAfter(pins.UnknownSorting)
	data.refresh(portal, seen, sorting)
	return data, sorting
}

// fill copies what the portal says, except where the plan has promised a value.
func (m *pinnedDialogsModel) fill(portal string, result pins.Reconciled) {
	m.Portal = types.StringValue(portal)
	m.ID = importID(m.User, types.StringValue(pinnedDialogsImportID))
	m.UserID = types.Int64Value(result.UserID)
	m.OrderKept = promised(m.OrderKept, orderKept(result.Sorting))
	planned := m.Dialogs.Elements()
	all := map[string]attr.Value{}
	for i, id := range m.listed() {
		all[id.String()] = described(result.Dialogs[i])
		if value, found := planned[id.String()]; found && !value.Equal(unknownDialog()) {
			all[id.String()] = value
		}
	}
	m.Dialogs = types.MapValueMust(describedDialog, all)
}

// orderKept says whether the portal keeps an order of pins: it does until a list has shown otherwise.
func orderKept(sorting pins.Sorting) types.Bool { return types.BoolValue(sorting != pins.ByActivity) }

// isOrderKept reports whether the portal keeps an order, as far as the state tells.
func (m *pinnedDialogsModel) isOrderKept() bool { return !m.OrderKept.Equal(types.BoolValue(false)) }

// refresh copies what is pinned. If the portal is known to keep an order, and the order counts, the dialogs are in the
// portal's order. Otherwise those of the state come first, in its order. Dialogs keep the names that they have in the state.
func (m *pinnedDialogsModel) refresh(portal string, seen *pins.Snapshot, sorting pins.Sorting) {
	m.Portal = types.StringValue(portal)
	names := map[dialog.ID]dialog.ID{}
	var known []im.Dialog
	for _, id := range m.listed() {
		if pin, found := seen.Find(id); found {
			names[pin.ID] = id
			known = append(known, pin)
		}
	}
	listed := seen.Pins
	if m.order() == pins.AnyOrder || sorting != pins.ByPosition {
		listed = known
		for _, pin := range seen.Pins {
			if _, found := names[pin.ID]; !found {
				listed = append(listed, pin)
			}
		}
	}
	var ids []attr.Value
	all := map[string]attr.Value{}
	for _, pin := range listed {
		name := cmp.Or(names[pin.ID], pin.ID)
		ids = append(ids, dialogIDOf(name))
		all[name.String()] = described(pin)
	}
	m.ID = importID(m.User, types.StringValue(pinnedDialogsImportID))
	m.UserID = types.Int64Value(seen.UserID)
	m.OrderKept = orderKept(sorting)
	m.DialogIDs = types.ListValueMust(dialogIDType{}, ids)
	m.Dialogs = types.MapValueMust(describedDialog, all)
}

// claim is the claim of the state on its list.
func (m *pinnedDialogsModel) claim(saved listPrivateState) claim {
	return claim{in: m.listRef(saved), mark: saved.Mark, whole: true, own: saved.own()}
}

// listRef is the list of the state.
func (m *pinnedDialogsModel) listRef(saved listPrivateState) listRef {
	return newListRef(m.User, m.UserID, m.Portal, saved.Host)
}

// foreign returns the dialogs of the state that somebody else has pinned since. The state has them under the portal's
// names. So a group, or the chat number of a private dialog, is never one of them: only a configuration names dialogs that way.
func (m *pinnedDialogsModel) foreign(own []dialog.ID) []dialog.ID {
	var foreign []dialog.ID
	for _, id := range m.listed() {
		if id.Kind() != dialog.Group && !m.isPrivateChat(id) && !slices.Contains(own, id) {
			foreign = append(foreign, id)
		}
	}
	return foreign
}

// isPrivateChat reports whether the id is the number of the chat behind a private dialog.
func (m *pinnedDialogsModel) isPrivateChat(id dialog.ID) bool {
	description, known := m.Dialogs.Elements()[id.String()].(types.Object)
	return known && id.Kind() == dialog.Chat && description.Attributes()["type"].Equal(types.StringValue(privateType))
}
