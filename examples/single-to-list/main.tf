# The single pins leave the state, and nothing is unpinned.
removed {
  from = bitrix24_pinned_dialog.general

  lifecycle {
    destroy = false
  }
}

removed {
  from = bitrix24_pinned_dialog.project

  lifecycle {
    destroy = false
  }
}

# The list adopts them.
resource "bitrix24_pinned_dialogs" "mine" {
  dialog_ids = ["chat17", "sg5", "256"]
  ordered    = false
}
