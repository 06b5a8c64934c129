terraform {
  required_providers {
    bitrix24 = {
      source = "bitrix24-community/bitrix24"
    }
  }
}

# The webhook's URL is a password. It comes from the environment:
#
#   export BITRIX24_WEBHOOK_URL='https://portal.example/rest/1/SECRET/'
provider "bitrix24" {}
