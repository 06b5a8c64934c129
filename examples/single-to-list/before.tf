resource "bitrix24_pinned_dialog" "general" {
  dialog_id = "chat17"
}

resource "bitrix24_pinned_dialog" "project" {
  dialog_id = "sg5"
}
