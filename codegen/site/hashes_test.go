package site

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/verbosel/verbosel/codegen/spec"
)

// openings are a disk that notes which files are opened.
type openings struct {
	testDisk
	mu    *sync.Mutex
	names *[]string
}

func watchOpenings(root string) openings {
	return openings{newTestDisk(root), new(sync.Mutex), new([]string)}
}

func (o openings) Open(name string) (fs.File, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if name != "routes.yaml" && name != "public" { // which spec.Parse looks into
		*o.names = append(*o.names, name)
	}
	return o.testDisk.Open(name)
}

func (o openings) ReadFile(name string) ([]byte, error) {
	_, err := o.Open(name)
	if err != nil {
		return nil, err
	}
	return o.testDisk.ReadFile(name)
}

// take returns what was opened since the last time, sorted.
func (o openings) take() []string {
	slices.Sort(*o.names)
	names := *o.names
	*o.names = nil
	return names
}

// later is an hour from now: by then no file has changed of late.
func later() time.Time { return time.Now().Add(time.Hour) }

// forgetful tells nothing of a file but size and time, as some systems.
func forgetful(fs.FileInfo) Facts { return Facts{} }

func newHashes(cache Cache) *Hashes { return &Hashes{Cache: cache, Facts: forgetful, Now: later} }

// hashedTree is a folder whose files are known by name, and what is remembered of it.
func hashedTree(t *testing.T) (openings, *memoryCache) {
	root := writeTree(t, tree(map[string]string{
		"a.css": prose(1, 10_000), "b.html": prose(2, 10_000), "c.txt": "\xff" + prose(3, 10_000), "small.txt": "small",
	}), nil)
	return watchOpenings(root), newMemoryCache()
}

var allFour = []string{"public/a.css", "public/b.html", "public/c.txt", "public/small.txt"}

// identified builds without encodings, which need the files too, and returns what was opened.
func identified(t *testing.T, fsys openings, h *Hashes) (*Site, []string) {
	t.Helper()
	fsys.take()
	s := build(t, fsys, "", Options{Identity: true, Hashes: h})
	return s, fsys.take()
}

func wantOpened(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("opened %q, not %q", got, want)
	}
}

// TestUnchangedIsNotRead: only what is held in memory, small files, is read again.
func TestUnchangedIsNotRead(t *testing.T) {
	fsys, cache := hashedTree(t)
	first, opened := identified(t, fsys, newHashes(cache))
	wantOpened(t, opened, allFour...)
	second, opened := identified(t, fsys, newHashes(cache))
	wantOpened(t, opened, "public/small.txt")
	if cache.puts != 1 {
		t.Errorf("%d puts", cache.puts)
	}
	for i, r := range first.Resources {
		if other := second.Resources[i]; other.Type != r.Type || other.Variants[0].ETag != r.Variants[0].ETag || other.Variants[0].Size != r.Variants[0].Size {
			t.Errorf("%s: %+v, then %+v", r.Path, r, other)
		}
	}
	if !slices.Equal(first.NoCharset, second.NoCharset) || len(first.NoCharset) != 1 {
		t.Errorf("not UTF-8: %q, then %q", first.NoCharset, second.NoCharset)
	}
	_, opened = identified(t, fsys, nil)
	wantOpened(t, opened, allFour...)
	anew := newHashes(cache)
	anew.Anew = true
	_, opened = identified(t, fsys, anew)
	wantOpened(t, opened, allFour...)
}

// TestChangedIsRead: another size, time, or any fact that the system tells.
func TestChangedIsRead(t *testing.T) {
	fsys, cache := hashedTree(t)
	name := filepath.Join(fsys.root, "public/a.css")
	info, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	facts := Facts{}
	for what, change := range map[string]func() error{
		"size": func() error {
			return errors.Join(os.WriteFile(name, []byte(prose(1, 9_000)), 0o644), os.Chtimes(name, info.ModTime(), info.ModTime()))
		},
		"time":   func() error { return os.Chtimes(name, time.Time{}, info.ModTime().Add(-1)) },
		"device": func() error { facts.Device++; return nil },
		"inode":  func() error { facts.Inode++; return nil },
		"change": func() error { facts.Changed++; return nil },
	} {
		h := newHashes(cache)
		h.Facts = func(info fs.FileInfo) Facts {
			if info.Name() != "a.css" {
				return Facts{}
			}
			return facts
		}
		identified(t, fsys, h)
		if err := change(); err != nil {
			t.Fatal(err)
		}
		s, opened := identified(t, fsys, h)
		if !slices.Equal(opened, []string{"public/a.css", "public/small.txt"}) {
			t.Errorf("%s: opened %q", what, opened)
		}
		read(t, fsys, s, byPath(t, s, "/a.css").Variants[0].Content)
	}
}

// TestRacyIsNotRemembered: a file that has just changed can change again at the same time.
func TestRacyIsNotRemembered(t *testing.T) {
	fsys, cache := hashedTree(t)
	h := newHashes(cache)
	h.Now = nil
	for range 2 {
		_, opened := identified(t, fsys, h)
		wantOpened(t, opened, allFour...)
	}
	old := state{Modified: 1, Facts: Facts{Changed: time.Now().UnixNano()}}
	if old.settled(time.Now()) || !old.settled(later()) {
		t.Error("the time of the status does not count")
	}
}

// TestDamagedHashes: an entry that is damaged, or none of ours, is made anew.
func TestDamagedHashes(t *testing.T) {
	fsys, cache := hashedTree(t)
	identified(t, fsys, newHashes(cache))
	for key, good := range cache.entries {
		for _, bad := range [][]byte{nil, good[:20], good[:len(good)-1], append(bytes.Clone(good), 0), append([]byte{good[0] ^ 1}, good[1:]...), withSum("no list")} {
			cache.entries[key] = bad
			_, opened := identified(t, fsys, newHashes(cache))
			wantOpened(t, opened, allFour...)
			if !bytes.Equal(cache.entries[key], good) {
				t.Error("not mended")
			}
		}
	}
	if err := saveHashes(cache, "short", []known{{Name: "public/a.css", Sum: []byte("short")}}); err != nil {
		t.Fatal(err)
	}
	if list, err := loadHashes(cache, "short"); !errors.Is(err, errDamaged) {
		t.Errorf("loaded %v, %v", list, err)
	}
	if _, err := loadHashes(failing{}, "key"); !errors.Is(err, errTest) {
		t.Errorf("got %v", err)
	}
	s, _ := identified(t, fsys, newHashes(failing{}))
	if len(s.Resources) != len(allFour) {
		t.Errorf("%d resources without a cache that works", len(s.Resources))
	}
}

func withSum(text string) []byte {
	c := inBytes([]byte(text))
	return append(c.Sum[:], text...)
}

// failing is a cache whose entries cannot be read or kept.
type failing struct{}

func (failing) Open(string) (io.ReadCloser, error) { return failing{}, nil }
func (failing) Put(string, []byte) error           { return errTest }
func (failing) Read([]byte) (int, error)           { return 0, errTest }
func (failing) Close() error                       { return nil }

// forge gives a file other bytes, and its size and time back.
func forge(t *testing.T, fsys openings, name string) {
	t.Helper()
	name = filepath.Join(fsys.root, name)
	info, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.WriteFile(name, []byte(prose(99, int(info.Size()))), 0o644), os.Chtimes(name, info.ModTime(), info.ModTime())); err != nil {
		t.Fatal(err)
	}
}

// TestForgedIsFound: when it is read, when it is encoded, and by Confirm when it is not.
func TestForgedIsFound(t *testing.T) {
	fsys, cache := hashedTree(t)
	identified(t, fsys, newHashes(cache))
	sound, _ := identified(t, fsys, newHashes(cache))
	if err := Confirm(context.Background(), Files(fsys, sound), sound); err != nil {
		t.Error(err)
	}
	forge(t, fsys, "public/a.css")
	s, _ := identified(t, fsys, newHashes(cache))
	files := Files(fsys, s)
	if _, err := fs.ReadFile(files, "public/a.css"); !errors.Is(err, ErrChanged) {
		t.Errorf("read: %v", err)
	}
	if err := Confirm(context.Background(), files, s); !errors.Is(err, ErrChanged) {
		t.Errorf("confirmed: %v", err)
	}
	if _, err := Build(context.Background(), fsys, dirRoute(t, fsys, ""), Options{Hashes: newHashes(cache)}); !errors.Is(err, ErrChanged) {
		t.Errorf("encoded: %v", err)
	}
}

// TestSeenIsNotReadAgain: not in a later build, unless the hash is another one.
func TestSeenIsNotReadAgain(t *testing.T) {
	fsys, cache := hashedTree(t)
	seen := new(Seen)
	first, _ := identified(t, fsys, newHashes(cache))
	for _, name := range allFour[:3] {
		if _, err := fs.ReadFile(seen.Files(fsys, first), name); err != nil {
			t.Fatal(err)
		}
	}
	second, _ := identified(t, fsys, newHashes(cache))
	if err := Confirm(context.Background(), seen.Files(fsys, second), second); err != nil {
		t.Error(err)
	}
	wantOpened(t, fsys.take())
	other := second.stored["public/a.css"]
	other.sum[0]++
	second.stored["public/a.css"] = other
	if err := Confirm(context.Background(), seen.Files(fsys, second), second); !errors.Is(err, ErrChanged) {
		t.Errorf("another hash: %v", err)
	}
}

// sizedCache has entries that can be asked for their size, as files can, and counts what is read of them.
type sizedCache struct {
	*memoryCache
	read *atomic.Int64 // bytes
}

func (c sizedCache) Open(key string) (io.ReadCloser, error) {
	r, err := c.memoryCache.Open(key)
	return sizedEntry{r, c, int64(len(c.entries[key]))}, err
}

type sizedEntry struct {
	io.ReadCloser
	cache sizedCache
	size  int64
}

func (e sizedEntry) Stat() (fs.FileInfo, error) { return contentInfo{size: e.size}, nil }
func (e sizedEntry) Read(p []byte) (int, error) {
	n, err := e.ReadCloser.Read(p)
	e.cache.read.Add(int64(n))
	return n, err
}

// TestEncodingIsReadOnce: when it is written, which finds out whether it has the hash that its entry says; and
// by Confirm when it is not written. Who does not build once more where that is wrong has it read before, too.
func TestEncodingIsReadOnce(t *testing.T) {
	root := writeTree(t, tree(map[string]string{"a.css": prose(1, 80_000), "small.txt": prose(2, 2000)}), nil)
	fsys, memory := watchOpenings(root), newMemoryCache()
	cache := sizedCache{memory, new(atomic.Int64)}
	opts := Options{Cache: cache, Hashes: newHashes(newMemoryCache())}
	first := build(t, fsys, "", opts)
	var held, large, headers int64 // bytes of entries, and of the headers of large ones
	for _, entry := range memory.entries {
		if len(entry) <= entryHeader+inMemory {
			held += int64(len(entry))
		} else {
			large, headers = large+int64(len(entry)), headers+entryHeader
		}
	}
	if held == 0 || large == 0 {
		t.Fatalf("%d bytes of small entries, %d of large ones", held, large)
	}
	took := func(what string, want int64) {
		t.Helper()
		if got := cache.read.Swap(0); got != want {
			t.Errorf("%s: %d bytes are read, not %d", what, got, want)
		}
	}
	cache.read.Store(0)
	second := build(t, fsys, "", opts)
	took("built again", held+headers)
	if diff := cmp.Diff(bare(first), bare(second), cmp.AllowUnexported(Site{})); diff != "" {
		t.Error(diff)
	}
	if err := Confirm(context.Background(), Files(fsys, second), second); err != nil {
		t.Error(err)
	}
	took("confirmed", large)
	anew := *opts.Hashes
	anew.Anew = true
	build(t, fsys, "", Options{Cache: cache, Hashes: &anew})
	took("not believed", held+large)
	build(t, fsys, "", Options{Cache: cache})
	took("without hashes", held+large)
	for _, entry := range memory.entries {
		entry[len(entry)-1] ^= 1
	}
	third := build(t, fsys, "", opts)
	if err := Confirm(context.Background(), Files(fsys, third), third); !errors.Is(err, ErrChanged) {
		t.Errorf("damaged: %v", err)
	}
}

// TestConfirmReadsTheRest: what was read to its end is not read again.
func TestConfirmReadsTheRest(t *testing.T) {
	fsys, cache := hashedTree(t)
	identified(t, fsys, newHashes(cache))
	s, _ := identified(t, fsys, newHashes(cache))
	files := Files(fsys, s)
	if _, err := fs.ReadFile(files, "public/a.css"); err != nil {
		t.Fatal(err)
	}
	fsys.take()
	if err := Confirm(context.Background(), files, s); err != nil {
		t.Error(err)
	}
	wantOpened(t, fsys.take(), "public/b.html", "public/c.txt")
	if err := os.Remove(filepath.Join(fsys.root, "public/b.html")); err != nil {
		t.Fatal(err)
	}
	if err := Confirm(context.Background(), Files(fsys, s), s); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

// TestEditedIsRemembered: by the name of the edit.
func TestEditedIsRemembered(t *testing.T) {
	fsys, cache := hashedTree(t)
	opts := Options{Identity: true, Hashes: newHashes(cache), Edit: &Edit{[]byte("one"), func(b []byte) int { return len(b) }}}
	build(t, fsys, "", opts)
	fsys.take()
	s := build(t, fsys, "", opts)
	wantOpened(t, fsys.take(), "public/small.txt")
	if got := string(read(t, fsys, s, byPath(t, s, "/b.html").Variants[0].Content)); got != prose(2, 10_000)+"one" {
		t.Errorf("%d bytes", len(got))
	}
	opts.Edit = &Edit{[]byte("two"), func(b []byte) int { return len(b) }}
	s = build(t, fsys, "", opts)
	if got := string(read(t, fsys, s, byPath(t, s, "/b.html").Variants[0].Content)); got != prose(2, 10_000)+"two" {
		t.Errorf("%d bytes", len(got))
	}
}

// TestReadyIsCompared: an encoding beside a file is compared with what the file has now.
func TestReadyIsCompared(t *testing.T) {
	fsys, cache := hashedTree(t)
	opts := Options{Hashes: newHashes(cache)}
	put := func(seed uint64) {
		t.Helper()
		tools := newEncoders(context.Background())
		var gz bytes.Buffer
		if err := tools.gzip(&gz, []byte(prose(seed, 10_000))); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(fsys.root, "public/a.css.gz"), gz.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	yaml := "precompressed: true"
	put(1)
	build(t, fsys, yaml, opts)
	forge(t, fsys, "public/a.css")
	put(99)
	s := build(t, fsys, yaml, opts)
	for _, v := range byPath(t, s, "/a.css").Variants {
		if v.Coding == spec.CodingGzip && string(decode(t, v.Coding, read(t, fsys, s, v.Content))) != prose(99, 10_000) {
			t.Error("another content's encoding")
		}
	}
}
