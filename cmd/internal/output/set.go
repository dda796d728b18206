// Package output writes the files of a command: all of them or none, and none over what
// they are made from.
package output

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"

	"github.com/verbosel/verbosel/codegen"
)

// Set is the files that a command writes: all of them, or none.
type Set struct {
	mu      sync.Mutex
	list    []*File
	folders []*Folder
	keep    bool             // what is there is not overwritten
	open    []fs.FileInfo    // of standard output
	inputs  []input          // what is read beside the sources
	sources *codegen.Sources // nil while they are not known
	signals chan os.Signal
}

// Refused is the error of a file that must not be written.
type Refused struct{ msg string }

// Error says what would happen, and the remedy.
func (r *Refused) Error() string { return r.msg }

func refuse(format string, args ...any) error { return &Refused{fmt.Sprintf(format, args...)} }

// New makes an empty set. A signal that ends the program removes what is in it
// first; the status is then the shell's for a program that a signal ended.
func New() *Set {
	s := &Set{signals: make(chan os.Signal, 1)}
	signal.Notify(s.signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	go func() {
		if sig, ok := <-s.signals; ok {
			s.discard()
			os.Exit(128 + int(sig.(syscall.Signal)))
		}
	}()
	return s
}

// Add adds a file to the set. It fails where that is one of the set already, or one that
// Guard refuses.
func (s *Set) Add(target string, mode os.FileMode) (*File, error) {
	o, err := newFile(target, mode)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.apart(target); err != nil {
		return nil, err
	}
	if err := s.check(target); err != nil {
		return nil, err
	}
	if err := s.absent(target); err != nil {
		return nil, err
	}
	o.isNew = s.keep
	s.list = append(s.list, o)
	return o, nil
}

// AddOpen adds what the command writes to without a name, standard output, where that
// is a file.
func (s *Set) AddOpen(w io.Writer) {
	file, ok := w.(*os.File)
	if !ok {
		return
	}
	if info, err := file.Stat(); err == nil && info.Mode().IsRegular() {
		s.open = append(s.open, info)
	}
}

// WriteListing writes a listing to a file of the set, and what it includes to files
// beside that.
func (s *Set) WriteListing(to *File, r *codegen.Result) error {
	dir, base := filepath.Split(to.target)
	l, err := r.Listing(codegen.ListingOptions{Side: trimExt(base)})
	if err != nil {
		return err
	}
	if _, err := l.WriteTo(to); err != nil {
		return err
	}
	for name, content := range l.Side {
		if err := s.AddContent(filepath.Join(dir, name), bytes.NewReader(content)); err != nil {
			return err
		}
	}
	return nil
}

// AddContent adds a file with its content.
func (s *Set) AddContent(path string, content io.WriterTo) error {
	o, err := s.Add(path, 0o644)
	if err != nil {
		return err
	}
	_, err = content.WriteTo(o)
	return err
}

func trimExt(base string) string { return base[:len(base)-len(filepath.Ext(base))] }

// Commit puts every file in its place. Where one cannot be, those behind it are
// discarded.
func (s *Set) Commit() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range s.list {
		if err := o.commit(); err != nil {
			return err
		}
	}
	for _, o := range s.folders {
		if err := o.commit(); err != nil {
			return err
		}
	}
	return nil
}

func (s *Set) discard() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range s.list {
		o.discard()
	}
	for _, o := range s.folders {
		o.discard()
	}
}

// Close discards what was not committed and gives signals back their meaning.
func (s *Set) Close() {
	signal.Stop(s.signals)
	close(s.signals)
	s.discard()
}
