package output

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// File is a file that is being written: to a temporary file beside its target,
// which takes the target's place when it is complete. Until then the target is as it
// was. The temporary file is made by the first write, so that a build that fails
// earlier touches nothing.
type File struct {
	target string
	mode   fs.FileMode
	isNew  bool // the target must not be there
	stream bool // the target is a device or a pipe: it is written to, not replaced

	mu   sync.Mutex // guards what follows: a signal may discard at any time
	file *os.File
	over bool // committed or discarded
}

// ErrInterrupted is the error of writing when a signal has come.
var ErrInterrupted = errors.New("interrupted")

// newFile prepares to write target. It fails where that is a folder.
func newFile(target string, mode fs.FileMode) (*File, error) {
	if isFolder(target) {
		return nil, fmt.Errorf("%s is a folder: name a file, for example %s", target, filepath.Join(target, "server"))
	}
	return &File{target: target, mode: mode, stream: isStream(target)}, nil
}

// isStream reports whether a target is written to and not replaced: a device, a pipe, or
// one of the names of a file that is open, such as /dev/stdout.
func isStream(target string) bool {
	abs, err := filepath.Abs(target)
	if err == nil && (strings.HasPrefix(abs, "/dev/") || strings.HasPrefix(abs, "/proc/")) {
		return true
	}
	info, err := os.Stat(target)
	return err == nil && !info.Mode().IsRegular()
}

// isFolder reports whether a folder has the path.
func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// Write writes to the temporary file.
func (o *File) Write(p []byte) (int, error) {
	file, err := o.open()
	if err != nil {
		return 0, err
	}
	return file.Write(p)
}

// open gives the temporary file, and makes it the first time.
func (o *File) open() (*os.File, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.over {
		return nil, ErrInterrupted
	}
	if o.file != nil {
		return o.file, nil
	}
	dir, base := filepath.Split(o.target)
	if o.stream {
		dir = os.TempDir()
	}
	file, err := os.CreateTemp(filepath.Join(dir, "."), "."+base+".*.tmp")
	if at := (*fs.PathError)(nil); errors.As(err, &at) {
		return nil, fmt.Errorf("cannot write %s: %w", o.target, at.Err)
	}
	o.file = file
	return file, err
}

// ReadAt reads back what was written.
func (o *File) ReadAt(p []byte, off int64) (int, error) {
	file, err := o.open()
	if err != nil {
		return 0, err
	}
	return file.ReadAt(p, off)
}

// Seek sets where the next Write goes.
func (o *File) Seek(offset int64, whence int) (int64, error) {
	file, err := o.open()
	if err != nil {
		return 0, err
	}
	return file.Seek(offset, whence)
}

// Truncate sets the size, in bytes.
func (o *File) Truncate(size int64) error {
	file, err := o.open()
	if err != nil {
		return err
	}
	return file.Truncate(size)
}

// commit puts the complete file in its place.
func (o *File) commit() error {
	file, err := o.open()
	if err != nil {
		return err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.over {
		return ErrInterrupted
	}
	if o.stream {
		return o.copyOut(file)
	}
	if err := file.Chmod(o.mode); err != nil {
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	put := os.Rename
	if o.isNew {
		put = putNew
	}
	if err := put(file.Name(), o.target); err != nil {
		return fmt.Errorf("cannot write %s: %w", o.target, err)
	}
	o.over = true
	return nil
}

// copyOut writes the complete file to a device or a pipe; discard removes it then.
func (o *File) copyOut(file *os.File) error {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	to, err := os.OpenFile(o.target, os.O_WRONLY, 0)
	if err != nil {
		return fmt.Errorf("cannot write: %w", err)
	}
	if _, err := io.Copy(to, file); err != nil {
		return errors.Join(fmt.Errorf("cannot write %s: %w", o.target, err), to.Close())
	}
	return to.Close()
}

// discard removes what was not committed. Nothing can be written any more.
func (o *File) discard() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.over {
		return
	}
	o.over = true
	if o.file != nil {
		o.file.Close()
		os.Remove(o.file.Name())
	}
}
