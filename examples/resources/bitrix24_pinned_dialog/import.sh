# The id is the dialog's. The dialog has to be pinned already.
terraform import bitrix24_pinned_dialog.general chat17
