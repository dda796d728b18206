package unchanged

import (
	"crypto/sha256"
	"errors"
	"hash"
	"io"
	"io/fs"
	"sync"

	"github.com/verbosel/verbosel/codegen"
)

// Watched notes what a file system is asked.
type Watched struct {
	mu    sync.Mutex
	facts []Fact
	index map[asked]int
	lost  bool // a question has no answer that can be asked for again
}

type asked struct {
	disk int
	q    question
	name string
}

// Watch returns a file system that is as fsys, and notes what it is asked.
func Watch(fsys Disk) (Disk, *Watched) {
	w := &Watched{index: map[asked]int{}}
	return watched{fsys, w, 0}, w
}

// Facts are what was asked, and true; false where two answers to one question differed, or one
// was an error other than that there is nothing.
func (w *Watched) Facts() ([]Fact, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return sorted(w.facts), !w.lost
}

// Lose says that the build asked somebody else.
func (w *Watched) Lose() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lost = true
}

// note adds a fact and returns what its Disk is for file systems that it opens.
func (w *Watched) note(f Fact) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	key := asked{f.Disk, f.Asked, f.Name}
	i, known := w.index[key]
	if !known {
		i = len(w.facts)
		w.index[key] = i
		w.facts = append(w.facts, f)
	}
	w.lost = w.lost || w.facts[i].Answer != f.Answer
	return i + 1
}

type watched struct {
	Disk
	w    *Watched
	disk int
}

// said notes an answer with an error.
func (d watched) said(q question, name, answer string, err error) {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		answer = missing
	case err != nil:
		d.w.Lose()
		return
	}
	d.w.note(Fact{d.disk, q, name, answer})
}

// Stat says what a name leads to.
func (d watched) Stat(name string) (fs.FileInfo, error) { return d.info(askStat, name, d.Disk.Stat) }

// Lstat says what a name is.
func (d watched) Lstat(name string) (fs.FileInfo, error) { return d.info(askLstat, name, d.Disk.Lstat) }

func (d watched) info(q question, name string, ask func(string) (fs.FileInfo, error)) (fs.FileInfo, error) {
	info, err := ask(name)
	answer := ""
	if err == nil {
		answer = describe(info)
	}
	d.said(q, name, answer, err)
	return info, err
}

// ReadLink says where a link leads.
func (d watched) ReadLink(name string) (string, error) {
	target, err := d.Disk.ReadLink(name)
	d.said(askLink, name, target, err)
	return target, err
}

// Real says what a name is without links.
func (d watched) Real(name string) (string, error) {
	real, err := d.Disk.Real(name)
	d.said(askReal, name, real, err)
	return real, err
}

// ReadDir says what a folder has. What an entry says of itself beside name and type is not noted.
func (d watched) ReadDir(name string) ([]fs.DirEntry, error) {
	list, err := d.Disk.ReadDir(name)
	d.said(askEntries, name, entries(list), err)
	for i := range list {
		list[i] = entry{list[i], d.w}
	}
	return list, err
}

// entry is an entry of a folder.
type entry struct {
	fs.DirEntry
	w *Watched
}

// Info is not noted.
func (e entry) Info() (fs.FileInfo, error) {
	e.w.Lose()
	return e.DirEntry.Info()
}

// Beyond opens another file system, which is watched too.
func (d watched) Beyond(name string) (codegen.Disk, error) {
	other, err := d.Disk.Beyond(name)
	disk, ok := other.(Disk)
	if err != nil || !ok {
		d.w.Lose()
		return other, err
	}
	return watched{disk, d.w, d.w.note(Fact{d.disk, askBeyond, name, ""})}, nil
}

// Open opens a file, whose bytes are noted when it is closed.
func (d watched) Open(name string) (fs.File, error) {
	f, err := d.Disk.Open(name)
	if err != nil {
		d.said(askStat, name, "", err)
		return nil, err
	}
	return &file{File: f, disk: d, name: name, hash: sha256.New()}, nil
}

// file is a file that is read from its beginning to its end.
type file struct {
	fs.File
	disk  watched
	name  string
	hash  hash.Hash
	ended bool
}

// Read reads.
func (f *file) Read(p []byte) (int, error) {
	n, err := f.File.Read(p)
	f.hash.Write(p[:n])
	f.ended = f.ended || err == io.EOF
	return n, err
}

// Close notes what was read, if that is all.
func (f *file) Close() error {
	if !f.ended {
		_, _ = f.Read(make([]byte, 1)) // who knows the size reads to the last byte, and not to the end
	}
	if f.ended {
		f.disk.said(askBytes, f.name, string(f.hash.Sum(nil)), nil)
	} else {
		f.disk.w.Lose()
	}
	return f.File.Close()
}
