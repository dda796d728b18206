package terminal

import (
	"strings"
	"testing"
	"time"
)

// TestProgress: what takes long is shown with its label: steps where they are known, else
// the time; and the line is left empty.
func TestProgress(t *testing.T) {
	start := time.Now()
	var b strings.Builder
	p := &Bar{w: &b, stop: make(chan struct{})}
	drawn := func() string { defer b.Reset(); p.draw(start.Add(progressDelay)); return b.String() }
	if got := drawn(); got != "" {
		t.Errorf("without work: %q", got)
	}
	p.Begin(start.Add(1), "encoding")
	if got := drawn(); got != "" {
		t.Errorf("drawn at once: %q", got)
	}
	p.Begin(start, "encoding")
	p.Step(5, 10)
	if got, want := drawn(), "\r\x1b[Kencoding ["+strings.Repeat("=", 15)+strings.Repeat(" ", 15)+"] 5 of 10"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	p.Begin(start.Add(-3*time.Second), "proving")
	if got, want := drawn(), "\r\x1b[K\r\x1b[Kproving, 3 s"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	p.Remove()
	if got := b.String(); got != "\r\x1b[K" {
		t.Errorf("at the end: %q", got)
	}
	b.Reset()
	p.draw(start.Add(time.Hour))
	if b.String() != "" {
		t.Errorf("behind the end: %q", b.String())
	}
	if NewBar(&b) != nil {
		t.Error("a bar without a terminal")
	}
}
