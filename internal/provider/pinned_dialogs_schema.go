package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr/xattr"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/mapplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/pins"
)

func (r *pinnedDialogsResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Keeps exactly these dialogs pinned in one person's chat list, and in this order where the portal keeps one.",
		Attributes: map[string]schema.Attribute{
			"dialog_ids": schema.ListAttribute{
				MarkdownDescription: "The dialogs, 1 to 45, each one once, from the top where the portal keeps an order: `chat17` is a chat, `sg5` the chat of workgroup or project 5, `256` the private chat " +
					"with user 256, which Bitrix24 creates if there is none. Lower case, no leading zeros. The user has to be a member of the chats. When it changes, what is taken out is unpinned, what is added is pinned, and the rest is moved only if the portal keeps an order.",
				ElementType: dialogIDType{},
				Required:    true,
				Validators:  []validator.List{dialogIDsValidator{}},
			},
			"ordered": schema.BoolAttribute{
				MarkdownDescription: "Whether the order counts where the portal keeps one. Default `true`. With `false`, only the set of dialogs counts. Changing it to `true` puts the list in order; changing it to `false` moves nothing.",
				Optional:            true,
				Computed:            true,
				Default:             booldefault.StaticBool(true),
			},
			"order_kept": schema.BoolAttribute{
				MarkdownDescription: "Whether the portal keeps an order of this person's pins, as far as its lists have shown; `true` at first. " +
					"If you depend on the order, check it with a `postcondition`.",
				Computed:      true,
				PlanModifiers: []planmodifier.Bool{boolplanmodifier.UseNonNullStateForUnknown()},
			},
			"user": managedUserAttribute(" Changing it unpins the dialogs in the one list and pins them in the other, unless both names are for the same person."),
			"id": schema.StringAttribute{
				MarkdownDescription: "What `terraform import` takes: `pins`, or `anna/pins` for the `user` called anna.",
				Computed:            true,
			},
			"user_id": keptInt64("The user whose chat list it is. If the webhook becomes another user's, " +
				"the resource is replaced. The first list stays as it is, unless another webhook of the provider reaches it."),
			"portal": keptString(portalDescription),
			"dialogs": schema.MapNestedAttribute{
				MarkdownDescription: "What the portal says about each dialog, by its id as written in `dialog_ids`.",
				Computed:            true,
				PlanModifiers:       []planmodifier.Map{mapplanmodifier.UseNonNullStateForUnknown()},
				NestedObject: schema.NestedAttributeObject{
					Attributes: map[string]schema.Attribute{
						"chat_id": schema.Int64Attribute{MarkdownDescription: chatIDDescription, Computed: true},
						"type":    schema.StringAttribute{MarkdownDescription: typeDescription, Computed: true},
						"title":   schema.StringAttribute{MarkdownDescription: titleDescription, Computed: true},
					},
				},
			},
		},
	}
}

// IdentitySchema has the attributes of a listIdentity.
func (r *pinnedDialogsResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: listIdentityAttributes("whose chat list it is")}
}

// dialogIDsValidator accepts 1 to 45 dialog ids, each once.
type dialogIDsValidator struct{}

func (dialogIDsValidator) Description(context.Context) string {
	return fmt.Sprintf("value must be 1 to %d dialog ids, each of them once", pins.Limit)
}

func (v dialogIDsValidator) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

func (dialogIDsValidator) ValidateList(ctx context.Context, req validator.ListRequest, resp *validator.ListResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	elements := req.ConfigValue.Elements()
	switch {
	case len(elements) == 0:
		resp.Diagnostics.AddAttributeError(req.Path, "Empty list", "A list has at least one dialog. To unpin the dialogs of this list, remove the resource. "+
			"If an import wrote this, the user has nothing pinned: write the dialogs that you want.")
	case len(elements) > pins.Limit:
		resp.Diagnostics.AddAttributeError(req.Path, "Too many dialogs", fmt.Sprintf("The list has %d dialogs, and Bitrix24 lets a user pin %d. Remove %d.",
			len(elements), pins.Limit, len(elements)-pins.Limit))
	}
	first := map[dialog.ID]int{}
	for i, element := range elements {
		value, ok := element.(dialogIDValue)
		if !ok || value.IsUnknown() {
			continue
		}
		at := req.Path.AtListIndex(i)
		if value.IsNull() {
			resp.Diagnostics.AddAttributeError(at, "Invalid dialog id", "The element is null. Leave it out, or write a dialog id: "+dialogIDForms+".")
			continue
		}
		if value.malformed != nil {
			var checked xattr.ValidateAttributeResponse
			value.ValidateAttribute(ctx, xattr.ValidateAttributeRequest{Path: at}, &checked)
			resp.Diagnostics.Append(checked.Diagnostics...)
			continue
		}
		if earlier, found := first[value.id]; found {
			resp.Diagnostics.AddAttributeError(at, "Dialog listed twice", fmt.Sprintf("%s is in the list twice, as elements %d and %d (counted from 0). Remove one of them.", value.id, earlier, i))
			continue
		}
		first[value.id] = i
	}
}
