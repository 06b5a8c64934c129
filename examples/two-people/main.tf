variable "user_webhooks" {
  type      = map(string) # { anna = "https://portal.example/rest/5/SECRET/", boris = ... }
  sensitive = true        # and "ephemeral = true" with Terraform 1.10 or OpenTofu 1.11
}

provider "bitrix24" {
  user_webhooks = var.user_webhooks
}

resource "bitrix24_pinned_dialogs" "team" {
  for_each   = toset(["anna", "boris"])
  user       = each.key
  dialog_ids = ["chat21", "chat17"]
  ordered    = false
}
