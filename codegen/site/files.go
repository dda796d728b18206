package site

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"hash"
	"io"
	"io/fs"
	"maps"
	"path"
	"runtime"
	"sync"
	"time"
)

// storedPrefix is in front of the names of what the cache holds: no spec names a file
// below it, as a name in a spec has no hash of its content in it.
const storedPrefix = ".verbosel-cache/"

// stored says where a content is.
type stored struct {
	name  string // in tree, or a key of the cache
	tree  fs.FS  // of a file of the folder
	cache Cache  // of an encoding
	edit  *Edit  // of a file that is edited; or nil
	size  int64
	sum   [sha256.Size]byte

	recalled bool // sum was remembered, and is to be confirmed
}

// store remembers where Files finds a content.
func (b *builder) store(c Content, s stored) {
	if c.File == "" {
		return
	}
	s.size, s.sum = c.Size, c.Sum
	b.mu.Lock()
	defer b.mu.Unlock()
	b.site.stored[c.File] = s
}

// Files returns a file system that opens the File of every Content of the sites, and
// everything else in fsys. A file of a site that is not what it was when the site was
// built fails where its last byte is read.
func Files(fsys fs.FS, sites ...*Site) fs.FS { return new(Seen).Files(fsys, sites...) }

// Seen is which hashes of files were found to be right. Who keeps it from build to build has
// no file read again to confirm the hash that it had before.
type Seen struct{ right sync.Map }

// Files is as the function of that name.
func (seen *Seen) Files(fsys fs.FS, sites ...*Site) fs.FS {
	all := map[string]stored{}
	for _, s := range sites {
		maps.Copy(all, s.stored)
	}
	return files{fsys, all, &seen.right}
}

type files struct {
	fs.FS
	stored map[string]stored
	right  *sync.Map // hashes that were found to be right, by content's name
}

// Stat describes a file. One of a site is as it was: reading it will say if it is not.
func (f files) Stat(name string) (fs.FileInfo, error) {
	if at, ok := f.stored[name]; ok {
		return contentInfo{path.Base(name), at.size, at.sum}, nil
	}
	return fs.Stat(f.FS, name)
}

// Open opens a file.
func (f files) Open(name string) (fs.File, error) {
	if at, ok := f.stored[name]; ok {
		return f.open(name, at)
	}
	return f.FS.Open(name)
}

func (f files) open(name string, at stored) (fs.File, error) {
	file := &checkedFile{name: name, stored: at, hash: sha256.New(), right: f.right}
	var err error
	switch {
	case at.edit != nil:
		var content []byte
		content, err = fs.ReadFile(at.tree, at.name)
		split := at.edit.Where(content)
		file.ReadCloser = io.NopCloser(io.MultiReader(bytes.NewReader(content[:split]), bytes.NewReader(at.edit.Text), bytes.NewReader(content[split:])))
	case at.cache == nil:
		file.ReadCloser, err = at.tree.Open(at.name)
	default:
		if file.ReadCloser, err = at.cache.Open(at.name); err == nil {
			_, err = io.CopyN(io.Discard, file.ReadCloser, entryHeader)
		}
	}
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	return file, nil
}

// Confirm reads, of the files whose hashes were remembered, those that nobody has read
// through fsys, which Files has made of the sites: a server has but one copy of equal
// content. Where a hash is wrong, it is an ErrChanged.
func Confirm(ctx context.Context, fsys fs.FS, sites ...*Site) error {
	all := fsys.(files)
	var names []string
	var left []stored
	for _, s := range sites {
		for name, at := range s.stored {
			if sum, _ := all.right.Load(name); at.recalled && sum != at.sum {
				names, left = append(names, name), append(left, at)
			}
		}
	}
	return parallel(ctx, runtime.GOMAXPROCS(0), len(left), func(i int) error {
		file, err := all.open(names[i], left[i])
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, file)
		return errors.Join(err, file.Close())
	})
}

// checkedFile checks a file's content as it is read from its beginning to its end.
type checkedFile struct {
	io.ReadCloser
	name string
	stored
	hash hash.Hash
	read int64

	right *sync.Map
}

// Read reads. Where the content has changed, the last bytes do not come: who asks for
// just as many would not look at an error behind them.
func (f *checkedFile) Read(p []byte) (int, error) {
	n, err := f.ReadCloser.Read(p)
	f.hash.Write(p[:n])
	f.read += int64(n)
	if f.read >= f.size && n > 0 && (f.read > f.size || [sha256.Size]byte(f.hash.Sum(nil)) != f.sum) {
		return 0, changedError(f.name)
	}
	if f.read == f.size {
		f.right.Store(f.name, f.sum)
	}
	if err == io.EOF && f.read < f.size {
		return n, changedError(f.name)
	}
	return n, err
}

// Stat describes the content.
func (f *checkedFile) Stat() (fs.FileInfo, error) {
	return contentInfo{path.Base(f.name), f.size, f.sum}, nil
}

// contentInfo describes content: a regular file without a time. Its Sys is the SHA-256 that
// it has, or reading it fails.
type contentInfo struct {
	name string
	size int64
	sum  [sha256.Size]byte
}

func (i contentInfo) Name() string       { return i.name }
func (i contentInfo) Size() int64        { return i.size }
func (i contentInfo) Mode() fs.FileMode  { return 0o444 }
func (i contentInfo) ModTime() time.Time { return time.Time{} }
func (i contentInfo) IsDir() bool        { return false }
func (i contentInfo) Sys() any           { return i.sum }
