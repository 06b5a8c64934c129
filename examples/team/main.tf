# The same list of pinned chats for everybody, from one provider block.

terraform {
  required_providers {
    bitrix24 = {
      source = "bitrix24-community/bitrix24"
    }
  }
}

# Whom to pin for, by the names in user_webhooks. To take somebody out, remove the name here and apply. Remove the
# webhook only then: without it, nothing can be unpinned.
variable "people" {
  type     = set(string)
  nullable = false
}

# Each person's webhook, by a name of your choice: {"anna": "https://portal.example/rest/5/SECRET/"}. for_each takes no
# sensitive values, so it goes through the names above, and the webhooks stay sensitive. Terraform 1.10 and newer can
# keep them out of saved plan files too: add "ephemeral = true".
variable "user_webhooks" {
  type      = map(string)
  sensitive = true
  nullable  = false
}

# Everybody's pinned chats.
variable "dialogs" {
  type     = list(string)
  default  = ["chat21", "chat17"]
  nullable = false
}

provider "bitrix24" {
  user_webhooks = var.user_webhooks
}

resource "bitrix24_pinned_dialogs" "team" {
  for_each   = var.people
  user       = each.key
  dialog_ids = var.dialogs
  ordered    = false # today's portals show pinned chats by last activity
}
