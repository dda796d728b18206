package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/gob"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/verbosel/verbosel/cmd/internal/cache"
	"github.com/verbosel/verbosel/cmd/internal/specfile"
	"github.com/verbosel/verbosel/cmd/internal/unchanged"
	"github.com/verbosel/verbosel/codegen"
)

// lastBuild is what is remembered of the last build of a spec to a file: what it looked at, and
// the hash of the server that it proved. Where all of that is as it was, and the file has that hash
// still, it is the server that would be built, proved by this very program. Nothing of it is
// believed by names and times alone: every file is read, the server too.
type lastBuild struct {
	cache  *cache.Dir // nil: nothing is remembered
	key    string
	target string
}

// buildsPart is a part of the cache, of builds.
const buildsPart = "builds"

// recordLife is how long a record is believed. A build that finds one leaves alone what the cache
// has for the others, which is removed where no build has used it for CacheLife.
const recordLife = cache.CacheLife / 2

// record is an entry of the cache, behind its hash.
type record struct {
	Made    time.Time
	Facts   []unchanged.Fact
	Summary codegen.Summary
}

// recordVersion is that of the entries.
const recordVersion = 1

// lastBuild finds the place of the record: of this program, the spec, the file and all that flags say of
// the server. Where more than the server is to be written, and where the cache is not to be used,
// nothing is remembered.
func (f buildFlags) lastBuild(spec specfile.File, target string) lastBuild {
	self := specfile.ProgramID()
	if f.noCache || self == "" || f.writesMore() {
		return lastBuild{}
	}
	root, err := filepath.Abs(spec.Root)
	at, err2 := filepath.Abs(target)
	cache, err3 := cache.OpenDir(buildsPart)
	if errors.Join(err, err2, err3) != nil {
		return lastBuild{}
	}
	opts := f.options()
	h := sha256.New()
	fmt.Fprintf(h, "%d %q %q %q %q %t %t %q", recordVersion, self, root, spec.Name, at, opts.Symbols, opts.Activated, opts.Note)
	return lastBuild{cache, hex.EncodeToString(h.Sum(nil)), target}
}

// watch is the spec, with notes taken of what is looked at.
func (l lastBuild) watch(spec specfile.File) specfile.File {
	if disk, ok := spec.Fsys.(unchanged.Disk); ok && l.cache != nil {
		spec.Plain = disk
		spec.Fsys, spec.Watched = unchanged.Watch(disk)
	}
	return spec
}

// put remembers a build that has ended well. What goes wrong is no error: the next one builds.
func (l lastBuild) put(spec specfile.File, r *codegen.Result) {
	if spec.Watched == nil {
		return
	}
	if facts, ok := spec.Watched.Facts(); ok {
		l.save(record{time.Now(), facts, r.Summary()})
	}
}

func (l lastBuild) save(known record) {
	var entry bytes.Buffer
	entry.Write(make([]byte, sha256.Size))
	if gob.NewEncoder(&entry).Encode(known) != nil {
		return
	}
	sum := sha256.Sum256(entry.Bytes()[sha256.Size:])
	copy(entry.Bytes(), sum[:])
	_ = l.cache.Put(l.key, entry.Bytes())
}

// find says what the build would say, if nothing has changed. The file gets the time of now, as if
// it were written.
func (l lastBuild) find(ctx context.Context, spec specfile.File) (codegen.Summary, bool) {
	disk, ok := spec.Fsys.(unchanged.Disk)
	if !ok || l.cache == nil {
		return codegen.Summary{}, false
	}
	known, err := l.load()
	now := time.Now()
	if age := now.Sub(known.Made); err != nil || age < 0 || age > recordLife {
		return codegen.Summary{}, false
	}
	if !hasSize(l.target, known.Summary.Size) || !unchanged.Same(ctx, disk, known.Facts) || !hasHash(l.target, known.Summary.SHA256) {
		return codegen.Summary{}, false
	}
	return known.Summary, os.Chtimes(l.target, now, now) == nil
}

// load reads the record.
func (l lastBuild) load() (known record, err error) {
	r, err := l.cache.Open(l.key)
	if err != nil {
		return record{}, err
	}
	defer r.Close()
	entry, err := io.ReadAll(r)
	if err != nil {
		return record{}, err
	}
	if len(entry) < sha256.Size || [sha256.Size]byte(entry) != sha256.Sum256(entry[sha256.Size:]) {
		return record{}, errors.New("the entry is damaged")
	}
	err = gob.NewDecoder(bytes.NewReader(entry[sha256.Size:])).Decode(&known)
	return known, err
}

// hasSize reports whether a file is there as a build leaves it, by what it is.
func hasSize(name string, size int64) bool {
	info, err := os.Lstat(name)
	return err == nil && info.Mode() == fileMode && info.Size() == size
}

// hasHash reports whether a file has a hash.
func hasHash(name, want string) bool {
	f, err := os.Open(name)
	if err != nil {
		return false
	}
	defer f.Close()
	got, err := specfile.HashFile(f)
	return err == nil && got == want
}
