package site

import (
	"bytes"
	"crypto/sha256"
	"encoding/gob"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"time"

	"github.com/verbosel/verbosel/codegen/spec"
)

// Hashes remembers the hashes of a folder's files between builds, so that a file that has
// not changed is not read for its hash. What is remembered is a hint. Content is the judge:
// it must have the hash when it is written, and Confirm reads what was not. That is so of large
// encodings of Options.Cache too, whose entries say their hashes.
type Hashes struct {
	Cache Cache                   // an entry for each folder
	Facts func(fs.FileInfo) Facts // what the system tells of a file beyond its size and time
	Now   func() time.Time        // nil: time.Now
	Anew  bool                    // believe nothing that is remembered, but remember
}

// Facts tell files with one name, size and time apart. What the system does not tell is
// zero.
type Facts struct {
	Device, Inode uint64
	Changed       int64 // status change (stat(3type), st_ctim), in nanoseconds since 1970
}

// state is that of a file when it was hashed. Another one means that it may be another
// file, or have other bytes.
type state struct {
	Facts
	Size, Modified int64 // in bytes, in nanoseconds since 1970
	Edited         bool  // the hash is that of the content after Options.Edit
}

// known is what is remembered of a file.
type known struct {
	Name   string // in the tree of the folder, without links
	State  state
	Length int64  // of the content, in bytes
	Sum    []byte // SHA-256 of the content
	Text   verdict
}

// hashesVersion is that of the entries.
const hashesVersion = 1

// granularity is how exact time stamps are at the worst (FAT: two seconds). A file that
// changed so short a time ago can change again without another time.
const granularity = 2 * time.Second

// believes: who finds a remembered hash wrong builds once more.
func (b *builder) believes() bool { return b.opts.Hashes != nil && !b.opts.Hashes.Anew }

func (h *Hashes) now() time.Time {
	if h.Now == nil {
		return time.Now()
	}
	return h.Now()
}

// settled: whoever changes the file from now on gives it another time.
func (s state) settled(now time.Time) bool {
	return max(s.Modified, s.Changed) < now.Add(-granularity).UnixNano()
}

// stateOf is the state of a file of the folder, as a look at it tells.
func (b *builder) stateOf(f *file, info fs.FileInfo) state {
	return state{b.opts.Hashes.Facts(info), info.Size(), info.ModTime().UnixNano(), b.isEdited(f)}
}

// hashesKey is the key of the folder's entry. It is empty where nothing is remembered: no
// place on the disk, or a single file, names the files. The patterns are a part of it, so
// that two routes with a part of one folder each do not forget each other's files.
func (b *builder) hashesKey() string {
	if b.opts.Hashes == nil || b.disk == nil || b.isFile() {
		return ""
	}
	place, err := b.disk.Real(b.root)
	if err != nil {
		return ""
	}
	h := sha256.New()
	fmt.Fprintf(h, "%d %q %q %t %t", hashesVersion, place, b.root, b.dir.Dotfiles, b.dir.FollowLinks)
	for _, list := range [][]string{patterns(b.dir.Include), patterns(b.dir.Exclude)} {
		fmt.Fprintf(h, " %q", list)
	}
	if b.opts.Edit != nil {
		fmt.Fprintf(h, " %q", b.opts.Edit.Text)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// patterns are globs as the spec has them.
func patterns(globs []spec.Glob) (list []string) {
	for _, g := range globs {
		list = append(list, g.Pattern)
	}
	return list
}

// recall finds what is remembered of the folder. What is damaged is not.
func (b *builder) recall(key string) map[string]known {
	if key == "" {
		return nil
	}
	list, err := loadHashes(b.opts.Hashes.Cache, key)
	if err != nil {
		return nil
	}
	out := make(map[string]known, len(list))
	for _, k := range list {
		out[k.Name] = k
	}
	return out
}

// remember keeps what is known now, if that is not what was remembered. Where it cannot
// be kept, files are read again next time.
func (b *builder) remember(key string, before map[string]known) {
	if key == "" {
		return
	}
	var list []known
	same := true
	for _, f := range b.files {
		if f.known != nil {
			list = append(list, *f.known)
			same = same && f.recalled
		}
	}
	if !same || len(list) != len(before) {
		_ = saveHashes(b.opts.Hashes.Cache, key, list)
	}
}

// An entry is the SHA-256 of the rest, and the list as gob has it.

func loadHashes(cache Cache, key string) (list []known, err error) {
	r, err := cache.Open(key)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	entry, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	if len(entry) < sha256.Size || [sha256.Size]byte(entry) != sha256.Sum256(entry[sha256.Size:]) {
		return nil, errDamaged
	}
	if err := gob.NewDecoder(bytes.NewReader(entry[sha256.Size:])).Decode(&list); err != nil {
		return nil, err
	}
	if slices.ContainsFunc(list, func(k known) bool { return len(k.Sum) != sha256.Size }) {
		return nil, errDamaged
	}
	return list, nil
}

func saveHashes(cache Cache, key string, list []known) error {
	var entry bytes.Buffer
	entry.Write(make([]byte, sha256.Size))
	if err := gob.NewEncoder(&entry).Encode(list); err != nil {
		return err
	}
	sum := sha256.Sum256(entry.Bytes()[sha256.Size:])
	copy(entry.Bytes(), sum[:])
	return cache.Put(key, entry.Bytes())
}
