package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// What several schemas say of the same attributes.
const (
	userDescription   = "Whose chat list is meant, by a name in the provider's `user_webhooks`. Without it: that of the owner of the provider's own webhook or access token."
	chatIDDescription = "Number of the chat behind the dialog. Groups and private chats have one too."
	typeDescription   = "Bitrix24's word for the kind of chat, such as `user`, `chat`, `open` or `sonetGroup`."
	titleDescription  = "What the user reads in the chat list."
)

// userAttribute is the attribute "user" of a data source.
func userAttribute() schema.Attribute {
	return schema.StringAttribute{
		MarkdownDescription: userDescription,
		Optional:            true,
		Validators:          []validator.String{userName()},
	}
}
