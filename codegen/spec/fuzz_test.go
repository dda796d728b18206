package spec

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/verbosel/verbosel/codegen/diag"
)

// FuzzParse: no input panics or hangs, an error is a list of errors with places, and
// what is accepted keeps every promise.
func FuzzParse(f *testing.F) {
	for _, pattern := range []string{"good/*.yaml", "bad/*.yaml", "../../templates/*.yaml"} {
		names, err := filepath.Glob(filepath.Join(testdata, pattern))
		if err != nil {
			f.Fatal(err)
		}
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(string(text))
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		fsys := filesWith(text)
		s, err := Parse(fsys, "routes.yaml")
		if err != nil {
			checkList(t, err)
			return
		}
		checkAccepted(t, s, fsys)
	})
}

func checkList(t *testing.T, err error) {
	var list diag.List
	if !errors.As(err, &list) || len(list) == 0 {
		t.Fatalf("no diag.List: %v", err)
	}
	for i, e := range list {
		if e.Pos.Line < 1 || e.Col < 1 || e.Msg == "" {
			t.Errorf("an error without a place or a message: %#v", e)
		}
		if i > 0 && e.Before(list[i-1].Pos) {
			t.Errorf("the list is not sorted: %v", list)
		}
	}
	_ = list.Error() // must not panic either
}

func checkAccepted(t *testing.T, s *Spec, fsys fs.FS) {
	if v := violation(s, fsys); v != "" {
		t.Errorf("accepted, but %s", v)
	}
}
