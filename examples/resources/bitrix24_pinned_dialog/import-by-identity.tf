# The dialog has to be pinned already. In the resource, "user" is the name that stands for user 1: none if the provider's
# own credential is that user's, else the first in the alphabet of that user's names in user_webhooks.
import {
  to = bitrix24_pinned_dialog.general
  identity = {
    portal    = "portal.example"
    user_id   = 1
    dialog_id = "chat17"
  }
}
