# The id is the dialog's. The dialog has to be pinned already.
import {
  to = bitrix24_pinned_dialog.general
  id = "chat17"
}

# For a user of user_webhooks, the name stands before it.
import {
  to = bitrix24_pinned_dialog.annas_general
  id = "anna/chat17"
}
