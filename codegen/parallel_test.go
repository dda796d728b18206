package codegen

import (
	"bytes"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
)

// TestProcessors: a server of many routes is the same, however many processors lay it out.
func TestProcessors(t *testing.T) {
	var routes strings.Builder
	routes.WriteString("routes:\n")
	for i := range 3000 {
		fmt.Fprintf(&routes, "  - path: /route/%d\n    body: \"answer %d\"\n", i, i)
	}
	fsys := fstest.MapFS{"routes.yaml": {Data: []byte(routes.String())}}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	var first []byte
	for _, n := range []int{1, 2, 3, 8} {
		runtime.GOMAXPROCS(n)
		r, err := Compile(fsys, "routes.yaml", Options{Dev: &Dev{}})
		if err != nil {
			t.Fatal(err)
		}
		if r.Plan.Match.Hash == nil || len(r.Plan.Match.Hash.Buckets) < 200 {
			t.Fatal("its routes are in less buckets than are laid out at once")
		}
		var elf bytes.Buffer
		if err := r.WriteELF(&elf); err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = elf.Bytes()
		} else if !bytes.Equal(elf.Bytes(), first) {
			t.Errorf("%d processors make other bytes than one", n)
		}
	}
}
