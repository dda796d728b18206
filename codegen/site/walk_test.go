package site

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/verbosel/verbosel/codegen/diag"
	"github.com/verbosel/verbosel/codegen/spec"
)

// names lists the files that are served.
func names(s *Site) []string {
	var list []string
	for _, r := range s.Resources {
		list = append(list, strings.TrimPrefix(r.File, "public/"))
	}
	return list
}

func TestWhatIsServed(t *testing.T) {
	files := []string{"a.js", "a.js.map", ".env", ".git/config", ".well-known/security.txt", ".well-known/.x",
		"b/.well-known/x", "b/c.js", "b/d.js.map", "drafts/e", "b/drafts/f", "[g]"}
	for _, tt := range []struct {
		keys string
		want string
	}{
		{"", "[g] .well-known/security.txt a.js a.js.map b/c.js b/d.js.map b/drafts/f drafts/e"},
		{"dotfiles: true\n    include: .*", ".env .well-known/.x"},
		{"dotfiles: true\n    include: ['**/.*/**']", ".env .git/config .well-known/.x .well-known/security.txt b/.well-known/x"},
		{"include: '*.js'", "a.js b/c.js"},
		{"include: /*.js", "a.js"},
		{"include: ['/*.js', 'b/*.map']", "a.js b/d.js.map"},
		{"exclude: ['*.map', drafts/]", "[g] .well-known/security.txt a.js b/c.js"},
		{"exclude: ['*.map', /drafts/]", "[g] .well-known/security.txt a.js b/c.js b/drafts/f"},
		{"exclude: b", "[g] .well-known/security.txt a.js a.js.map drafts/e"},
		{"include: '*.{js,map}'\n    exclude: 'b/**'", "a.js a.js.map"},
		{`include: '\[g\]'`, "[g]"},
	} {
		s := build(t, named(files...), tt.keys+"\n    index: false", Options{Identity: true})
		if got := strings.Join(names(s), " "); got != tt.want {
			t.Errorf("%s\ngot  %s\nwant %s", tt.keys, got, tt.want)
		}
	}
}

// fails builds and returns the errors, whose place must be that of `dir`.
func fails(t *testing.T, fsys fs.FS, keys string, opts Options) string {
	t.Helper()
	_, err := Build(context.Background(), fsys, dirRoute(t, fsys, keys), opts)
	list, ok := err.(diag.List)
	if !ok {
		t.Fatalf("got %v, want a diag.List", err)
	}
	for _, e := range list {
		if e.Pos != (diag.Pos{File: "routes.yaml", Line: 3, Col: 10}) {
			t.Errorf("at %v: %s", e.Pos, e.Msg)
		}
	}
	return err.Error()
}

func wantIn(t *testing.T, got string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

func TestEmptyFolders(t *testing.T) {
	for keys, fsys := range map[string]fs.FS{
		"index: false": named(), "include: '*.css'": named("a.js"), "exclude: '**'": named("a"), "dotfiles: false": named(".a"),
	} {
		wantIn(t, fails(t, fsys, keys, Options{}), "the folder public has no file to serve", "dotfiles: true")
	}
}

func TestLinksInside(t *testing.T) {
	root := writeTree(t, named("a.txt", "real/b.txt", "real/deep/c.txt"), map[string]string{
		"public/l.css": "a.txt", "public/dir": "real/deep", "public/real/up": "../a.txt", "public/chain": "l.css",
	})
	fsys := os.DirFS(root)
	s := build(t, fsys, "", Options{Identity: true})
	want := []string{"a.txt", "chain", "dir/c.txt", "l.css", "real/b.txt", "real/deep/c.txt", "real/up"}
	if diff := cmp.Diff(want, names(s)); diff != "" {
		t.Error(diff)
	}
	r := byPath(t, s, "/l.css")
	if got := string(read(t, fsys, s, r.Variants[0].Content)); got != "a.txt" || r.Type != "text/css; charset=utf-8" {
		t.Errorf("the link has %q, %s", got, r.Type)
	}
}

func TestLinksOutside(t *testing.T) {
	m := named("a.txt")
	m["other/secret"] = &fstest.MapFile{Data: []byte("s")}
	root := writeTree(t, m, map[string]string{
		"public/abs": "/etc/hostname", "public/up": "../other/secret", "public/dir": "../other", "public/self": "self",
		"public/out": "../../x", "other/back": "../public/a.txt", "public/round": "../other/back", "public/.hidden": "/etc",
		"public/broken": "nothing",
	})
	got := fails(t, os.DirFS(root), "", Options{})
	for _, name := range []string{"abs", "up", "dir", "self", "out"} {
		wantIn(t, got, "public/"+name+" is a link that leaves the folder public", "put a copy into the folder, exclude the link, or write links: follow")
	}
	wantIn(t, got, "public/nothing cannot be read: no such file")
	if strings.Contains(got, "round") || strings.Contains(got, "hidden") {
		t.Errorf("a link that comes back or is left out is refused: %s", got)
	}
	build(t, os.DirFS(root), "exclude: [abs, up, dir, self, out, broken]", Options{Identity: true})
}

func TestLinkCircle(t *testing.T) {
	root := writeTree(t, named("a/b/c"), map[string]string{"public/a/b/up": "..", "public/a/top": "../"})
	wantIn(t, fails(t, os.DirFS(root), "", Options{}),
		"public/a/b/up leads in a circle to public/a", "public/a/top leads in a circle to public", "remove the link")
}

func TestFolderIsALink(t *testing.T) {
	m := fstest.MapFS{"real/a": {Data: []byte("a")}}
	root := writeTree(t, m, map[string]string{"public": "real", "real/b": "a"})
	s := build(t, os.DirFS(root), "", Options{Identity: true})
	if diff := cmp.Diff([]string{"a", "b"}, names(s)); diff != "" {
		t.Error(diff)
	}
}

// TestFolderLinkLeaves: a folder that is a link, to an absolute name, and links in it.
func TestFolderLinkLeaves(t *testing.T) {
	store := writeTree(t, fstest.MapFS{"out/a.txt": {Data: []byte(prose(1, 10_000))}, "out/b/c.js": {}}, map[string]string{"out/d.txt": "a.txt"})
	root := writeTree(t, fstest.MapFS{"x": {}}, map[string]string{"public": store + "/out"})
	for _, fsys := range []fs.FS{os.DirFS(root), newTestDisk(root)} {
		s := build(t, fsys, "", Options{Identity: true})
		if diff := cmp.Diff([]string{"a.txt", "b/c.js", "d.txt"}, names(s)); diff != "" {
			t.Error(diff)
		}
		if got := string(read(t, fsys, s, byPath(t, s, "/d.txt").Variants[0].Content)); got != prose(1, 10_000) {
			t.Errorf("the link's content is %.20q", got)
		}
		if _, isDisk := fsys.(spec.Disk); isDisk != (s.Place == store+"/out") {
			t.Errorf("the folder is said to be %q", s.Place)
		}
	}
}

// TestOutside: folders anywhere on a disk, the spec's own among them, of which the spec is
// no part.
func TestOutside(t *testing.T) {
	root := writeTree(t, fstest.MapFS{"spec/public/x": {}, "dist/a": {Data: []byte("a")}, "spec/b": {Data: []byte("b")}}, nil)
	if err := os.WriteFile(filepath.Join(root, "spec/routes.yaml"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	fsys := newTestDisk(root + "/spec")
	for folder, want := range map[string]string{
		"../dist": "../dist/a", root + "/dist": root + "/dist/a", ".": "b public/x", "..": "../dist/a ../spec/b ../spec/public/x", "./public": "public/x",
	} {
		route := dirRouteOf(t, fsys, folder)
		s, err := Build(context.Background(), fsys, route, Options{Identity: true})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range s.Resources {
			got = append(got, r.File)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: got %s, want %s", folder, strings.Join(got, " "), want)
		}
	}
}

// TestFollow: links that leave the folder are followed on demand, but not in circles.
func TestFollow(t *testing.T) {
	root := writeTree(t, fstest.MapFS{"public/a": {}, "other/b": {Data: []byte("b")}, "other/deep/c": {}},
		map[string]string{"public/l": "../other", "public/f": "../other/b"})
	fsys := newTestDisk(root)
	s := build(t, fsys, "links: follow", Options{Identity: true})
	if diff := cmp.Diff([]string{"a", "f", "l/b", "l/deep/c"}, names(s)); diff != "" {
		t.Error(diff)
	}
	if got := string(read(t, fsys, s, byPath(t, s, "/l/b").Variants[0].Content)); got != "b" {
		t.Errorf("got %q", got)
	}
	for _, target := range []string{"../public", "../other", "deep"} {
		if err := errors.Join(os.RemoveAll(root+"/other/up"), os.Symlink(target, root+"/other/up")); err != nil {
			t.Fatal(err)
		}
		if target != "deep" {
			wantIn(t, fails(t, fsys, "links: follow", Options{Identity: true}), "leads in a circle", "remove the link")
		} else {
			build(t, fsys, "links: follow", Options{Identity: true})
		}
	}
}

// TestWhatDesktopsLeave: it is no part of a site.
func TestWhatDesktopsLeave(t *testing.T) {
	fsys := named("a", "Thumbs.db", "b/thumbs.db", "desktop.ini", "b/Desktop.ini", ".DS_Store")
	if got := names(build(t, fsys, "", Options{Identity: true})); len(got) != 1 {
		t.Errorf("served are %q", got)
	}
	if got := names(build(t, fsys, "dotfiles: true", Options{Identity: true})); len(got) != 6 {
		t.Errorf("with dotfiles: %q", got)
	}
}

// warnings are those of a site, with their places.
func warnings(t *testing.T, fsys fs.FS, keys string) string {
	t.Helper()
	var list []string
	for _, e := range build(t, fsys, keys, Options{Identity: true}).Warnings {
		list = append(list, e.Error())
	}
	return strings.Join(list, "\n")
}

// TestUnusedPatterns: a pattern that no file has to do with is a warning, at its place.
func TestUnusedPatterns(t *testing.T) {
	fsys := named("a.js", "b/c.css", ".x.map", "LICENSE")
	keys := "exclude: ['*.map', '*.none', c.css]\n    include: ['*.js', '*.gone', LICENSE]\n    cache: { '*.js': 5, /a.css: 6 }\n" +
		"    headers_for: { '*': { A: b }, 'b/**': { A: c } }\n    types: { .js: a/b, .css: a/b, license: a/b, js: a/b }"
	got := warnings(t, fsys, keys)
	for _, want := range []string{
		`routes.yaml:4:24: warning: exclude: "*.none" matches no file of public`, `routes.yaml:5:23: warning: include: "*.gone" matches`,
		`routes.yaml:6:25: warning: cache: "/a.css" matches`, `routes.yaml:7:35: warning: headers_for: "b/**" matches`,
		"routes.yaml:8:24: warning: types: no file of public is called .css", "routes.yaml:8:49: warning: types: no file of public is called js",
		"extensions begin with a dot",
	} {
		wantIn(t, got, want)
	}
	if n := strings.Count(got, "warning: "); n != 6 {
		t.Errorf("%d warnings:\n%s", n, got)
	}
	if got := warnings(t, named("a"), ""); got != "" {
		t.Errorf("without patterns: %s", got)
	}
}

// TestNormalForm: browsers ask for ü as one character.
func TestNormalForm(t *testing.T) {
	got := warnings(t, named("u\u0308ber/a\u0308.txt", "über.txt"), "")
	wantIn(t, got, "the name public/u\u0308ber/a\u0308.txt is in the normal form NFD", "its address is /u%CC%88ber/a%CC%88.txt", "rename it: browsers ask for /%C3%BCber/%C3%A4.txt")
	if strings.Count(got, "warning") != 1 {
		t.Errorf("got %s", got)
	}
}

func TestSpecialFiles(t *testing.T) {
	root := writeTree(t, named("a"), nil)
	if err := syscall.Mkfifo(filepath.Join(root, "public/pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Chdir(filepath.Join(root, "public")) // a socket's path is short
	l, err := net.Listen("unix", "socket")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	got := fails(t, os.DirFS(root), "", Options{})
	wantIn(t, got, "public/pipe is a named pipe", "public/socket is a socket", "only the bytes of files can be served")
	build(t, os.DirFS(root), "exclude: [pipe, socket]", Options{Identity: true})

	devices := named("a")
	devices["public/null"] = &fstest.MapFile{Mode: fs.ModeDevice | fs.ModeCharDevice}
	devices["public/odd"] = &fstest.MapFile{Mode: fs.ModeIrregular}
	wantIn(t, fails(t, devices, "", Options{}), "public/null is a device", "public/odd is no regular file")
}

// refusing lets everything be seen, but some files not be opened.
type refusing struct {
	fstest.MapFS
	part string
}

func (r refusing) Open(name string) (fs.File, error) {
	if strings.Contains(name, r.part) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return r.MapFS.Open(name)
}

func (r refusing) ReadFile(name string) ([]byte, error) {
	if _, err := r.Open(name); err != nil {
		return nil, err
	}
	return r.MapFS.ReadFile(name)
}

func (r refusing) ReadDir(name string) ([]fs.DirEntry, error) {
	if strings.Contains(name, r.part) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return r.MapFS.ReadDir(name)
}

func TestUnreadable(t *testing.T) {
	fsys := refusing{named("a", "b-locked", "locked/c"), "locked"}
	wantIn(t, fails(t, fsys, "", Options{}), "the folder public/locked cannot be read: permission denied")
	wantIn(t, fails(t, fsys, "exclude: locked", Options{}), "public/b-locked cannot be read: permission denied")
}

func TestNameIsNotUTF8(t *testing.T) {
	root := writeTree(t, named("a"), nil)
	if err := os.WriteFile(filepath.Join(root, "public/b\xff"), nil, 0o600); err != nil {
		t.Skipf("the file system takes no such name: %v", err)
	}
	wantIn(t, fails(t, os.DirFS(root), "", Options{}), `the name "public/b\xff" is not UTF-8`)
}

func TestManyProblems(t *testing.T) {
	fsys := named("a")
	for i := range maxProblems + 5 {
		fsys[fmt.Sprintf("public/pipe%02d", i)] = &fstest.MapFile{Mode: fs.ModeNamedPipe}
	}
	got := fails(t, fsys, "", Options{})
	wantIn(t, got, "pipe19 is", "5 more mistakes in the folder public")
	if strings.Contains(got, "pipe20") {
		t.Error("all are told")
	}
}

// endless is a folder that has more files whenever one looks.
type endless struct{ fstest.MapFS }

func (e endless) ReadDir(name string) ([]fs.DirEntry, error) {
	one, err := e.MapFS.ReadDir(name)
	if err != nil || name != "public" {
		return one, err
	}
	many := make([]fs.DirEntry, maxFiles+2)
	for i := range many {
		many[i] = one[0]
	}
	return many, nil
}

func TestTooManyFiles(t *testing.T) {
	wantIn(t, fails(t, endless{named("a")}, "", Options{}), "the folder public has more than 100000 files")
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(errTest)
	fsys := named("a")
	if _, err := Build(ctx, fsys, dirRoute(t, fsys, ""), Options{}); err == nil {
		t.Error("built")
	}
	ctx, cancel = context.WithCancelCause(context.Background())
	fsys = named("a", "b", "c", "d")
	steps := 0
	_, err := Build(ctx, fsys, dirRoute(t, fsys, ""), Options{Parallel: 1, Progress: func(done, _ int) { steps = done; cancel(errTest) }})
	if err != errTest || steps > 2 {
		t.Errorf("got %v after %d steps", err, steps)
	}
}
