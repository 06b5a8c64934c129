# All that is pinned is adopted, a group's chat as chat170, say. Writing sg5 in its place changes only the name. This is
# the list of the provider's own user.
import {
  to = bitrix24_pinned_dialogs.mine
  id = "pins"
}

# For a user of user_webhooks, the name stands before it.
import {
  to = bitrix24_pinned_dialogs.anna
  id = "anna/pins"
}
