package dev

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"time"

	"github.com/fsnotify/fsnotify"

	"github.com/verbosel/verbosel/codegen"
)

// Times of watching. A program that saves many files, or one in steps, is waited for.
const (
	quietTime = 25 * time.Millisecond  // without a change, before one is reported
	patience  = 500 * time.Millisecond // behind the first change
)

// watcher reports changes in folders, several in short order as one.
type watcher struct {
	root    string // what names are relative to
	inputs  atomic.Pointer[codegen.Inputs]
	own     []fs.FileInfo // files that we write to ourselves
	notify  *fsnotify.Watcher
	changed chan struct{} // holds one, while none has been taken
	failed  chan error
}

func newWatcher(root string, own ...io.Writer) (*watcher, error) {
	notify, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, fmt.Errorf("watching files: %w", err)
	}
	w := &watcher{root: root, notify: notify, changed: make(chan struct{}, 1), failed: make(chan error, 1)}
	for _, out := range own {
		if file, ok := out.(*os.File); ok {
			if info, err := file.Stat(); err == nil && info.Mode().IsRegular() {
				w.own = append(w.own, info)
			}
		}
	}
	go w.loop()
	return w, nil
}

func (w *watcher) close() { _ = w.notify.Close() }

// addAll watches the folders of the inputs, and asks again until there are no more:
// what appeared before its folder was watched has told nobody.
func (w *watcher) addAll(list func() codegen.Inputs) error {
	known := map[string]bool{} // by path; one that is gone is not among them
	for _, path := range w.notify.WatchList() {
		known[path] = true
	}
	for {
		inputs := list()
		w.inputs.Store(&inputs)
		names := slices.DeleteFunc(slices.Clone(inputs.Folders), func(name string) bool { return known[w.path(name)] })
		if len(names) == 0 {
			return nil
		}
		if err := w.add(names); err != nil {
			return err
		}
		for _, name := range names {
			known[w.path(name)] = true
		}
	}
}

// add watches folders too. One that is there no more is not an error: the build will
// see that, and so will who watches the folder above.
func (w *watcher) add(names []string) error {
	for _, name := range names {
		err := w.notify.Add(w.path(name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("watching %s: %w (more than inotify allows? see inotify(7), max_user_watches)", name, err)
		}
	}
	return nil
}

// path is where the spec's file system has a name, which is absolute for some folders that
// are outside of it.
func (w *watcher) path(name string) string {
	if path := filepath.FromSlash(name); filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(w.root, filepath.FromSlash(name))
}

// loop gathers changes until the watcher is closed.
func (w *watcher) loop() {
	var first time.Time // of the changes that were not reported
	var quiet <-chan time.Time
	for {
		select {
		case event, ok := <-w.notify.Events:
			if !ok {
				return
			}
			if event.Op == fsnotify.Chmod || !w.concerns(event.Name) {
				continue
			}
			if quiet == nil {
				first = time.Now()
			}
			quiet = time.After(min(quietTime, time.Until(first.Add(patience))))
		case <-quiet:
			quiet = nil
			w.report()
		case err, ok := <-w.notify.Errors:
			if !ok {
				return
			}
			if errors.Is(err, fsnotify.ErrEventOverflow) { // too many changes to tell
				w.report()
				continue
			}
			w.failed <- fmt.Errorf("watching files: %w", err)
			return
		}
	}
}

// concerns reports whether a change of a file can change the server. What we write
// ourselves, such as a log in the site's folder, cannot, or there would be no end.
func (w *watcher) concerns(path string) bool {
	inputs := w.inputs.Load()
	if inputs == nil {
		return false
	}
	name, err := filepath.Rel(w.root, path)
	if (err != nil || !inputs.Concerns(filepath.ToSlash(name))) && !inputs.Concerns(filepath.ToSlash(path)) {
		return false
	}
	info, err := os.Stat(path)
	return err != nil || !slices.ContainsFunc(w.own, func(own fs.FileInfo) bool { return os.SameFile(own, info) })
}

func (w *watcher) report() {
	select {
	case w.changed <- struct{}{}:
	default:
	}
}
