import {
  for_each = toset(local.dialogs)
  to       = bitrix24_pinned_dialog.mine[each.key]
  id       = each.key
}
