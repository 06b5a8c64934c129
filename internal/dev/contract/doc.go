// Package contract checks a portal against the facts that the provider relies on. A fact is a check: what each
// generation of portals is expected to show, and what this portal showed. It can check any portal, real ones too:
// FACTS.md comes from sources and documentation, and only such a check shows what a portal in use does.
//
// The package shares nothing with the provider, not even the HTTP client, and nothing with the fake portal. Otherwise
// a shared misunderstanding would look right.
//
// It is harmless. It pins at most three unpinned dialogs of the recent list, and always unpins them again; see [Check]. It
// sends nothing that makes a portal create a chat or write an odd row. A report holds no id, title, name, host or secret,
// so that it can be pasted into an issue.
package contract
