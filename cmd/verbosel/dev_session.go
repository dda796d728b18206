package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/verbosel/verbosel/codegen"
)

// devSession builds, serves and watches until a signal ends it.
type devSession struct {
	spec   specFile
	flags  devFlags
	dir    string    // for servers
	talk   io.Writer // what is said about builds
	reload *reloader // nil for none

	server *devServer // nil while none runs
	good   string     // file of the last server that was built
	hash   string     // of that file
	builds int
}

func (d *devSession) run(signals <-chan os.Signal) error {
	// The kernel ends a server when the thread that started it ends.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	watch, err := newWatcher(filepath.Dir(d.spec.path))
	if err != nil {
		return err
	}
	defer watch.close()
	defer d.stop()
	for {
		// Watch first: what changes from here on is seen, what changed before is built.
		if err := watch.addAll(func() []string { return codegen.Inputs(d.spec.fsys, d.spec.name) }); err != nil {
			return err
		}
		d.update()
		if changed, err := d.wait(watch, signals); !changed {
			return err
		}
	}
}

// wait returns whether files have changed, and not at all where it is over.
func (d *devSession) wait(watch *watcher, signals <-chan os.Signal) (changed bool, err error) {
	for {
		select {
		case <-watch.changed:
			return true, nil
		case err := <-watch.failed:
			return false, err
		case <-signals:
			return false, nil
		case <-d.ended():
			d.stop()
			fmt.Fprintln(d.talk, "the server has ended; waiting for changes")
		}
	}
}

// ended is closed when the server that runs has ended, and nil while none does.
func (d *devSession) ended() <-chan struct{} {
	if d.server == nil {
		return nil
	}
	return d.server.ended
}

// update builds, and replaces the server if another came out. What goes wrong is said,
// and the server that runs goes on.
func (d *devSession) update() {
	start := time.Now()
	if useColor(d.talk) {
		fmt.Fprint(d.talk, "\x1b[H\x1b[2J") // what was said about the build before is over
	}
	path, hash, err := d.build()
	switch {
	case err != nil:
		fmt.Fprintln(d.talk, err)
		if d.server != nil {
			fmt.Fprint(d.talk, "the last good server goes on; ")
		}
		fmt.Fprintln(d.talk, "waiting for changes")
		return
	case hash == d.hash && d.server != nil:
		os.Remove(path)
		fmt.Fprintln(d.talk, "nothing to serve has changed; waiting for changes")
		return
	}
	took := time.Since(start).Round(time.Millisecond)
	if err := d.replace(path, hash); err != nil {
		fmt.Fprintf(d.talk, "%v; waiting for changes\n", err)
		return
	}
	fmt.Fprintf(d.talk, "built in %v, serving %s; waiting for changes\n", took, d.server.address())
}

// build compiles to a file of its own.
func (d *devSession) build() (path, hash string, err error) {
	d.builds++
	path = filepath.Join(d.dir, fmt.Sprintf("server-%d", d.builds))
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o700)
	if err != nil {
		return "", "", err
	}
	dev := &codegen.Dev{}
	if d.reload != nil {
		dev.Origin, dev.Script = d.reload.origin(), reloadScript
	}
	r, err := d.spec.compile(codegen.Options{Port: d.flags.port, Out: file, Dev: dev})
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err != nil {
		os.Remove(path)
		return "", "", err
	}
	d.spec.warn(d.talk, r)
	return path, r.SHA256(), nil
}

// replace stops the server and starts the new one on its port; where that does not
// start, the old one starts again.
func (d *devSession) replace(path, hash string) error {
	first := d.good == ""
	server, err := d.start(path)
	if err != nil {
		os.Remove(path)
		if d.good != "" {
			if old, again := takeOver(d.good, os.Stdout); again == nil {
				d.server = old
			}
		}
		return err
	}
	if d.good != "" {
		os.Remove(d.good)
	}
	d.server, d.good, d.hash = server, path, hash
	if d.reload != nil {
		d.reload.send()
	}
	if url := server.url(); first && d.flags.open && url != "" {
		openBrowser(d.talk, url)
	}
	return nil
}

// start runs a server in the place of the one that runs, if one does.
func (d *devSession) start(path string) (*devServer, error) {
	if d.server == nil {
		return startDevServer(path, os.Stdout, os.Stderr)
	}
	d.stop()
	return takeOver(path, os.Stdout)
}

func (d *devSession) stop() {
	if d.server != nil {
		d.server.stop()
		d.server = nil
	}
}
