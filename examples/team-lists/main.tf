# What everybody has pinned, and what each has besides.
locals {
  everybody = ["chat17", "chat21"]

  besides = {
    anna  = ["chat33"]
    boris = ["sg5", "256"]
  }
}

resource "bitrix24_pinned_dialogs" "team" {
  for_each   = local.besides
  user       = each.key
  dialog_ids = concat(local.everybody, each.value)
  ordered    = false
}
