package output

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func isStill(t *testing.T, path, want string) {
	t.Helper()
	if got, err := os.ReadFile(path); string(got) != want || err != nil {
		t.Errorf("%s holds %q, %v; want %q", path, got, err, want)
	}
}

// A file that appears while another is written for its place is not overwritten, and
// nothing is left beside it.
func TestKeepWhatAppears(t *testing.T) {
	dir := t.TempDir()
	target := filepath.Join(dir, "image.tar")
	s := New()
	defer s.Close()
	s.Keep()
	o, err := s.Add(target, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.Write([]byte("new")); err != nil {
		t.Fatal(err)
	}
	write(t, target, "old")
	if err := s.Commit(); err == nil || !strings.Contains(err.Error(), "is there already; --force overwrites it") {
		t.Errorf("%v", err)
	}
	isStill(t, target, "old")
	s.discard()
	if files, err := os.ReadDir(dir); len(files) != 1 || err != nil {
		t.Errorf("%v, %v", files, err)
	}
}

// A folder of the kind is replaced as a whole, with all that was in it.
func TestFolderIsReplaced(t *testing.T) {
	dir := t.TempDir()
	target := filepath.Join(dir, "image")
	for _, name := range []string{"one", "two"} {
		s := New()
		o, err := s.AddFolder(target, "mark")
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(o.Path, "mark"), "")
		write(t, filepath.Join(o.Path, name), name)
		if err := s.Commit(); err != nil {
			t.Fatal(err)
		}
		s.Close()
	}
	isStill(t, filepath.Join(target, "two"), "two")
	if _, err := os.Stat(filepath.Join(target, "one")); err == nil {
		t.Error("what was in the old folder is in the new one")
	}
	if files, err := os.ReadDir(dir); len(files) != 1 || err != nil {
		t.Errorf("%v, %v", files, err)
	}
}

// A folder that cannot be put in its place leaves nothing, and what is there as it was.
func TestFolderFails(t *testing.T) {
	dir := t.TempDir()
	parent := filepath.Join(dir, "parent")
	if err := os.Mkdir(parent, 0o755); err != nil {
		t.Fatal(err)
	}
	s := New()
	defer s.Close()
	o, err := s.AddFolder(filepath.Join(parent, "image"), "mark")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(o.Path); err != nil {
		t.Fatal(err)
	}
	if err := s.Commit(); err == nil || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), "cannot write") {
		t.Errorf("%v", err)
	}
	write(t, filepath.Join(parent, "file"), "kept")
	if _, err := s.AddFolder(filepath.Join(parent, "file"), "mark"); err == nil || !strings.Contains(err.Error(), "it is not overwritten") {
		t.Errorf("%v", err)
	}
	isStill(t, filepath.Join(parent, "file"), "kept")
	if _, err := s.AddFolder(filepath.Join(parent, "none", "image"), "mark"); err == nil || !strings.Contains(err.Error(), "no such file or directory") {
		t.Errorf("%v", err)
	}
}
