data "bitrix24_users" "all" {}

locals {
  webhook_problems = [
    for one in data.bitrix24_users.all.users :
    "${coalesce(one.user, "the provider's own")}: ${one.problem}" if one.problem != null
  ]
}

# Warns in each plan and apply, and stops nothing.
check "webhooks" {
  assert {
    condition     = alltrue(data.bitrix24_users.all.users[*].works)
    error_message = "Look after these webhooks:\n${join("\n", local.webhook_problems)}"
  }
}

output "webhook_problems" {
  value = local.webhook_problems
}
