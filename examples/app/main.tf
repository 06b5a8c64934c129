variable "bitrix24_access_token" {
  description = "An OAuth access token with the scope im."
  type        = string
  ephemeral   = true
  sensitive   = true
}

provider "bitrix24" {
  portal_url   = "https://portal.example"
  access_token = var.bitrix24_access_token
}
