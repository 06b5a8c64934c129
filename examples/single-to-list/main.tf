# The single pins leave the state, and nothing is unpinned.
removed {
  from = bitrix24_pinned_dialog.general

  lifecycle {
    destroy = false
  }
}

# The list takes them over.
resource "bitrix24_pinned_dialogs" "mine" {
  dialog_ids = ["chat17", "sg5", "256"]
}
