# The same chats on top of everybody's list, from one provider block.

terraform {
  required_providers {
    bitrix24 = {
      source = "bitrix24-community/bitrix24"
    }
  }
}

# Names of your choice, each with that person's webhook: {"anna": "https://portal.example/rest/5/SECRET/"}.
variable "user_webhooks" {
  type      = map(string)
  sensitive = true
  nullable  = false
}

variable "dialogs" {
  type     = list(string)
  default  = ["chat17", "chat21"]
  nullable = false
}

provider "bitrix24" {
  user_webhooks = var.user_webhooks
}

locals {
  # for_each takes no sensitive values. The names are none; the webhooks stay sensitive.
  names = nonsensitive(keys(var.user_webhooks))
  pins  = { for pair in setproduct(local.names, var.dialogs) : join("/", pair) => { user = pair[0], dialog_id = pair[1] } }
}

resource "bitrix24_pinned_dialog" "team" {
  for_each  = local.pins
  user      = each.value.user
  dialog_id = each.value.dialog_id
}
