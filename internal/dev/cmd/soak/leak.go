package main

const (
	leakHeap       = "heap"
	leakGoroutines = "goroutines"
	// rareness is in how many operations one leaves a goroutine behind.
	rareness = 50
)

// leaked is what is left behind on purpose.
type leaked struct {
	operations int
	blocks     [][]byte
	stop       chan struct{}
}

// add leaves something behind for an operation, if that is wanted: a few bytes, or now and then a goroutine.
func (l *leaked) add(what string) {
	l.operations++
	switch {
	case what == leakHeap:
		l.blocks = append(l.blocks, make([]byte, 256))
	case what == leakGoroutines && l.operations%rareness == 0:
		if l.stop == nil {
			l.stop = make(chan struct{})
		}
		go func() { <-l.stop }()
	}
}

// end lets go of the goroutines.
func (l *leaked) end() {
	if l.stop != nil {
		close(l.stop)
	}
}
