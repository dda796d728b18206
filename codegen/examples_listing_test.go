package codegen_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/verbosel/verbosel/codegen"
	"github.com/verbosel/verbosel/codegen/internal/testtool"
)

// listingName is what the listing's own heading tells the reader to call it.
const listingName = "server.asm"

// checkListing compares the listing with the golden one, and what nasm makes of the
// golden one, in its folder, with the ELF.
func (e example) checkListing(t *testing.T, r *codegen.Result, files fstest.MapFS) {
	l, err := r.Listing(codegen.ListingOptions{})
	if err != nil {
		t.Fatal(err)
	}
	e.golden(t, listingName, l.Bytes())
	checkAssembly(t, e.load(t)[listingName].Data, elfBytes(t, r), files)
}

// checkAssembly runs nasm over source in a folder with files, and compares its
// output, to which a warning belongs, with want.
func checkAssembly(t *testing.T, source, want []byte, files fstest.MapFS) {
	t.Helper()
	nasm, dir := testtool.Need(t, "nasm"), t.TempDir()
	if err := os.CopyFS(dir, withFile(files, listingName, source)); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(nasm, "-f", "bin", "-Wall", listingName, "-o", "server")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
		t.Fatalf("nasm: %v\n%.2000s", err, out)
	}
	got, err := os.ReadFile(filepath.Join(dir, "server"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("nasm gives %d bytes, the compiler %d; they differ from %#x on", len(got), len(want), commonLen(got, want))
	}
}

// commonLen is the length of the common beginning of a and b.
func commonLen(a, b []byte) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}

// withFile is a copy of files with another file in it.
func withFile(files fstest.MapFS, name string, data []byte) fstest.MapFS {
	c := fstest.MapFS{name: {Data: data, Mode: 0o644}}
	for n, f := range files {
		if n != name {
			c[n] = f
		}
	}
	return c
}
