# Exactly these chats, at the top of the chat list of the provider's own user, and in this order if the portal keeps one.
resource "bitrix24_pinned_dialogs" "mine" {
  dialog_ids = ["chat17", "sg5", "256"]
}

# The list of a user of user_webhooks. Only which chats are pinned counts.
resource "bitrix24_pinned_dialogs" "anna" {
  user       = "anna"
  dialog_ids = ["chat17", "chat21"]
  ordered    = false
}
