package spec

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What isolation: proof is without is refused by a file of testdata each, by its name; in another isolation the
// file is good.
func TestUnprovable(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join(testdata, "bad", "proof_*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	for _, u := range unprovable {
		if !strings.Contains(all.String(), `"isolation: proof cannot have `+u.what+" yet") {
			t.Errorf("no file of testdata/spec/bad has %s", u.what)
		}
	}
}
