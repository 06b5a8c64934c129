# Three dialogs at the top of one person's chat list. `make demo` applies this
# to a portal that lives in memory.

terraform {
  required_providers {
    bitrix24 = {
      source = "bitrix24-community/bitrix24"
    }
  }
}

# The provider takes the webhook's URL from the environment variable
# BITRIX24_WEBHOOK_URL. The URL is a password, and it decides whose list this is.
provider "bitrix24" {}

# An ordinary chat.
resource "bitrix24_pinned_dialog" "general" {
  dialog_id = "chat17"
}

# The chat of workgroup 5.
resource "bitrix24_pinned_dialog" "website_relaunch" {
  dialog_id = "sg5"
}

# The private dialog with user 256.
resource "bitrix24_pinned_dialog" "support_desk" {
  dialog_id = "256"
}

output "titles" {
  description = "What the person reads in the chat list."
  value = {
    for pin in [
      bitrix24_pinned_dialog.general,
      bitrix24_pinned_dialog.website_relaunch,
      bitrix24_pinned_dialog.support_desk,
    ] : pin.dialog_id => pin.title
  }
}
