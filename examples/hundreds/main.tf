# Where the webhooks are: {"anna": "https://portal.example/rest/5/SECRET/"} and so on, one line for all of them.
variable "user_webhooks_file" {
  type = string
}

provider "bitrix24" {
  user_webhooks_file = var.user_webhooks_file
}

locals {
  company = yamldecode(file("${path.module}/people.yaml"))

  # What is everybody's, the department's, and the person's own.
  lists = {
    for name, person in local.company.people : name => distinct(concat(
      local.company.everybody,
      local.company.departments[person.department],
      try(person.besides, []),
    ))
  }
}

resource "bitrix24_pinned_dialogs" "company" {
  for_each   = local.lists
  user       = each.key
  dialog_ids = each.value
  ordered    = false
}
