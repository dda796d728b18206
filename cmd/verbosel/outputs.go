package main

import (
	"bytes"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"

	"github.com/verbosel/verbosel/codegen"
)

// outputs are the files that a command writes: all of them, or none.
type outputs struct {
	mu      sync.Mutex
	list    []*output
	signals chan os.Signal
}

// newOutputs makes an empty set. A signal that ends the program removes what is in it
// first; the status is then the shell's for a program that a signal ended.
func newOutputs() *outputs {
	s := &outputs{signals: make(chan os.Signal, 1)}
	signal.Notify(s.signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	go func() {
		if sig, ok := <-s.signals; ok {
			s.discard()
			os.Exit(128 + int(sig.(syscall.Signal)))
		}
	}()
	return s
}

// add adds a file to the set.
func (s *outputs) add(target string, mode os.FileMode) (*output, error) {
	o, err := newOutput(target, mode)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list = append(s.list, o)
	return o, nil
}

// addListing writes a listing to a file, and what it includes to files beside it.
func (s *outputs) addListing(path string, r *codegen.Result) error {
	dir, base := filepath.Split(path)
	l, err := r.Listing(codegen.ListingOptions{Side: trimExt(base)})
	if err != nil {
		return err
	}
	if err := s.addFile(path, l); err != nil {
		return err
	}
	for name, content := range l.Side {
		if err := s.addFile(filepath.Join(dir, name), bytes.NewReader(content)); err != nil {
			return err
		}
	}
	return nil
}

func (s *outputs) addFile(path string, content io.WriterTo) error {
	o, err := s.add(path, 0o644)
	if err != nil {
		return err
	}
	_, err = content.WriteTo(o)
	return err
}

func trimExt(base string) string { return base[:len(base)-len(filepath.Ext(base))] }

// commit puts every file in its place. Where one cannot be, those behind it are
// discarded.
func (s *outputs) commit() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range s.list {
		if err := o.commit(); err != nil {
			return err
		}
	}
	return nil
}

func (s *outputs) discard() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range s.list {
		o.discard()
	}
}

// close discards what was not committed and gives signals back their meaning.
func (s *outputs) close() {
	signal.Stop(s.signals)
	close(s.signals)
	s.discard()
}
