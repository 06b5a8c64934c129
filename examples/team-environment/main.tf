resource "bitrix24_pinned_dialogs" "team" {
  for_each   = toset(["anna", "boris"])
  user       = each.key
  dialog_ids = ["chat17", "chat21"]
  ordered    = false
}
