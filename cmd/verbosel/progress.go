package main

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// progressBar shows on a terminal how far work is that takes longer than a moment.
type progressBar struct {
	w     io.Writer
	next  time.Time // nothing is drawn before
	drawn bool
}

const (
	progressWidth = 30                     // columns of the bar
	progressDelay = 500 * time.Millisecond // work that is done by then shows no bar
	progressPause = 100 * time.Millisecond // between two drawings
)

// remove takes the bar from the screen.
func (p *progressBar) remove() {
	if p.drawn {
		fmt.Fprint(p.w, "\r\x1b[K")
		p.drawn = false
	}
}

// newProgress returns nil where w is no terminal.
func newProgress(w io.Writer) *progressBar {
	if !isTerminal(w) {
		return nil
	}
	return &progressBar{w: w, next: time.Now().Add(progressDelay)}
}

// step draws the bar, if it is time, and removes it at the end.
func (p *progressBar) step(done, total int) { p.stepAt(time.Now(), done, total) }

func (p *progressBar) stepAt(now time.Time, done, total int) {
	switch {
	case done == total:
		p.remove()
	case !now.Before(p.next):
		full := progressWidth * done / total
		fmt.Fprintf(p.w, "\r[%s%s] %d of %d", strings.Repeat("=", full), strings.Repeat(" ", progressWidth-full), done, total)
		p.drawn, p.next = true, now.Add(progressPause)
	}
}
