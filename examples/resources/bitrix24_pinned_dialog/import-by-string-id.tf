import {
  to = bitrix24_pinned_dialog.general
  id = "chat17"
}

# For a person of user_webhooks, the name comes first.
import {
  to = bitrix24_pinned_dialog.annas_general
  id = "anna/chat17"
}
