# The id is the dialog's. The dialog has to be pinned already.
terraform import bitrix24_pinned_dialog.general chat17

# For a user of user_webhooks, the name stands before it.
terraform import bitrix24_pinned_dialog.annas_general anna/chat17
