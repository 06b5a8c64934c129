terraform {
  required_providers {
    bitrix24 = {
      source  = "bitrix24-community/bitrix24"
      version = "~> 0.1.0"
    }
  }
}

# The webhook's URL is a password. It comes from the environment variable BITRIX24_WEBHOOK_URL.
provider "bitrix24" {}

resource "bitrix24_pinned_dialog" "general" {
  dialog_id = "chat17"
}
