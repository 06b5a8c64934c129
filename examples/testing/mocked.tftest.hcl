# Without a portal.
mock_provider "bitrix24" {
  mock_resource "bitrix24_pinned_dialog" {
    defaults = {
      portal  = "portal.example"
      user_id = 1
      title   = "General"
    }
  }
}

run "what_is_mocked" {
  assert {
    condition     = bitrix24_pinned_dialog.team["chat17"].title == "General"
    error_message = "A default is what the module sees."
  }
}

run "what_is_generated" {
  assert {
    condition     = bitrix24_pinned_dialog.team["chat17"].chat_id == 0
    error_message = "A number without a default is 0."
  }

  assert {
    condition     = bitrix24_pinned_dialog.team["chat17"].id != "chat17"
    error_message = "A text without a default is random, also that of id."
  }
}
