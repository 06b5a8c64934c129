terraform import bitrix24_pinned_dialogs.mine pins
terraform import bitrix24_pinned_dialogs.anna anna/pins
