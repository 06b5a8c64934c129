variable "bitrix24_webhook_url" {
  description = "URL of an inbound webhook with the permission im."
  type        = string
  ephemeral   = true
  sensitive   = true
}

provider "bitrix24" {
  webhook_url = var.bitrix24_webhook_url
}
