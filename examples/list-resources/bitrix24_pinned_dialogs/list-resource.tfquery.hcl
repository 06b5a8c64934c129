# Everybody whom the provider has a credential for.
list "bitrix24_pinned_dialogs" "everybody" {
  provider = bitrix24
  limit    = 1000
}

# A person of user_webhooks.
list "bitrix24_pinned_dialogs" "anna" {
  provider = bitrix24

  config {
    user = "anna"
  }
}
