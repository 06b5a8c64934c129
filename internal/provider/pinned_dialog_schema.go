package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
)

func (r *pinnedDialogResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Keeps one dialog pinned in one person's chat list, and leaves that person's other pins alone.",
		Attributes: map[string]schema.Attribute{
			"dialog_id": schema.StringAttribute{
				MarkdownDescription: "The dialog to pin: `chat17` is a chat, `sg5` the chat of workgroup or project 5, `256` the private chat " +
					"with user 256, which Bitrix24 creates if there is none. Lower case, no leading zeros. The user has to be a member of the chat. " +
					"Changing it unpins the old dialog and pins the new one, unless both are the same chat.",
				CustomType: dialogIDType{},
				Required:   true,
			},
			"user": managedUserAttribute(" Changing it unpins the dialog in the one list and pins it in the other, unless both names are for the same person."),
			"id": schema.StringAttribute{
				MarkdownDescription: "What `terraform import` takes: the `dialog_id`, such as `chat17`, or `anna/chat17` for the `user` called anna.",
				Computed:            true,
			},
			"user_id": keptInt64("The user in whose chat list the dialog is pinned. If the webhook becomes another user's, " +
				"the resource is replaced. The first pin stays, unless another webhook of the provider reaches that list."),
			"portal":  keptString(portalDescription),
			"chat_id": keptInt64(chatIDDescription),
			"type":    keptString(typeDescription),
			"title":   keptString(titleDescription),
		},
	}
}

// IdentitySchema has the attributes of a pinIdentity.
func (r *pinnedDialogResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	attributes := listIdentityAttributes("in whose chat list the dialog is pinned")
	attributes["dialog_id"] = identityschema.StringAttribute{
		Description:       "The dialog as the portal lists it: chat17, or 256 for a private chat. For an import, sg5 works as well.",
		RequiredForImport: true,
	}
	resp.IdentitySchema = identityschema.Schema{Attributes: attributes}
}
