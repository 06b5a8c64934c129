// Package pins keeps one person's pinned dialogs. A [Board] takes operations from many callers at once (pin this,
// unpin that, what is pinned?) and carries them out in as few requests as the portal's throttle allows: whatever waits leaves
// as one batch, and each batch ends by listing what is pinned, which both proves the writes and answers the reads.
package pins
