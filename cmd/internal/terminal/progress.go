package terminal

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

// Bar shows on a terminal what is done that takes longer than a moment, and how
// far it is or for how long it goes on.
type Bar struct {
	w    io.Writer
	stop chan struct{}

	mu          sync.Mutex
	label       string // what is done; empty for nothing to show
	start       time.Time
	done, total int // steps; total is 0 where they are not known
	drawn       bool
}

const (
	progressWidth = 30                     // columns of the bar
	progressDelay = 500 * time.Millisecond // work that is done by then shows nothing
	progressPause = 100 * time.Millisecond // between two drawings
)

// NewBar returns nil where w is no terminal.
func NewBar(w io.Writer) *Bar {
	if !IsTerminal(w) {
		return nil
	}
	p := &Bar{w: w, stop: make(chan struct{})}
	go p.loop()
	return p
}

func (p *Bar) loop() {
	ticks := time.NewTicker(progressPause)
	defer ticks.Stop()
	for {
		select {
		case now := <-ticks.C:
			p.draw(now)
		case <-p.stop:
			return
		}
	}
}

// Begin says what is done from now on; an empty label for what takes no time.
func (p *Bar) Begin(now time.Time, label string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
	p.label, p.start, p.done, p.total = label, now, 0, 0
}

// Step says how much is done.
func (p *Bar) Step(done, total int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done, p.total = done, total
}

// draw draws what is done now, where it has taken long enough.
func (p *Bar) draw(now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.label == "" || now.Sub(p.start) < progressDelay {
		return
	}
	text := fmt.Sprintf("%s, %d s", p.label, int(now.Sub(p.start).Seconds()))
	if p.total > 0 {
		full := progressWidth * p.done / p.total
		text = fmt.Sprintf("%s [%s%s] %d of %d", p.label, strings.Repeat("=", full), strings.Repeat(" ", progressWidth-full), p.done, p.total)
	}
	fmt.Fprint(p.w, "\r\x1b[K"+text)
	p.drawn = true
}

// clear takes what is drawn from the screen.
func (p *Bar) clear() {
	if p.drawn {
		fmt.Fprint(p.w, "\r\x1b[K")
		p.drawn = false
	}
}

// Remove ends it.
func (p *Bar) Remove() {
	close(p.stop)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
	p.label = ""
}
