# Against a portal: BITRIX24_WEBHOOK_URL is a webhook of the fake one.
run "pins_both_chats" {
  assert {
    condition     = output.titles["chat17"] == "General"
    error_message = "chat17 is ${output.titles["chat17"]}."
  }
}

run "unpins_what_is_taken_out" {
  variables {
    dialogs = ["chat21"]
  }

  assert {
    condition     = keys(output.titles) == ["chat21"]
    error_message = "Pinned are ${join(", ", keys(output.titles))}."
  }
}

run "refuses_too_many" {
  command = plan

  variables {
    dialogs = [for number in range(11) : "chat${number + 1}"]
  }

  expect_failures = [var.dialogs]
}
