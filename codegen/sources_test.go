package codegen

import (
	"errors"
	"slices"
	"testing"
	"testing/fstest"
)

// TestSources: all that a server is made from is told before anything is made, and who
// is told may end the build.
func TestSources(t *testing.T) {
	fsys := testSite("routes: [{path: /a, file: a.txt}, {path: /d/, dir: d}]\nerrors: {404: {file: e.html}}\nredirects: r.csv\n")
	for _, name := range []string{"a.txt", "d/deep/b.txt", "e.html", "r.csv"} {
		fsys[name] = &fstest.MapFile{}
	}
	errStop := errors.New("stop")
	var got Sources
	r, err := Compile(fsys, name, Options{Sources: func(s Sources) error { got = s; return errStop }})
	if !errors.Is(err, errStop) || r.Plan != nil {
		t.Errorf("got %v", err)
	}
	slices.Sort(got.Files)
	if want := []string{"a.txt", "d/deep/b.txt", "e.html", "r.csv", name}; !slices.Equal(got.Files, want) || !slices.Equal(got.Folders, []string{"d"}) {
		t.Errorf("got %v and %v", got.Files, got.Folders)
	}
	if info, err := got.Stat("d"); err != nil || !info.IsDir() {
		t.Errorf("d: %v", err)
	}
}
