terraform {
  required_providers {
    bitrix24 = {
      source = "bitrix24-community/bitrix24"
    }
  }
}

provider "bitrix24" {}

resource "bitrix24_pinned_dialog" "general" {
  dialog_id = "chat17"
}
