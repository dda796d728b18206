package unchanged

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/verbosel/verbosel/codegen"
)

// Disk is a file system that can be watched.
type Disk interface {
	codegen.Disk
	fs.ReadDirFS
	fs.ReadLinkFS
	fs.StatFS
}

// question is what is asked of a name.
type question byte

// The questions, those first whose answers cost least.
const (
	askBeyond question = iota // opens another file system
	askStat
	askLstat
	askLink
	askReal
	askEntries
	askBytes
)

// Fact is a question with its answer.
type Fact struct {
	Disk   int // which file system: 0, or the index of the Fact that opened it, plus 1
	Asked  question
	Name   string
	Answer string
}

// missing is the answer where there is nothing of the name.
const missing = "missing"

// answer asks, of all but bytes and other file systems.
func answer(fsys Disk, q question, name string) (string, error) {
	var out string
	var info fs.FileInfo
	var err error
	switch q {
	case askStat:
		if info, err = fsys.Stat(name); err == nil {
			out = describe(info)
		}
	case askLstat:
		if info, err = fsys.Lstat(name); err == nil {
			out = describe(info)
		}
	case askLink:
		out, err = fsys.ReadLink(name)
	case askReal:
		out, err = fsys.Real(name)
	case askEntries:
		var list []fs.DirEntry
		if list, err = fsys.ReadDir(name); err == nil {
			out = entries(list)
		}
	default:
		panic(fmt.Sprintf("BUG: no question %d", q))
	}
	if errors.Is(err, fs.ErrNotExist) {
		return missing, nil
	}
	return out, err
}

// describe is what a name is; of a file also its size in bytes and its time, which a server may tell.
func describe(info fs.FileInfo) string {
	b := strconv.AppendUint([]byte("is "), uint64(info.Mode()), 8)
	if info.Mode().IsRegular() {
		b = strconv.AppendInt(append(b, ' '), info.Size(), 10)
		b = strconv.AppendInt(append(b, ' '), info.ModTime().UnixNano(), 10)
	}
	return string(b)
}

// entries is a hash of names and types.
func entries(list []fs.DirEntry) string {
	h := sha256.New()
	for _, e := range list {
		fmt.Fprintf(h, "%q %o\n", e.Name(), e.Type())
	}
	return string(h.Sum(nil))
}

// Same reports whether each question has the answer that it had. Bytes are read last, by several
// goroutines.
func Same(ctx context.Context, fsys Disk, facts []Fact) bool {
	disks := make([]Disk, len(facts)+1) // by Fact.Disk
	disks[0] = fsys
	var bytes []Fact
	for i, f := range facts {
		if f.Disk < 0 || f.Disk > i || disks[f.Disk] == nil {
			return false
		}
		on := disks[f.Disk]
		switch f.Asked {
		case askBytes:
			bytes = append(bytes, f)
		case askBeyond:
			other, err := on.Beyond(f.Name)
			disk, ok := other.(Disk)
			if err != nil || !ok {
				return false
			}
			disks[i+1] = disk
		case askStat, askLstat, askLink, askReal, askEntries:
			if got, err := answer(on, f.Asked, f.Name); err != nil || got != f.Answer || ctx.Err() != nil {
				return false
			}
		default:
			return false
		}
	}
	return sameBytes(ctx, disks, bytes)
}

func sameBytes(ctx context.Context, disks []Disk, facts []Fact) bool {
	var next atomic.Int64
	var other atomic.Bool
	var all sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		all.Go(func() {
			buf := make([]byte, 128<<10)
			for !other.Load() {
				i := int(next.Add(1)) - 1
				if i >= len(facts) {
					return
				}
				if f := facts[i]; ctx.Err() != nil || hashOf(disks[f.Disk], f.Name, buf) != f.Answer {
					other.Store(true)
				}
			}
		})
	}
	all.Wait()
	return !other.Load()
}

// hashOf is the SHA-256 of a file's bytes, or nothing where it cannot be read.
func hashOf(fsys Disk, name string, buf []byte) string {
	f, err := fsys.Open(name)
	if err != nil {
		return ""
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.CopyBuffer(struct{ io.Writer }{h}, struct{ io.Reader }{f}, buf); err != nil {
		return ""
	}
	return string(h.Sum(nil))
}

// sorted are facts in an order in which each file system is opened before it is asked, and bytes
// are last; Disk is changed by that.
func sorted(facts []Fact) []Fact {
	order := make([]int, 0, len(facts))
	for i := range facts {
		order = append(order, i)
	}
	slices.SortStableFunc(order, func(a, b int) int { return int(facts[a].Asked) - int(facts[b].Asked) })
	place := make([]int, len(facts)+1)
	for at, i := range order {
		place[i+1] = at + 1
	}
	out := make([]Fact, len(facts))
	for at, i := range order {
		out[at] = facts[i]
		out[at].Disk = place[facts[i].Disk]
	}
	return out
}
