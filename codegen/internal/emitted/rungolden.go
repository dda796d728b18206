package emitted

import (
	"fmt"
	"hash/crc32"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/verbosel/verbosel/codegen/internal/testtool"
)

// RunGolden compares what servers answer with a golden file (see golden.go for its
// form), each request sent whole, one byte per segment, and split at every offset, in a
// -short run at some and to one of the servers; to servers with the ten system calls only, whole. The spec is the file's own, or SpecName
// of site where that is not nil. With update the file's responses are rewritten from
// what comes back.
func RunGolden(t *testing.T, path string, site fs.FS, update bool) {
	f, err := parseGolden(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(f.cases) == 0 {
		t.Fatalf("%s has no request", path)
	}
	if site != nil {
		if err := copyInto(f.site, site); err != nil {
			t.Fatal(err)
		}
	}
	variants, err := f.variants()
	if err != nil {
		t.Fatal(err)
	}
	cut := f.cut(t, variants)
	for _, v := range variants {
		if update && (v.Syscalls == "ten" || v == Proof) {
			continue // what they answer is what others do
		}
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			s := Build(t, f.as(v)).Start(t, Options{})
			if update {
				f.record(t, s, v)
				return
			}
			f.compare(t, s, v, slices.Contains(cut, v))
		})
	}
	if update {
		t.Cleanup(func() { f.rewrite(t, variants) })
	}
}

// RunGoldenWhole compares what servers with the default system calls answer with a golden
// file, each request sent whole; of the variants that the file is about, and that can be proved, it takes those that
// choose leaves, and they are started with options that are made for each.
func RunGoldenWhole(t *testing.T, path string, choose func([]Variant) []Variant, options func(*testing.T, *Binary) Options) {
	f, err := parseGolden(path)
	if err != nil {
		t.Fatal(err)
	}
	variants, err := f.variants()
	if err != nil {
		t.Fatal(err)
	}
	variants = slices.DeleteFunc(variants, func(v Variant) bool { return v.Syscalls != "hardened" })
	for _, v := range choose(variants) {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			b := Build(t, f.as(v))
			f.compare(t, b.Start(t, options(t, b)), v, false)
		})
	}
}

// variants are the isolations that the file is about: all where its spec says
// request, which is what the responses are for first.
func (f *goldenFile) variants() ([]Variant, error) {
	spec, ok := f.site[SpecName]
	if !ok {
		return nil, fmt.Errorf("%s: no %s", f.path, SpecName)
	}
	if strings.Contains(string(spec.Data), "clock: true") && strings.Count(string(spec.Data), "isolation: request") == 1 {
		return WithProof(), nil // a clock is not among the ten
	}
	switch n := strings.Count(string(spec.Data), "isolation: request"); {
	case n == 1:
		return append(All(), Proof), nil
	case n == 0 && strings.Count(string(spec.Data), "isolation: connection") == 1:
		return []Variant{Connection, ConnectionTen, Proof}, nil
	}
	return nil, fmt.Errorf("%s: the spec does not name its isolation once", f.path)
}

// cut are the variants to which requests come in pieces too: those with the default system calls, in a -short run one of them, by
// testtool.Seed and the file.
func (f *goldenFile) cut(t testing.TB, variants []Variant) []Variant {
	list := slices.DeleteFunc(slices.Clone(variants), func(v Variant) bool { return v.Syscalls != "hardened" })
	if !testing.Short() || len(list) == 0 {
		return list
	}
	name := crc32.ChecksumIEEE([]byte(filepath.Base(f.path)))
	at := rand.New(rand.NewPCG(testtool.Seed(t), uint64(name))).IntN(len(list))
	return list[at : at+1]
}

// as is the folder with the spec in an isolation.
func (f *goldenFile) as(v Variant) fs.FS {
	out := maps.Clone(f.site)
	set := "isolation: " + v.Isolation
	if v.Syscalls == "ten" {
		set += "\n  syscalls: ten"
	}
	spec := strings.NewReplacer("isolation: request", set, "isolation: connection", set).Replace(string(f.site[SpecName].Data))
	out[SpecName] = &fstest.MapFile{Data: []byte(spec)}
	return out
}

func copyInto(out fstest.MapFS, site fs.FS) error {
	return fs.WalkDir(site, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(site, name)
		out[name] = &fstest.MapFile{Data: data}
		return err
	})
}

// job is one exchange of a case.
type job struct {
	c    *goldenCase
	how  string
	what exchange
}

// workers is how many connections are open at once: enough to keep two processors
// busy while some wait.
const workers = 12

// compare runs every exchange of every case, in pieces too where they are cut, and reports the first that differs of
// each case.
func (f *goldenFile) compare(t *testing.T, s *Server, v Variant, cut bool) {
	jobs, splits := make(chan job), (*Splits)(nil)
	if cut {
		splits = NewSplits(t)
	}
	failed := sync.Map{}
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for j := range jobs {
				if _, already := failed.Load(j.c); already {
					continue
				}
				if err := j.what.run(s.Addr); err != nil {
					if _, already := failed.LoadOrStore(j.c, true); !already {
						t.Errorf("%s, %s, %s: %v", f.path, j.c.name, j.how, err)
					}
				}
			}
		})
	}
	for _, c := range f.cases {
		want, ok := c.wanted(v.Isolation)
		if !ok {
			t.Errorf("%s: %s has no response: write it with -update, and read it", f.path, c.name)
			continue
		}
		for _, j := range c.jobs(want, v, splits) {
			jobs <- j
		}
	}
	close(jobs)
	wg.Wait()
}

// jobs are the ways in which a case is sent, whole alone without splits. Servers with the ten system calls do not
// wait for what is still to come when they refuse a request: how they close is not
// compared.
func (c *goldenCase) jobs(want answer, v Variant, splits *Splits) []job {
	hardened := v.Syscalls == "hardened"
	x := exchange{segments: c.parts, halfClose: c.halfClose, exact: hardened, want: want}
	out := []job{{c, "whole", x}}
	if c.whole || splits == nil || !hardened {
		return out
	}
	x.exact = false
	x.segments = c.bytes()
	out = append(out, job{c, "one byte per segment", x})
	for i, part := range c.parts {
		for _, at := range splits.Of(len(part)) {
			x.segments = append(append(append([][]byte{}, c.parts[:i]...), part[:at], part[at:]), c.parts[i+1:]...)
			out = append(out, job{c, fmt.Sprintf("split before %.12q", part[at:]), x})
		}
	}
	return out
}

// bytes is the request with each byte a segment.
func (c *goldenCase) bytes() [][]byte {
	var out [][]byte
	for _, part := range c.parts {
		for i := range part {
			out = append(out, part[i:i+1])
		}
	}
	return out
}

// rewrite writes the file with the responses that were recorded.
func (f *goldenFile) rewrite(t *testing.T, variants []Variant) {
	if t.Failed() {
		return
	}
	out := &txtar.Archive{Comment: f.archive.Comment}
	for _, s := range f.archive.Files {
		name, isRequest := strings.CutSuffix(s.Name, ".request")
		if isRequest || !strings.HasSuffix(s.Name, ".response") && !strings.HasSuffix(s.Name, ".connection") {
			out.Files = append(out.Files, s)
		}
		if isRequest {
			out.Files = append(out.Files, f.find(name).sections(f.archive, variants)...)
		}
	}
	if err := os.WriteFile(f.path, txtar.Format(out), 0o644); err != nil {
		t.Error(err)
	}
}
