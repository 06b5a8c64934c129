package provider

import (
	"cmp"
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var _ list.ListResourceWithConfigure = (*pinnedDialogsListResource)(nil)

// pinnedDialogsListResource lists people's whole lists of pinned dialogs, one for each person, for `terraform query`.
type pinnedDialogsListResource struct {
	provider *providerData
}

func newPinnedDialogsListResource() list.ListResource { return &pinnedDialogsListResource{} }

func (l *pinnedDialogsListResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_pinned_dialogs"
}

func (l *pinnedDialogsListResource) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists people's whole lists of pinned dialogs, one for each person, for `terraform query` (Terraform 1.14).",
		Attributes: map[string]schema.Attribute{
			"user": schema.StringAttribute{
				MarkdownDescription: "Whose list is meant: a name in the provider's `user_webhooks`. Without it, everybody's are listed: first that of the provider's own webhook or access token, then the others by name.",
				Optional:            true,
				Validators:          []validator.String{userName()},
			},
		},
	}
}

func (l *pinnedDialogsListResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	l.provider = providerDataFrom(req.ProviderData, &resp.Diagnostics)
}

// List returns one person's list, or everybody's.
func (l *pinnedDialogsListResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var config struct {
		User types.String `tfsdk:"user"`
	}
	if diags := req.Config.Get(ctx, &config); diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	stream.Results = func(push func(list.ListResult) bool) {
		switch {
		case req.Limit <= 0:
		case config.User.IsNull():
			l.listEverybody(ctx, req, push)
		default:
			found := l.provider.listForImport(ctx, config.User)
			var result list.ListResult
			if found.requireAll(&result.Diagnostics) {
				result = found.result(ctx, req)
			}
			push(result)
		}
	}
}

// listEverybody returns all lists, one for each person, in the order of the people's names. A list that cannot be read is a
// warning, so that the others are shown, unless it is the only one.
func (l *pinnedDialogsListResource) listEverybody(ctx context.Context, req list.ListRequest, push func(list.ListResult) bool) {
	people := l.provider.everybody()
	missing := unlisted{told: map[string]string{}}
	owners := map[listRef]bool{}
	var listed int64
	room := func() int64 { return req.Limit - listed }
	find := func(ctx context.Context, i int) foundList { return l.provider.findList(ctx, people[i]) }
	for i, found := range askInParallel(ctx, len(people), room, find) {
		var result list.ListResult
		switch {
		case found.isWhole() && owners[found.owned()]: // one of the person's credentials names no user
			continue
		case found.isWhole():
			owners[found.owned()] = true
			result = found.result(ctx, req)
		case len(people) == 1 || found.isStopped():
			found.requireAll(&result.Diagnostics)
			push(result)
			return
		default:
			missing.warn(&result.Diagnostics, listingLists, found)
		}
		if result.Identity != nil {
			listed++
		}
		if more := len(people) - i - 1; listed == req.Limit && more > 0 {
			warnOfLimit(&result.Diagnostics, req.Limit, more)
		}
		if !push(result) {
			return
		}
	}
	if len(people) > 1 && missing.count == len(people) {
		var result list.ListResult
		result.Diagnostics.AddError("Nobody listed", fmt.Sprintf("None of the %d lists could be read. The warnings say why.", len(people)))
		push(result)
	}
}

// warnOfLimit says that not everybody was asked.
func warnOfLimit(diags *diag.Diagnostics, limit int64, more int) {
	diags.AddWarning("Not everybody listed", fmt.Sprintf("The list block has reached its limit of %d. Up to %d more people were not asked. "+
		"To list everybody, set a higher limit in the list block. Without one, Terraform's limit is 100.", limit, more))
}

// result is the result for one person. A resource has at least one dialog, so a person with no pins gets none.
func (f foundList) result(ctx context.Context, req list.ListRequest) list.ListResult {
	if req.IncludeResource && len(f.snapshot.Pins) == 0 {
		var nothing list.ListResult
		nothing.Diagnostics.AddWarning("No pinned dialogs", fmt.Sprintf("Nothing is pinned for %s, and a bitrix24_pinned_dialogs has at least one dialog. "+
			"So no resource is written. A query that writes no configuration and does not set include_resource shows this person too.", f.whose()))
		return nothing
	}
	result := req.NewListResult(ctx)
	result.DisplayName = fmt.Sprintf("%s (%d pinned)", cmp.Or(f.owner.Name, f.listName()), len(f.snapshot.Pins))
	data, _ := adoptedList(f.acting.user(), f.board.Portal(), f.snapshot)
	result.Diagnostics.Append(saveIdentity(ctx, result.Identity, data.listRef(listPrivateState{}).identity())...)
	if req.IncludeResource {
		result.Diagnostics.Append(result.Resource.Set(ctx, &data)...)
	}
	return result
}
