# All that is pinned is adopted. In the resource, "user" is the name that stands for user 5: none if the provider's own
# credential is that user's, else the first in the alphabet of that user's names in user_webhooks.
import {
  to = bitrix24_pinned_dialogs.anna
  identity = {
    portal  = "portal.example"
    user_id = 5
  }
}
