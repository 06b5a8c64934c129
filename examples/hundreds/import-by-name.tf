import {
  for_each = local.lists
  to       = bitrix24_pinned_dialogs.company[each.key]
  id       = "${each.key}/pins"
}
