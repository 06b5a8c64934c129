data "bitrix24_user" "me" {}

output "webhook_of" {
  value = "${data.bitrix24_user.me.name} (user ${data.bitrix24_user.me.user_id})"
}
