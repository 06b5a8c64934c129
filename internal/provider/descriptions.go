package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// What several schemas say of the same attributes.
const (
	userDescription   = "Whose chat list is meant, by a name in the provider's `user_webhooks`. Without it: that of the owner of the provider's own webhook or access token."
	chatIDDescription = "Number of the chat behind the dialog, from 1. Groups and private chats have one too. It never changes for a dialog."
	typeDescription   = "Bitrix24's word for the kind of chat, such as `user`, `chat`, `open` or `sonetGroup`. As it was when the list was last read: it changes when the chat becomes another kind."
	titleDescription  = "What the user reads in the chat list, as it was when the list was last read. Renaming the chat in Bitrix24 changes it with the next refresh, and nothing else."
	lookupDescription = " A change looks up anew, and changes nothing on the portal."

	// changeOfUser says when another credential matters.
	changeOfUser = "When it changes and is still the same user's, nothing changes on the portal. When it becomes another user's, the pins are made again in that user's list, and those in the first stay as they are."
)

// userAttribute is the attribute "user" of a data source.
func userAttribute() schema.Attribute {
	return schema.StringAttribute{
		MarkdownDescription: userDescription + lookupDescription,
		Optional:            true,
		Validators:          []validator.String{userName()},
	}
}
