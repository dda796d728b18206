package verify_test

import (
	"bytes"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/verbosel/verbosel/codegen"
	"github.com/verbosel/verbosel/codegen/verify"
)

// maxMemory is what judging any file may take from the system, in bytes.
const maxMemory = 1 << 30

// FuzzVerify: whatever a file says, there is one answer: it neither panics nor hangs,
// and it needs less memory than maxMemory. Seeds are the corpus, servers, and servers
// with bytes of their text changed.
func FuzzVerify(f *testing.F) {
	f.Add([]byte("\x7fELF"))
	for _, file := range corpusFiles(f) {
		f.Add(file)
	}
	for _, file := range servers(f) {
		f.Add(file)
		for seed := range uint64(4) {
			f.Add(mutated(file, seed))
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		report, err := verify.Check(bytes.NewReader(b), int64(len(b)), verify.Workers())
		if (report == nil) == (err == nil) {
			t.Fatalf("report %v, error %v: want exactly one", report, err)
		}
		var stats runtime.MemStats
		if runtime.ReadMemStats(&stats); stats.Sys > maxMemory {
			t.Fatalf("%d bytes of memory were needed", stats.Sys)
		}
	})
}

// corpusFiles are the ELF files of the corpus, the good one first.
func corpusFiles(f *testing.F) [][]byte {
	files := [][]byte{newCase(f, readSource(f), new(txtar.Archive))}
	paths, err := filepath.Glob(filepath.Join(corpus, "*.txtar"))
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range paths {
		archive := readCase(f, path)
		files = append(files, newCase(f, readBase(f, archive), archive))
	}
	return files
}

// servers are what the compiler makes of a small spec, in both isolations.
func servers(f *testing.F) (files [][]byte) {
	const spec = "routes:\n  - path: /\n    body: \"Hello\\n\"\n  - path: /old\n    redirect: /\n"
	for _, isolation := range []string{"request", "connection"} {
		r, err := codegen.Compile(fstest.MapFS{"routes.yaml": {Data: []byte(spec)}}, "routes.yaml", codegen.Options{Isolation: isolation})
		if err != nil {
			f.Fatal(err)
		}
		var b bytes.Buffer
		if err := r.WriteELF(&b); err != nil {
			f.Fatal(err)
		}
		files = append(files, b.Bytes())
	}
	return files
}

// mutated is a file with up to four bytes behind its headers changed.
func mutated(file []byte, seed uint64) []byte {
	const headers = 64 + 3*56
	random := rand.New(rand.NewPCG(seed, 4))
	out := bytes.Clone(file)
	for range 1 + random.IntN(4) {
		out[headers+random.IntN(len(out)-headers)] = byte(random.Uint32())
	}
	return out
}
