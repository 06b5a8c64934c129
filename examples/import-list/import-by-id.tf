import {
  to = bitrix24_pinned_dialogs.mine
  id = "pins"
}
