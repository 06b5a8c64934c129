variable "dialog_id" {
  type = string

  validation {
    condition     = can(provider::bitrix24::parse_dialog_id(var.dialog_id))
    error_message = "Not a dialog id. It looks like chat17, sg5 or 256."
  }
}

output "kind" {
  value = provider::bitrix24::parse_dialog_id(var.dialog_id).kind # "chat", "group" or "user"
}
