package output

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// Keep has the set overwrite nothing: what is added must not be there, then and when it is
// committed.
func (s *Set) Keep() { s.keep = true }

// absent refuses a target that is there.
func (s *Set) absent(target string) error {
	_, err := os.Lstat(target)
	if s.keep && err == nil && (isFolder(target) || !isStream(target)) {
		return thereAlready(target)
	}
	return nil
}

func thereAlready(target string) error {
	return fmt.Errorf("%s is there already; --force overwrites it", target)
}

// putNew gives a complete file its name, which must not be taken: rename would overwrite.
// Where the file system has no links, there is a moment in which it could be taken.
func putNew(temporary, target string) error {
	err := os.Link(temporary, target)
	switch {
	case err == nil:
		return os.Remove(temporary)
	case errors.Is(err, fs.ErrExist):
		return thereAlready(target)
	}
	if _, err := os.Lstat(target); err == nil {
		return thereAlready(target)
	}
	return os.Rename(temporary, target)
}
