package provider

// What several schemas say of the same attributes.
const (
	userDescription   = "A name of the provider's `user_webhooks`: whose chat list is meant. Without it, it is that of the provider's own webhook or access token."
	chatIDDescription = "Number of the chat behind the dialog. Groups and private chats have one too."
	typeDescription   = "Bitrix24's word for the kind of chat, such as `user`, `chat`, `open` or `sonetGroup`."
	titleDescription  = "What the user reads in the chat list."
)
