// Package directory reads what a portal tells of its dialogs and its people. Nothing here changes anything on the
// portal: in particular no question here makes the portal create a chat, as some of its methods do when they are
// asked for one that does not exist.
package directory
