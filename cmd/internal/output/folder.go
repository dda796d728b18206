package output

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Folder is a folder that is being filled: a temporary one beside its target, which takes
// the target's place when it is complete.
type Folder struct {
	Path string // of the temporary one

	target string
	over   bool
}

// AddFolder adds a folder to the set. One that is there is replaced if the set need not
// keep it and it has a file called mark, by which a folder of the kind is known: nothing
// else is ever deleted.
func (s *Set) AddFolder(target, mark string) (*Folder, error) {
	target = filepath.Clean(target)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := errors.Join(s.apart(target), s.check(target)); err != nil {
		return nil, err
	}
	if err := s.absent(target); err != nil {
		return nil, err
	}
	if _, err := os.Lstat(target); err == nil {
		if _, err := os.Stat(filepath.Join(target, mark)); err != nil {
			return nil, fmt.Errorf("%s is there and has no %s in it, so it is something else: it is not overwritten", target, mark)
		}
	}
	dir, base := filepath.Split(target)
	temporary, err := os.MkdirTemp(filepath.Join(dir, "."), "."+base+".*.tmp")
	if at := (*fs.PathError)(nil); errors.As(err, &at) {
		return nil, fmt.Errorf("cannot write %s: %w", target, at.Err)
	}
	if err != nil {
		return nil, err
	}
	o := &Folder{Path: temporary, target: target}
	s.folders = append(s.folders, o)
	return o, os.Chmod(temporary, 0o755)
}

// commit puts the complete folder in its place, and what was there out of the way first.
func (o *Folder) commit() error {
	old := o.Path + ".old"
	err := os.Rename(o.target, old)
	there := err == nil
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("cannot write %s: %w", o.target, err)
	}
	if err := os.Rename(o.Path, o.target); err != nil {
		if there {
			err = errors.Join(err, os.Rename(old, o.target))
		}
		return fmt.Errorf("cannot write %s: %w", o.target, err)
	}
	o.over = true
	return os.RemoveAll(old)
}

// discard removes a folder that was not committed.
func (o *Folder) discard() {
	if !o.over {
		o.over = true
		os.RemoveAll(o.Path)
	}
}
