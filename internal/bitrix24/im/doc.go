// Package im knows what the methods of a portal's chat module look like: the commands that ask or change something, and
// what comes back. It sends nothing. None of its commands makes the portal create a chat, as some methods do when they are
// asked for one that does not exist; only [Pin] may, for a private dialog.
package im
