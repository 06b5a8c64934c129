# The id is the dialog's. The dialog has to be pinned already.
import {
  to = bitrix24_pinned_dialog.general
  id = "chat17"
}
