locals {
  dialogs = ["chat17", "chat170", "256"]
}

resource "bitrix24_pinned_dialog" "mine" {
  for_each  = toset(local.dialogs)
  dialog_id = each.key
}
