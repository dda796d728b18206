package site

import (
	"context"
	"io/fs"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/verbosel/verbosel/codegen/csp"
	"github.com/verbosel/verbosel/codegen/diag"
	"github.com/verbosel/verbosel/codegen/pattern"
	"github.com/verbosel/verbosel/codegen/spec"
)

// Site is what a folder answers, or a file that a route names.
type Site struct {
	Host      string     // under whose name it is served, as spec.Host has it; empty for the spec itself
	Prefix    string     // path of the route, which ends with a slash
	Folder    string     // name of the folder in the fs.FS; empty where the route names a file
	Rules     *spec.Dir  // what the route says of its files
	Resources []Resource // sorted by Path
	NotFound  *Resource  // 404.html, without a Path; nil where there is none
	Below     []Below    // the 404.html of folders in it, by Prefix
	SPA       *Resource  // the answer to unknown pages, without a Path; or nil
	Warnings  diag.List  // what is hardly meant, at the place of `dir`
	Place     string     // absolute name of the folder where it is no plain part of the spec's; or empty
	NoCharset []string   // names of files of text that is not UTF-8, sorted
	Immutable []Group    // files whose content never changes under their name
	Doubtful  []Group    // files whose names look like that, and that are not taken for it
	Foreign   []Foreign  // files for other servers, which are not served

	Routes   []spec.Route // what the folder's _redirects says: redirects, and files at other paths
	Rewrites []*Site      // the files of those of Routes that GET gets with 200, by their Rules

	stored map[string]stored // content that Files opens, by its name
}

// Resource is what one path answers: content, or a redirect.
type Resource struct {
	Path         string        // in the form of spec.Route.Path
	File         string        // where it comes from, for messages: a name in the fs.FS
	Redirect     string        // path that it redirects to, percent-encoded; empty for content
	Type         string        // Content-Type
	Fields       []spec.Header // the route's, those of rules, Cache-Control
	LastModified time.Time     // UTC, whole seconds; zero for none
	Markdown     *Resource     // the same page as Markdown, without a Path; nil where there is none
	Variants     []Variant     // the identity, then br, zstd, gzip as far as they are kept; none for a redirect
	Pos          diag.Pos      // of `dir`, or of `file`
}

// Below is what is said of paths below a folder that have nothing.
type Below struct {
	Prefix   string   // ends with a slash
	NotFound Resource // without a Path
}

// Variant is one form of a resource's content.
type Variant struct {
	Coding string // content coding (RFC 9110 8.4.1); empty for the identity
	Content
	ETag string // opaque-tag without its quotes, strong: 16 characters of the base64url of the content's SHA-256
}

// Group is files of one pattern.
type Group struct {
	Pattern string `json:"pattern"`
	Files   int    `json:"files"`
}

// Options say how a site is built. The zero Options build it without a cache.
type Options struct {
	Cache    Cache                                // keeps encodings; nil: they are made anew and held in memory
	Progress func(done, total int)                // called with a growing count of steps, never twice at once; may be nil
	Parallel int                                  // workers; 0: one for each processor
	GitTime  func(name string) (time.Time, error) // when a file of the fs.FS was committed last; zero: no Last-Modified
	Identity bool                                 // without encodings, for quick builds
	Edit     *Edit                                // changes the content of HTML files; may be nil
	Hashes   *Hashes                              // remembers hashes; nil: every file is read for its own
	MaxPath  int                                  // bytes of the longest path that a request can have; 0: no limit
}

// Edit puts a text into the content of HTML files.
type Edit struct {
	Text  []byte
	Where func(html []byte) int // the offset of the text, always the same for the same content
}

// apply returns the content with the text in it.
func (e *Edit) apply(html []byte) []byte {
	at := e.Where(html)
	return slices.Concat(html[:at], e.Text, html[at:])
}

// builder makes a Site, step by step.
type builder struct {
	ctx   context.Context
	fsys  fs.FS
	route spec.Route
	dir   *spec.Dir
	opts  Options
	errs  problems
	files []*file          // by name
	ready map[string]*file // files that are encodings of others, by name

	tree     fs.FS     // where the folder is
	root     string    // its name there
	disk     spec.Disk // tree, if it is one
	apart    bool      // tree is not fsys
	specName string    // of the spec in tree; empty where it is not there
	excludes []bool    // which patterns of Exclude have left something out

	immutable map[*file]bool
	claims    []claim
	host      hostFiles
	site      *Site
	steps     *progress
	mu        sync.Mutex // guards site.stored
}

// file is a file of the folder.
type file struct {
	name     string // in the folder, as addressed
	path     string // in the fs.FS, without links
	shown    string // for messages: in the fs.FS, as found
	info     fs.FileInfo
	guessed  bool // its type is the one of its name
	text     verdict
	resource Resource // Path and Redirect apart
	identity Content
	known    *known      // of its hash, to be remembered; nil for nothing
	recalled bool        // the hash is what was remembered
	made     []byte      // its content, where it is none of the folder's but the page of one
	inlined  *csp.Inline // what is inline in it; nil where nobody asks
}

// Build reads the folder of a route with Dir, or the file of one with File, from fsys,
// the file system that the spec was read from. Mistakes are a diag.List; other errors are the context's and the
// cache's.
func Build(ctx context.Context, fsys fs.FS, route spec.Route, opts Options) (*Site, error) {
	if opts.Parallel <= 0 {
		opts.Parallel = runtime.GOMAXPROCS(0)
	}
	b := &builder{
		ctx: ctx, fsys: fsys, route: route, dir: rulesOf(route), opts: opts,
		errs:  problems{dir: rulesOf(route)},
		ready: map[string]*file{}, excludes: make([]bool, len(rulesOf(route).Exclude)),
		site: &Site{Prefix: route.Path, Folder: rulesOf(route).Folder, Rules: rulesOf(route), stored: map[string]stored{}},
	}
	find, address := b.walk, b.address
	if b.isFile() {
		find, address = b.named, b.addressNamed
	}
	for _, step := range []func() error{find, b.readHostFiles, b.fingerprint, b.list, b.describe, address, b.redirect, b.identify, b.checkMarkdown, b.inline, b.encode} {
		if err := step(); err != nil {
			return nil, err
		}
		if err := b.errs.err(); err != nil {
			return nil, err
		}
	}
	b.finish()
	return b.site, nil
}

// finish puts the content that is known by now into the resources.
func (b *builder) finish() {
	for _, c := range b.claims {
		b.site.Resources = append(b.site.Resources, b.resource(c))
	}
	if !b.isFile() {
		b.site.NotFound = b.pageBelow(notFoundPage, b.route.Path)
		b.addBelow()
	}
	if b.dir.SPA != "" {
		b.site.SPA = b.pageBelow(b.dir.SPA, b.route.Path)
	}
	b.addRules()
	if !b.isFile() {
		b.warnUnused()
	}
	b.site.Warnings = b.errs.warnings()
	slices.SortFunc(b.site.Resources, func(x, y Resource) int { return strings.Compare(x.Path, y.Path) })
}

// notFoundPage is the file that answers what a folder does not have.
const notFoundPage = "404.html"

// page is a file as a resource without a path, nil where the site does not have it.
func (b *builder) page(name string) *Resource {
	f := b.file(name)
	if f == nil {
		return nil
	}
	r := f.resource
	return &r
}

// pageBelow is a page that answers what is below a path.
func (b *builder) pageBelow(name, prefix string) *Resource {
	r := b.page(name)
	if r != nil {
		b.warnPartial(pattern.Below(prefix))
		b.addFields(r, b.file(name), b.host.headersBelow(prefix))
	}
	return r
}

// addBelow finds the 404.html of folders in the folder: each is for what is below its own.
func (b *builder) addBelow() {
	for _, f := range b.files {
		if folder, base := path.Split(f.name); base == notFoundPage && folder != "" {
			prefix := spec.PathOf(b.route.Path, folder)
			b.site.Below = append(b.site.Below, Below{prefix, *b.pageBelow(f.name, prefix)})
		}
	}
	slices.SortFunc(b.site.Below, func(x, y Below) int { return strings.Compare(x.Prefix, y.Prefix) })
}

// file finds a file by its name, nil where there is none.
func (b *builder) file(name string) *file {
	i, ok := slices.BinarySearchFunc(b.files, name, func(f *file, name string) int { return strings.Compare(f.name, name) })
	if !ok {
		return nil
	}
	return b.files[i]
}

// ownFields are the route's own fields, without those of files.
func (b *builder) ownFields() []spec.Header {
	own, _ := withoutType(b.route.Headers)
	return slices.DeleteFunc(own, func(h spec.Header) bool { return IsLifetime(h.Name) })
}

// redirectFields are the fields of a redirect to a file: the route's own, and those of
// the file that say how long it may be kept. A page that moves takes its redirects along:
// one of which nothing says how long it may be kept is asked for again, as browsers would
// keep it for ever, and two that lead to each other would be a loop.
func (b *builder) redirectFields(file []spec.Header) []spec.Header {
	kept := b.ownFields()
	known := !b.dir.DefaultCache // there is a global Cache-Control
	for _, h := range file {
		if IsLifetime(h.Name) {
			kept = append(kept, h)
			known = known || strings.EqualFold(h.Name, "Cache-Control") || strings.EqualFold(h.Name, "Expires")
		}
	}
	if !known {
		kept = append(kept, spec.Header{Name: "Cache-Control", Value: spec.CacheRevalidate, Pos: b.dir.Pos})
	}
	return kept
}

// resource is what an address answers.
func (b *builder) resource(c claim) Resource {
	r := c.file.resource
	if c.redirect == "" {
		fields := b.host.headersFor(c.path)
		b.addFields(&r, c.file, fields)
		r.Markdown = b.markdownOf(c.file, fields)
	}
	if c.redirect != "" {
		r = Resource{File: r.File, Redirect: c.redirect, Fields: b.redirectFields(r.Fields), Pos: b.dir.Pos}
	}
	r.Path = c.path
	return r
}
