mock_provider "bitrix24" {}

run "dialogs_are_empty" {
  assert {
    condition     = length(bitrix24_pinned_dialogs.mine.dialogs) == 0
    error_message = "A mocked map has something in it."
  }

  assert {
    condition     = !bitrix24_pinned_dialogs.mine.order_kept
    error_message = "A mocked yes or no is no."
  }

  assert {
    condition     = bitrix24_pinned_dialogs.mine.dialog_ids == tolist(["chat17", "chat21"])
    error_message = "What the configuration says is not mocked."
  }
}
