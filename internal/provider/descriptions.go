package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// Descriptions that several schemas share.
const (
	userDescription   = "Whose chat list is meant: a name in the provider's `user_webhooks`. Without it, the list of the owner of the provider's own webhook or access token."
	chatIDDescription = "Number of the chat behind the dialog, from 1. Groups and private chats have one too. It never changes for a dialog."
	typeDescription   = "Bitrix24's word for the kind of chat, such as `user`, `chat`, `open` or `sonetGroup`. It is as of the last read, and changes when the chat becomes another kind."
	titleDescription  = "What the user reads in the chat list, as of the last read. Renaming the chat in Bitrix24 changes it with the next refresh, and nothing else."
	lookupDescription = " A change triggers a new lookup, and changes nothing on the portal."

	// changeOfUser says when another credential matters.
	changeOfUser = "If it changes and still belongs to the same user, nothing changes on the portal. If it becomes another user's, the pins are created again in that user's list, and those in the first list stay."
)

// userAttribute is the attribute "user" of a data source.
func userAttribute() schema.Attribute {
	return schema.StringAttribute{
		MarkdownDescription: userDescription + lookupDescription,
		Optional:            true,
		Validators:          []validator.String{userName()},
	}
}
