list "bitrix24_pinned_dialogs" "everybody" {
  provider = bitrix24
  limit    = 1000
}
