import {
  to = bitrix24_pinned_dialogs.mine
  id = "pins"
}

# For a person of user_webhooks, the name comes first.
import {
  to = bitrix24_pinned_dialogs.anna
  id = "anna/pins"
}
