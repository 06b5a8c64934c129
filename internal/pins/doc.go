// Package pins manages one person's pinned dialogs. A [Board] takes operations from many callers at once (pin this, unpin
// that, what is pinned?) and carries them out in few requests: everything that waits for the portal's throttle leaves as one
// batch. Each batch ends with the list of pins, which both proves the writes and answers the reads.
package pins
