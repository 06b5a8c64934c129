# Two chats for each of two people. What else they pin is theirs.
locals {
  pins = {
    for pair in setproduct(["anna", "boris"], ["chat17", "chat21"]) :
    "${pair[0]}/${pair[1]}" => { user = pair[0], dialog = pair[1] }
  }
}

resource "bitrix24_pinned_dialog" "team" {
  for_each  = local.pins
  user      = each.value.user
  dialog_id = each.value.dialog
}
