import {
  to = bitrix24_pinned_dialog.general
  identity = {
    portal    = "portal.example"
    user_id   = 1
    dialog_id = "chat17"
  }
}
