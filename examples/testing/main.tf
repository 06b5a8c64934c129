# A module that pins a team's chats in one person's list.
terraform {
  required_providers {
    bitrix24 = {
      source = "bitrix24-community/bitrix24"
    }
  }
}

variable "dialogs" {
  type    = list(string)
  default = ["chat17", "chat21"]

  validation {
    condition     = length(var.dialogs) <= 10
    error_message = "Pin 10 chats at most, so that people have room for their own."
  }
}

resource "bitrix24_pinned_dialog" "team" {
  for_each  = toset(var.dialogs)
  dialog_id = each.key
}

output "titles" {
  value = { for id, pin in bitrix24_pinned_dialog.team : id => pin.title }
}
