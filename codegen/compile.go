package codegen

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"runtime"
	"slices"
	"time"

	"github.com/verbosel/verbosel/codegen/elf64"
	"github.com/verbosel/verbosel/codegen/lower"
	"github.com/verbosel/verbosel/codegen/plan"
	"github.com/verbosel/verbosel/codegen/site"
	"github.com/verbosel/verbosel/codegen/spec"
	"github.com/verbosel/verbosel/codegen/verify"
	"github.com/verbosel/verbosel/codegen/x64"
)

// Options say how to compile. The zero Options compile the spec as it stands, into
// memory.
type Options struct {
	Port      int    // overrides the port of the spec and its environment variable; 0 does not
	Loopback  bool   // every address of the machine, in the spec, becomes its own, 127.0.0.1 or ::1
	Activated bool   // overrides where the spec listens: the socket is handed over, as with `listen: systemd`
	Isolation string // overrides the spec's: "request", "connection" or "proof"; empty does not
	Symbols   bool   // with section headers and symbols, for objdump, nm, gdb and perf
	Out       Store  // where the ELF goes; nil keeps it in memory
	Note      string // the version of the compiler, for a note in which the ELF says what it is made of; empty: there is none

	// Sources is called when everything is known that the server is made from, and before
	// anything is made; an error ends the build. It may be nil.
	Sources func(Sources) error

	// Stage is called with the verb of each stage when that begins. It may be nil.
	Stage func(verb string)

	// Proofs remembers proofs from build to build; nil: each is made anew.
	Proofs *ProofMemo

	// Certified lets a certificate that Proofs remembers of the same code do for the proof, if the server is accepted with it. The
	// Report has no worst cases then, nor the calls that are made with their arguments, which only the proof finds.
	Certified bool

	// Certificate lets nothing but a certificate do for the proof: one that Proofs remembers, or one that is looked for. An error is also that
	// none can be written. The Report is that of Certified.
	Certificate bool

	Context context.Context // ends the work on folders early; nil: never
	Site    SiteOptions     // how folders are built
	Dev     *Dev            // for `dev`; nil: as the spec says
}

// SiteOptions say how the folders of routes with `dir` are built.
type SiteOptions = site.Options

// ProofMemo remembers proofs.
type ProofMemo = verify.Memo

// Uncertified says why no certificate of a server can be written.
type Uncertified = verify.Uncertified

// Group is files of a folder that have a pattern.
type Group = site.Group

// Disk is a file system of specs whose folders can be beyond its root.
type Disk = spec.Disk

// SiteHashes remembers the hashes of folders' files between builds.
type SiteHashes = site.Hashes

// FileFacts is what a system tells of a file beyond its size and time.
type FileFacts = site.Facts

// SiteCache keeps encodings between builds.
type SiteCache = site.Cache

func (o Options) context() context.Context {
	if o.Context != nil {
		return o.Context
	}
	return context.Background()
}

// Store takes a finished file and lets it be read again. An *os.File is one.
type Store interface {
	io.Writer
	io.ReaderAt
}

// Result is everything that a compilation made, stage by stage.
type Result struct {
	Spec    *spec.Spec
	Sites   []*site.Site
	Plan    *plan.Plan
	Program *x64.Program // without its data from `link` on
	Object  *x64.Object  // likewise
	Image   *elf64.Image
	Report  *verify.Report
	Proof   time.Duration // what the proof took
	DevLog  bool          // the log, in JSON, is that of Options.Dev

	Remembered bool // the proof is one of Options.Proofs, or the certificate that is the proof was found of an earlier build

	certificate []byte // with which the server was accepted, by Options.Certified or Options.Certificate

	isProbe bool   // it is no server, but what asks one for its health
	name    string // of the spec
	fsys    fs.FS
	opts    Options
	hash    hash.Hash // of the ELF; nil where it was written in parts

	parts  [sha256.Size]byte // the hash of these
	placed elf64.Contents    // what they have of files
}

// A stage makes the next part of a Result from the ones before it.
type stage struct {
	verb string // what it does, for messages
	run  func(*Result) error
}

// Compile reads the spec called name, and the files that it names, from fsys, and
// makes a server of it. Mistakes in the spec are a diag.List; see Problems.
//
// With an error the Result holds what the stages before the failing one made, and
// Options.Out may hold a part of a file, which must not be used.
//
// Where a remembered hash turns out to be wrong, everything is made once more with hashes
// taken anew; so it is where a file changes during the build.
func Compile(fsys fs.FS, name string, opts Options) (*Result, error) {
	again, ok := opts.withoutBelief()
	if !ok {
		opts.Site.Hashes = nil
		return compileOnce(fsys, name, opts)
	}
	r, err := compileOnce(fsys, name, opts)
	if !errors.Is(err, site.ErrChanged) {
		return r, err
	}
	if err := again.emptyStore(); err != nil {
		return r, fmt.Errorf("%s: beginning anew: %w", name, err)
	}
	return compileOnce(fsys, name, again)
}

// compileOnce is Compile without a second try.
func compileOnce(fsys fs.FS, name string, opts Options) (*Result, error) {
	r := &Result{name: name, fsys: fsys, opts: opts}
	if r.opts.Out == nil {
		r.opts.Out = new(memory)
	}
	stages := []stage{
		{"parse", func(r *Result) (err error) { r.Spec, err = spec.Parse(fsys, name); return }},
		{"override", override},
		{"instrument", instrument},
		{"collect", collect},
		{"guard", func(r *Result) error { return r.announce(fsys) }},
		{"plan", func(r *Result) (err error) { r.Plan, err = plan.Build(fsys, r.Spec, r.Sites...); return }},
		{"lower", func(r *Result) error { r.Program = r.lowered(); return nil }},
		{"assemble", assemble},
		{"link", link},
		{"write", write},
		{"confirm", func(r *Result) error { return site.Confirm(r.opts.context(), r.fsys, r.Sites...) }},
		{"verify", check},
	}
	return r, r.run(stages)
}

// run goes through stages up to the first that fails.
func (r *Result) run(stages []stage) error {
	for _, s := range stages {
		if r.opts.Stage != nil {
			r.opts.Stage(s.verb)
		}
		if err := s.run(r); err != nil {
			return fmt.Errorf("%s: %s: %w", r.name, s.verb, r.withWarnings(err))
		}
	}
	return nil
}

func assemble(r *Result) (err error) {
	r.Object, err = x64.Assemble(r.Program)
	return
}

// collect turns the folders of routes with `dir`, and files that routes name, into
// resources.
func collect(r *Result) (err error) {
	whole := *r.Spec
	whole.Hosts = slices.Clone(whole.Hosts)
	if whole.Routes, err = collectBlock(r, "", whole.Routes); err != nil {
		return err
	}
	for i := range whole.Hosts {
		h := &whole.Hosts[i]
		if h.Routes, err = collectBlock(r, h.Name, h.Routes); err != nil {
			return err
		}
	}
	r.Spec = &whole
	seen := new(site.Seen)
	if r.opts.Dev != nil && r.opts.Dev.Seen != nil {
		seen = r.opts.Dev.Seen
	}
	r.fsys = seen.Files(r.fsys, r.Sites...)
	return nil
}

// lowered is the program that the plan becomes.
func (r *Result) lowered() *x64.Program {
	if r.isProbe {
		return lower.Probe(r.Plan)
	}
	return lower.Lower(r.Plan)
}

// link gives back what the data was made from: of a large folder that is a quarter of what is
// in use when the proof begins.
func link(r *Result) (err error) {
	if r.Image, err = elf64.Link(r.Object, elf64.Options{Symbols: r.opts.Symbols, Note: r.selfNote()}); err != nil {
		return err
	}
	program, object := *r.Program, *r.Object
	program.Data, object.Data = nil, nil
	r.Program, r.Object = &program, &object
	return nil
}

// whole are program and object with their data, made anew where they were linked.
func (r *Result) whole() (*x64.Program, *x64.Object, error) {
	if r.Image == nil {
		return r.Program, r.Object, nil
	}
	p := r.lowered()
	o, err := x64.Assemble(p)
	return p, o, err
}

// write streams the file into the store and takes its hash on the way.
func write(r *Result) (err error) {
	if out, ok := r.opts.Out.(io.WriterAt); ok && r.opts.Dev != nil {
		return r.writeOver(out)
	}
	if m, ok := r.opts.Out.(*memory); ok {
		m.b = make([]byte, 0, r.Image.Size())
	}
	r.hash = sha256.New()
	return r.Image.Encode(hashedWriter{r.opts.Out, r.hash}, r.fsys)
}

// writeOver writes what the file does not have yet.
func (r *Result) writeOver(out io.WriterAt) (err error) {
	over := r.opts.Dev.Over
	if r.placed, r.parts, err = r.Image.EncodeParts(out, r.fsys, runtime.GOMAXPROCS(0), over); err != nil || over == nil {
		return err
	}
	return out.(rewinder).Truncate(r.Image.Size())
}
