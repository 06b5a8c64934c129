data "bitrix24_pinned_dialogs" "mine" {}

output "free_pins" {
  value = 45 - data.bitrix24_pinned_dialogs.mine.used
}
