package dev

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/verbosel/verbosel/codegen"
)

// TestWatchWhatAppears: folders that are made while others are added are watched too.
func TestWatchWhatAppears(t *testing.T) {
	root := t.TempDir()
	w, err := newWatcher(root)
	if err != nil {
		t.Fatal(err)
	}
	defer w.close()
	made := []string{".", "a", "a/b", "a/b/c"}
	calls := 0
	err = w.addAll(func() codegen.Inputs {
		calls++
		n := min(calls, len(made))
		if err := os.MkdirAll(filepath.Join(root, made[n-1]), 0o755); err != nil {
			t.Fatal(err)
		}
		return codegen.Inputs{Folders: append(slices.Clone(made[:n]), "gone")}
	})
	if err != nil || calls != len(made)+1 {
		t.Errorf("%d calls, %v", calls, err)
	}
	watched := w.notify.WatchList()
	for _, name := range made {
		if !slices.Contains(watched, filepath.Join(root, name)) {
			t.Errorf("%s is not watched: %v", name, watched)
		}
	}
	if len(watched) != len(made) {
		t.Errorf("watched %v", watched)
	}
}

func TestWatchFails(t *testing.T) {
	root := t.TempDir()
	w, err := newWatcher(root)
	if err != nil {
		t.Fatal(err)
	}
	w.close()
	if err := w.addAll(func() codegen.Inputs { return codegen.Inputs{Folders: []string{"."}} }); err == nil || !strings.Contains(err.Error(), "watching .: ") {
		t.Errorf("got %v", err)
	}
}

// TestWatchOnlyInputs: what the spec does not name, and what we write ourselves, is no
// change.
func TestWatchOnlyInputs(t *testing.T) {
	root := t.TempDir()
	write := func(name string) {
		t.Helper()
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("routes: [{path: /, dir: public}]"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"routes.yaml", "public/index.html", "public/own.log"} {
		write(name)
	}
	own, err := os.OpenFile(filepath.Join(root, "public/own.log"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer own.Close()
	w, err := newWatcher(root, own, os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	defer w.close()
	inputs := func() codegen.Inputs { return codegen.FindInputs(os.DirFS(root), "routes.yaml") }
	if err := w.addAll(inputs); err != nil {
		t.Fatal(err)
	}
	write("dev.log")
	write("public/.swap")
	if _, err := own.WriteString("a line\n"); err != nil {
		t.Fatal(err)
	}
	select {
	case <-w.changed:
		t.Error("reported")
	case <-time.After(4 * quietTime):
	}
	for _, name := range []string{"routes.yaml", "public/index.html", "public/new.html"} {
		write(name)
		select {
		case <-w.changed:
		case <-time.After(10 * time.Second):
			t.Errorf("%s: not reported", name)
		}
	}
}
