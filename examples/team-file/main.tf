# Where the webhooks are: a file that holds {"anna": "https://portal.example/rest/5/SECRET/"} and so on, and that nobody
# else may read. The path is no secret.
variable "user_webhooks_file" {
  type = string
}

# Whom to pin for, by the names in that file.
variable "people" {
  type     = set(string)
  nullable = false
}

provider "bitrix24" {
  user_webhooks_file = var.user_webhooks_file
}

resource "bitrix24_pinned_dialogs" "team" {
  for_each   = var.people
  user       = each.key
  dialog_ids = ["chat21", "chat17"]
  ordered    = false
}
