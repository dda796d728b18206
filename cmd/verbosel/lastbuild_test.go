package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/verbosel/verbosel/cmd/internal/specfile"
)

// siteToBuild is a folder with a spec. Its caller sets where the cache is, which may be that of others: a
// record is of one place.
type siteToBuild struct {
	t           *testing.T
	dir, server string
}

func newSiteToBuild(t *testing.T) siteToBuild {
	t.Helper()
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "site"), 0o755); err != nil {
		t.Fatal(err)
	}
	s := siteToBuild{t, dir, filepath.Join(dir, "server")}
	s.write("site/index.html", "<p>"+strings.Repeat("one ", 2000))
	s.write("site/Readme.html", "<p>two")
	s.write(specfile.Name, "routes:\n  - { path: /, dir: site }\n")
	return s
}

func (s siteToBuild) write(name, text string) {
	s.t.Helper()
	if err := os.WriteFile(filepath.Join(s.dir, name), []byte(text), 0o644); err != nil {
		s.t.Fatal(err)
	}
}

// build builds, and reports whether it is said that nothing has changed.
func (s siteToBuild) build(args ...string) (same bool, out string) {
	s.t.Helper()
	var stdout, stderr strings.Builder
	if status := run(append([]string{"build", filepath.Join(s.dir, specfile.Name), "-o", s.server}, args...), &stdout, &stderr); status != 0 {
		s.t.Fatalf("status %d: %s", status, stderr.String())
	}
	return strings.Contains(stdout.String(), "nothing has changed since"), stdout.String()
}

func (s siteToBuild) bytes() []byte {
	s.t.Helper()
	b, err := os.ReadFile(s.server)
	if err != nil {
		s.t.Fatal(err)
	}
	return b
}

// TestUnchangedIsNotBuilt: a build with nothing changed leaves its file, with the time of now, and says
// the same of it. Each change, one that leaves size and time alone and one of the server itself too, has it
// built and proved: what comes out is what a build to another file makes.
func TestUnchangedIsNotBuilt(t *testing.T) {
	cache := t.TempDir()
	for _, test := range []struct {
		name   string
		change func(s siteToBuild)
		args   []string
		same   bool
	}{
		{"nothing", func(siteToBuild) {}, nil, true},
		{"bytes of a file", func(s siteToBuild) {
			info, err := os.Stat(filepath.Join(s.dir, "site/index.html"))
			if err != nil {
				s.t.Fatal(err)
			}
			s.write("site/index.html", "<p>"+strings.Repeat("own ", 2000))
			if err := os.Chtimes(filepath.Join(s.dir, "site/index.html"), info.ModTime(), info.ModTime()); err != nil {
				s.t.Fatal(err)
			}
		}, nil, false},
		{"a new file", func(s siteToBuild) { s.write("site/new.html", "<p>") }, nil, false},
		{"the spec", func(s siteToBuild) { s.write(specfile.Name, "routes:\n  - { path: /x/, dir: site }\n") }, nil, false},
		{"a byte of the server", func(s siteToBuild) {
			b := s.bytes()
			b[len(b)/2] ^= 1
			s.write("server", string(b))
		}, nil, false},
		{"the server's size", func(s siteToBuild) { s.write("server", string(s.bytes())+"x") }, nil, false},
		{"the server's mode", func(s siteToBuild) {
			if err := os.Chmod(s.server, 0o644); err != nil {
				s.t.Fatal(err)
			}
		}, nil, false},
		{"no server", func(s siteToBuild) {
			if err := os.Remove(s.server); err != nil {
				s.t.Fatal(err)
			}
		}, nil, false},
		{"a link in place of the server", func(s siteToBuild) {
			if err := os.Rename(s.server, s.server+"2"); err != nil {
				s.t.Fatal(err)
			}
			if err := os.Symlink(s.server+"2", s.server); err != nil {
				s.t.Fatal(err)
			}
		}, nil, false},
		{"--no-cache", func(siteToBuild) {}, []string{"--no-cache"}, false},
		{"--symbols", func(siteToBuild) {}, []string{"--symbols"}, false},
		{"--note", func(siteToBuild) {}, []string{"--note"}, false},
		{"a text beside", func(s siteToBuild) {}, []string{"--sbom", os.DevNull}, false},
		{"a damaged record", func(s siteToBuild) { s.changeRecord(func(b []byte) []byte { b[len(b)/2] ^= 1; return b }) }, nil, false},
		{"a record that is cut off", func(s siteToBuild) { s.changeRecord(func(b []byte) []byte { return b[:7] }) }, nil, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Setenv("XDG_CACHE_HOME", cache)
			s := newSiteToBuild(t)
			if same, _ := s.build(); same {
				t.Fatal("nothing has changed since a build that there was not")
			}
			test.change(s)
			before, start := s.serverInfo(), time.Now().Add(-time.Minute)
			if before != nil && test.same {
				if err := os.Chtimes(s.server, start, start); err != nil {
					t.Fatal(err)
				}
			}
			same, out := s.build(test.args...)
			if same != test.same {
				t.Errorf("%s", out)
			}
			if after := s.serverInfo(); test.same && (!os.SameFile(before, after) || !after.ModTime().After(start)) {
				t.Errorf("it is the same file: %v, of %s", os.SameFile(before, after), after.ModTime())
			}
			got := s.bytes()
			s.server += "-anew"
			if same, _ := s.build(test.args...); same || !bytes.Equal(got, s.bytes()) {
				t.Error("it is not the server that is built to another file")
			}
		})
	}
}

func (s siteToBuild) serverInfo() os.FileInfo {
	info, _ := os.Lstat(s.server)
	return info
}

// last is the place of the record.
func (s siteToBuild) last() lastBuild {
	return buildFlags{}.lastBuild(specfile.File{Root: s.dir, Name: specfile.Name}, s.server)
}

// changeRecord changes the bytes of the record.
func (s siteToBuild) changeRecord(change func([]byte) []byte) {
	s.t.Helper()
	l := s.last()
	name := filepath.Join(l.cache.Dir, l.key)
	b, err := os.ReadFile(name)
	if err == nil {
		err = os.WriteFile(name, change(b), 0o600)
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

// TestUnchangedSaysTheSame: warnings and figures are those of the build.
func TestUnchangedSaysTheSame(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	s := newSiteToBuild(t)
	s.write("site/404.html", "<p>no")
	s.write("site/404.htm", "<p>no")
	s.write(specfile.Name, "routes:\n  - path: /\n    dir: site\n    headers_for: { '*.nothing': { X-A: b } }\n")
	var said [2][2]string
	for i := range said {
		var stdout, stderr strings.Builder
		if status := run([]string{"build", filepath.Join(s.dir, specfile.Name), "-o", s.server, "--json"}, &stdout, &stderr); status != 0 {
			t.Fatalf("status %d: %s", status, stderr.String())
		}
		said[i] = [2]string{stdout.String(), stderr.String()}
	}
	if same, out := s.build(); !same {
		t.Errorf("it is built again: %s", out)
	}
	if said[0] != said[1] || !strings.Contains(said[0][1], "warning") || !strings.Contains(said[0][0], `"warnings"`) {
		t.Errorf("first:\n%s\n%s\nthen:\n%s\n%s", said[0][0], said[0][1], said[1][0], said[1][1])
	}
}

// TestOldRecords: a record is not believed for so long that what the cache has for others is removed.
func TestOldRecords(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	s := newSiteToBuild(t)
	s.build()
	l := s.last()
	known, err := l.load()
	if err != nil {
		t.Fatal(err)
	}
	for age, want := range map[time.Duration]bool{0: true, recordLife - time.Hour: true, recordLife + time.Hour: false, -time.Hour: false} {
		known.Made = time.Now().Add(-age)
		l.save(known)
		if same, out := s.build(); same != want {
			t.Errorf("of %s: %s", age, out)
		}
	}
}
