# By title, exactly as the chat list shows it.
data "bitrix24_dialog" "general" {
  title = "General"
}

# The chat of a CRM deal.
data "bitrix24_dialog" "deal" {
  entity_type = "CRM"
  entity_id   = "DEAL|31"
}

resource "bitrix24_pinned_dialog" "general" {
  dialog_id = data.bitrix24_dialog.general.dialog_id
}
