data "bitrix24_user" "me" {}

output "whose_list" {
  value = "${data.bitrix24_user.me.name} (user ${data.bitrix24_user.me.user_id})"
}

# A warning in each plan as soon as the webhook is somebody else's.
check "webhook" {
  assert {
    condition     = data.bitrix24_user.me.user_id == 1
    error_message = "This webhook is of user ${data.bitrix24_user.me.user_id}. The pins are meant for user 1."
  }
}
