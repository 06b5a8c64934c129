# Two people's pinned chats: single pins for the one, a whole list for the
# other. `make demo` applies this to a portal that lives in memory.

terraform {
  required_providers {
    bitrix24 = {
      source = "bitrix24-community/bitrix24"
    }
  }
}

# The webhooks come from the environment: the manager's from BITRIX24_WEBHOOK_URL,
# the accountant's, under that name, from BITRIX24_USER_WEBHOOKS. A webhook's URL
# is a password, and it decides whose list this is.
provider "bitrix24" {}

# One chat in the manager's list. Other pins there are left alone.
resource "bitrix24_pinned_dialog" "general" {
  dialog_id = "chat17"
}

# The private dialog with user 256.
resource "bitrix24_pinned_dialog" "support_desk" {
  dialog_id = "256"
}

# Exactly these and nothing else. "sg5" is the chat of workgroup 5. Today's
# portals show pinned chats by last activity, so that the order does not count.
resource "bitrix24_pinned_dialogs" "accountant" {
  user       = "accountant"
  dialog_ids = ["chat33", "sg5", "chat17"]
  ordered    = false
}

output "titles" {
  description = "What the two read in their chat lists."
  value = {
    manager    = [bitrix24_pinned_dialog.general.title, bitrix24_pinned_dialog.support_desk.title]
    accountant = [for id in bitrix24_pinned_dialogs.accountant.dialog_ids : bitrix24_pinned_dialogs.accountant.dialogs[id].title]
  }
}
