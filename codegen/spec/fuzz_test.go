package spec

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
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

// FuzzHostName: a name that is taken is in the one form that it has, and says nothing that
// a host cannot; one that is refused has a remedy.
func FuzzHostName(f *testing.F) {
	for _, name := range []string{"example.com", "*.Example.com.", "[::1]", "::1", "a_b.example", "1.2.3.4", "https://a/b", ".a", "~a", "$host", "a:80", "a*b", "ü", "xn--a", "*"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		name, bad := hostName(raw)
		if bad != nil {
			if bad.Msg == "" || bad.Hint == "" {
				t.Errorf("%q: a mistake without a message or a remedy: %+v", raw, bad)
			}
			return
		}
		if again, bad := hostName(name); bad != nil || again != name {
			t.Errorf("%q gives %q, and that %q, %v", raw, name, again, bad)
		}
		if name == "" || len(name) > 253 || strings.ContainsFunc(name, func(r rune) bool {
			return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789-_.:[]*", r)
		}) || strings.LastIndexByte(name, '*') > 0 || strings.HasSuffix(name, ".") {
			t.Errorf("%q gives %q", raw, name)
		}
	})
}
