package main

import (
	"strings"
	"testing"
	"time"
)

func TestProgress(t *testing.T) {
	start := time.Now()
	var b strings.Builder
	p := &progressBar{w: &b, next: start.Add(progressDelay)}
	at := func(d time.Duration, done int) { p.stepAt(start.Add(d), done, 10) }
	at(0, 1)
	at(progressDelay-1, 2)
	if b.String() != "" {
		t.Errorf("drawn at once: %q", b.String())
	}
	at(progressDelay, 5)
	at(progressDelay+1, 6)
	at(progressDelay+progressPause, 7)
	want := "\r[" + strings.Repeat("=", 15) + strings.Repeat(" ", 15) + "] 5 of 10" +
		"\r[" + strings.Repeat("=", 21) + strings.Repeat(" ", 9) + "] 7 of 10"
	if b.String() != want {
		t.Errorf("got %q", b.String())
	}
	at(progressDelay+progressPause+1, 10)
	if b.String() != want+"\r\x1b[K" {
		t.Errorf("at the end: %q", b.String())
	}
	p.remove()
	if b.String() != want+"\r\x1b[K" {
		t.Error("removed twice")
	}
}

func TestProgressOfShortWork(t *testing.T) {
	var b strings.Builder
	p := &progressBar{w: &b, next: time.Now().Add(time.Hour)}
	p.step(1, 2)
	p.step(2, 2)
	if b.String() != "" {
		t.Errorf("drawn: %q", b.String())
	}
	if newProgress(&b) != nil {
		t.Error("a bar without a terminal")
	}
}
