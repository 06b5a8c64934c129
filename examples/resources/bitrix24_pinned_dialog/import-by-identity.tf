# In the resource, "user" is the name of user 1: none if the provider's own credential is that user's, else the
# alphabetically first of the names in user_webhooks.
import {
  to = bitrix24_pinned_dialog.general
  identity = {
    portal    = "portal.example"
    user_id   = 1
    dialog_id = "chat17"
  }
}
