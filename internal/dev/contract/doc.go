// Package contract holds a portal to the facts that the provider stands on. A fact is a check: what each generation of
// portals is expected to show, and what this portal showed. Any portal can be held to them, a real one too: FACTS.md was
// read in sources and documentation, and only such a check tells what a portal in use does.
//
// The package shares nothing with the provider, not even the HTTP client, and nothing with the fake portal: what both
// misunderstand in the same way would otherwise look right.
//
// It is harmless. It pins at most three dialogs that the recent list shows and that are not pinned, and gives them back
// whatever happens; see [Check]. It sends nothing by which a portal creates a chat or writes an odd row. A report holds no
// id, title, name, host or secret, so that it can be pasted into an issue.
package contract
