# A chat.
resource "bitrix24_pinned_dialog" "general" {
  dialog_id = "chat17"
}

# The chat of workgroup or project 5.
resource "bitrix24_pinned_dialog" "project" {
  dialog_id = "sg5"
}

# The private chat with user 256.
resource "bitrix24_pinned_dialog" "support" {
  dialog_id = "256"
}

# A chat in the list of a user of user_webhooks.
resource "bitrix24_pinned_dialog" "annas_general" {
  user      = "anna"
  dialog_id = "chat17"
}
