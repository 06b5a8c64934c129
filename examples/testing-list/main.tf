resource "bitrix24_pinned_dialogs" "mine" {
  dialog_ids = ["chat17", "chat21"]
  ordered    = false
}
