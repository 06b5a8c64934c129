// Package lookup finds dialogs and people on a portal: a dialog by its id, its title or what it belongs to, the dialog that a
// portal lists for an id, and the person behind a credential. It changes nothing on the portal: no lookup makes the portal
// create a chat.
package lookup
