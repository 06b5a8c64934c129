resource "bitrix24_pinned_dialogs" "mine" {
  dialog_ids = ["chat17", "sg5", "256"]
  ordered    = false
}
