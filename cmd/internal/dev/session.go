package dev

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/verbosel/verbosel/cmd/internal/child"
	"github.com/verbosel/verbosel/codegen"
)

// session builds, serves and watches until a signal ends it.
type session struct {
	spec   Spec
	opts   Options
	reload *reloader // nil for none
	prover *prover

	server *server       // nil while none runs
	page   *mistakesPage // instead of a server that could not be built; or nil
	good   string        // file of the last server that was built
	hash   string        // its identity
	result *codegen.Result
	failed bool // the last build
	builds int

	spare    string           // file of an earlier server, which the next build is written over; or empty
	contents codegen.Contents // what it has
	seen     codegen.Seen
}

func (d *session) run(signals <-chan os.Signal) error {
	watch, err := newWatcher(d.spec.Root(), d.opts.Talk, d.opts.Log)
	if err != nil {
		return err
	}
	defer watch.close()
	defer d.stop()
	for {
		// Watch first: what changes from here on is seen, what changed before is built.
		if err := watch.addAll(d.spec.Inputs); err != nil {
			return err
		}
		d.update()
		if changed, err := d.wait(watch, signals); !changed {
			return err
		}
	}
}

// wait returns whether files have changed, and not at all where it is over.
func (d *session) wait(watch *watcher, signals <-chan os.Signal) (changed bool, err error) {
	for {
		select {
		case <-watch.changed:
			return true, nil
		case err := <-watch.failed:
			return false, err
		case <-signals:
			return false, nil
		case job := <-d.prover.done:
			d.proved(job)
		case <-d.ended():
			d.stop()
			d.say("the server has ended; waiting for changes\n")
		}
	}
}

// ended is closed when the server that runs has ended, and nil while none does.
func (d *session) ended() <-chan struct{} {
	if d.server == nil {
		return nil
	}
	return d.server.ended
}

func (d *session) say(format string, args ...any) { fmt.Fprintf(d.opts.Talk, format, args...) }

// update builds, and replaces the server if another came out. What goes wrong is said,
// and the server that runs goes on.
func (d *session) update() {
	start := time.Now()
	if d.opts.Clear {
		d.say("\x1b[H\x1b[2J") // what was said about the build before is over
	}
	result, path, err := d.build()
	if err != nil {
		d.fail(err)
		return
	}
	if result.Identity() == d.hash && d.server != nil {
		d.keep(path, result)
		if d.reload != nil && d.failed {
			d.reload.send(d.hash)
		}
		d.failed = false
		d.say("nothing to serve has changed; waiting for changes\n")
		return
	}
	if err := d.replace(path, result); err != nil {
		d.say("%v; waiting for changes\n", err)
		return
	}
	d.say("built in %v, serving %s; waiting for changes\n", time.Since(start).Round(time.Millisecond), d.server.address())
	job := proofJob{result: result, path: path, hash: d.hash}
	if d.spare == "" {
		job.copy = path + "-copy"
	}
	d.prover.submit(job)
}

// fail says what is wrong with a build, in the page too.
func (d *session) fail(err error) {
	d.failed = true
	var text bytes.Buffer
	d.spec.Explain(&text, err)
	d.spec.Explain(d.opts.Talk, err)
	if d.server != nil {
		d.say("the last good server goes on; ")
	}
	d.say("waiting for changes\n")
	if d.reload != nil {
		d.reload.fail(text.String())
	}
	if d.server != nil {
		return
	}
	script := ""
	if d.reload != nil {
		script = d.reload.origin() + reloadScript
	}
	d.closePage()
	if address := d.pageAddress(); address != "" {
		d.page = showMistakes(address, text.String(), script)
	}
}

// pageAddress is where a server would listen, as far as that is known.
func (d *session) pageAddress() string {
	if d.result != nil {
		network, address := d.result.Address(os.Getenv)
		if network == "unix" {
			return ""
		}
		return address
	}
	port := d.opts.Port
	if port == 0 {
		port = 8080
	}
	return "127.0.0.1:" + strconv.Itoa(port)
}

func (d *session) closePage() {
	if d.page != nil {
		d.page.close()
		d.page = nil
	}
}

// proved says how the proof of a server ended. One that is not safe is a defect of
// verbosel; it does not run on.
func (d *session) proved(job proofJob) {
	current := job.result == d.result
	if job.copy != "" && current && d.spare == "" && job.err == nil {
		d.spare, d.contents = job.copy, job.result.Contents()
	} else if job.copy != "" {
		os.Remove(job.copy)
	}
	switch {
	case !current: // its file may have been written over
	case job.err != nil:
		d.spec.Explain(d.opts.Talk, job.err)
		d.stop()
		d.hash = ""
		d.say("the server was stopped; waiting for changes\n")
	default:
		d.say("proved, in %v\n", job.result.Proof.Round(time.Millisecond))
	}
}

// build compiles to a file of its own.
func (d *session) build() (r *codegen.Result, path string, err error) {
	d.builds++
	path = filepath.Join(d.opts.Dir, fmt.Sprintf("server-%d", d.builds))
	file, over, err := d.open(path)
	if err != nil {
		return nil, "", err
	}
	how := &codegen.Dev{Over: over, Seen: &d.seen}
	if d.reload != nil {
		how.Origin, how.Script = d.reload.origin(), reloadScript
	}
	r, err = d.spec.Compile(codegen.Options{Port: d.opts.Port, Loopback: !d.opts.Public, Out: file, Dev: how})
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err != nil {
		os.Remove(path)
		return nil, "", err
	}
	d.spec.Warn(d.opts.Talk, r)
	return r, path, nil
}

// open opens a file for a server: an earlier one's, which has most of it already, or a new
// one. Where somebody executes the earlier one still, it cannot be written to (ETXTBSY).
func (d *session) open(path string) (file *os.File, over codegen.Contents, err error) {
	spare := d.spare
	d.spare = ""
	if spare != "" && os.Rename(spare, path) == nil {
		if file, err = os.OpenFile(path, os.O_RDWR, 0o700); err == nil {
			return file, d.contents, nil
		}
		os.Remove(path)
	}
	file, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o700)
	return file, nil, err
}

// keep has a server's file for the next build.
func (d *session) keep(path string, r *codegen.Result) {
	if d.spare != "" {
		os.Remove(d.spare)
	}
	d.spare, d.contents = path, r.Contents()
}

// replace stops the server and starts the new one on its port; where that does not
// start, the old one starts again.
func (d *session) replace(path string, r *codegen.Result) error {
	first := d.good == ""
	d.closePage()
	started, err := d.start(path, r)
	if err != nil {
		child.ExplainAddress(d.opts.Talk, r)
		os.Remove(path)
		if d.good != "" {
			if old, again := takeOver(d.good, d.output(d.result)); again == nil {
				d.server = old
			}
		}
		return err
	}
	if d.good != "" {
		d.keep(d.good, d.result)
	}
	d.server, d.good, d.hash, d.result, d.failed = started, path, r.Identity(), r, false
	if d.reload != nil {
		d.reload.send(d.hash)
	}
	if url := started.url(); first && d.opts.Open && url != "" {
		openBrowser(d.opts.Talk, url)
	}
	return nil
}

// output takes what a server prints.
func (d *session) output(r *codegen.Result) *requestLog {
	return &requestLog{w: d.opts.Log, rewrite: r != nil && r.DevLog}
}

// start runs a server in the place of the one that runs, if one does.
func (d *session) start(path string, r *codegen.Result) (*server, error) {
	if d.server == nil {
		return startServer(path, d.output(r), d.opts.Talk)
	}
	d.stop()
	return takeOver(path, d.output(r))
}

func (d *session) stop() {
	d.closePage()
	if d.server != nil {
		d.server.stop()
		d.server = nil
	}
}
