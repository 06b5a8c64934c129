import {
  for_each = local.besides
  to       = bitrix24_pinned_dialogs.team[each.key]
  id       = "${each.key}/pins"
}
