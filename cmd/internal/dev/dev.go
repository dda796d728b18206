// Package dev serves a spec while it is written: it builds, serves, watches, and serves
// anew what changes; and tells browsers.
package dev

import (
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"path/filepath"
	"runtime"

	"github.com/verbosel/verbosel/codegen"
)

// Spec is what is served.
type Spec interface {
	Root() string // the folder that names of inputs are relative to
	Name() string // of the spec, as the user knows it
	Inputs() codegen.Inputs
	Compile(codegen.Options) (*codegen.Result, error)
	Warn(io.Writer, *codegen.Result)
	Explain(io.Writer, error)
}

// Options say how.
type Options struct {
	Port     int  // instead of the spec's; 0: the spec's
	Public   bool // listen where the spec says, and not for this machine alone
	Open     bool // open the page in a browser
	NoReload bool // do not load pages again in the browser
	Clear    bool // clear the screen before each build

	Talk io.Writer // what is said about builds
	Log  io.Writer // what the server prints
	Dir  string    // for servers
}

// Run serves until a signal comes.
func Run(spec Spec, opts Options, signals <-chan os.Signal) error {
	// The kernel ends a server when the thread that started it ends.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	d := &session{spec: spec, opts: opts, prover: newProver()}
	defer d.prover.close()
	if !opts.NoReload {
		var err error
		if d.reload, err = newReloader(preferredPort(spec)); err != nil {
			return err
		}
		defer d.reload.close()
	}
	return d.run(signals)
}

// preferredPort is the reloader's port, the same for a spec each time: a page that is open
// finds the next dev there. It is one of the dynamic ports (RFC 6335 section 6), and none of
// those that Linux gives to whoever asks for any (ip(7), ip_local_port_range).
func preferredPort(spec Spec) int {
	path, err := filepath.Abs(filepath.Join(spec.Root(), spec.Name()))
	if err != nil {
		path = spec.Name()
	}
	h := fnv.New32a()
	fmt.Fprint(h, path)
	return 61000 + int(h.Sum32()%(65536-61000))
}
