package fakeportal

// hideRecent answers im.recent.hide: the row goes, and with it the pin; the answer is true also
// when there was none. Nothing is asked but the form of the id, and the text of the id names the
// row as it does in im.recent.pin: "CHAT17" and "sg5" name none
// ([SRC] im_rest.php recentHide, CIMContactList::DialogHide).
func (p *Portal) hideRecent(c call) (reply, *refusal) {
	id, ok := dialogID(c.params.get("DIALOG_ID"))
	if !ok {
		return reply{}, dialogIDEmpty
	}
	delete(p.recent[c.user], keyNamed(id))
	return reply{result: true}, nil
}
