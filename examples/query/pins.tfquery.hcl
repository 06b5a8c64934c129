list "bitrix24_pinned_dialog" "mine" {
  provider = bitrix24
}
