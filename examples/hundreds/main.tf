# The webhooks come from the file that BITRIX24_USER_WEBHOOKS_FILE names.
provider "bitrix24" {}

locals {
  company = yamldecode(file("${path.module}/people.yaml"))

  # For each person: everybody's chats, the department's, and the person's own.
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
