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

// TestSourcesOfHosts: a page that only a host has is one of them.
func TestSourcesOfHosts(t *testing.T) {
	fsys := testSite("hosts: {a.example: {errors: {404: {file: h.html}}, routes: [{path: /, body: x}]}}\n")
	fsys["h.html"] = &fstest.MapFile{}
	var got Sources
	errStop := errors.New("stop")
	if _, err := Compile(fsys, name, Options{Sources: func(s Sources) error { got = s; return errStop }}); !errors.Is(err, errStop) {
		t.Fatal(err)
	}
	if !slices.Contains(got.Files, "h.html") {
		t.Errorf("h.html is not among %v", got.Files)
	}
}
