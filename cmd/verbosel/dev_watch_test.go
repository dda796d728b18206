package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
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
	err = w.addAll(func() []string {
		calls++
		n := min(calls, len(made))
		if err := os.MkdirAll(filepath.Join(root, made[n-1]), 0o755); err != nil {
			t.Fatal(err)
		}
		return append(slices.Clone(made[:n]), "gone")
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
	if err := w.addAll(func() []string { return []string{"."} }); err == nil || !strings.Contains(err.Error(), "watching .: ") {
		t.Errorf("got %v", err)
	}
}
