// Package im knows the methods of a portal's chat module: commands that ask or change something, and their results. It
// sends nothing. Some methods create a chat when they are asked for one that does not exist. The commands here do not,
// except [Pin] for a private dialog.
package im
