# What the owner of the provider's own webhook has pinned.
list "bitrix24_pinned_dialog" "mine" {
  provider = bitrix24
}

# What a person of user_webhooks has pinned.
list "bitrix24_pinned_dialog" "anna" {
  provider = bitrix24
  limit    = 45

  config {
    user = "anna"
  }
}
