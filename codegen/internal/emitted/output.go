package emitted

import (
	"os"
	"strings"
	"sync"
)

// output collects what a process writes, while it writes it.
type output struct {
	mu      sync.Mutex
	text    strings.Builder
	changed chan struct{} // holds a token when there is more
	end     chan struct{} // closed when every writer is gone
}

// newOutput returns an output and the end of a pipe that feeds it.
func newOutput() (*output, *os.File, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, nil, err
	}
	o := &output{changed: make(chan struct{}, 1), end: make(chan struct{})}
	go o.collect(r)
	return o, w, nil
}

func (o *output) collect(r *os.File) {
	defer close(o.end)
	defer r.Close()
	buf := make([]byte, 4096)
	for {
		n, err := r.Read(buf)
		o.mu.Lock()
		o.text.Write(buf[:n])
		o.mu.Unlock()
		select {
		case o.changed <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}
