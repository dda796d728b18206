package site

import (
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/verbosel/verbosel/codegen/spec"
)

// maxFiles bounds a folder: a wrong one (a home, a node_modules) is refused early.
const maxFiles = 100_000

// wellKnown is the folder of RFC 8615, at the top: served although its name begins
// with a dot.
const wellKnown = ".well-known"

// walk finds the files to serve, in the order of their names.
func (b *builder) walk() error {
	if err := b.locate(); err != nil {
		b.errs.add("", "the folder %s cannot be read: %s", b.dir.Folder, cause(err))
		return nil
	}
	w := &walker{builder: b}
	if err := w.folder(b.root, "", []string{b.identityOf(b.root)}); err != nil {
		return err
	}
	if err := w.look(); err != nil {
		return err
	}
	b.sortForeign()
	slices.SortFunc(b.files, func(x, y *file) int { return strings.Compare(x.name, y.name) })
	if b.dir.Precompressed {
		b.takeReady()
	}
	b.files = slices.DeleteFunc(b.files, func(f *file) bool { return !b.included(f.name) })
	if len(b.files) == 0 && len(b.errs.mistakes.list) == 0 {
		b.errs.add("put files into it; names that begin with a dot need dotfiles: true", "the folder %s has no file to serve", b.dir.Folder)
	}
	if spa := b.dir.SPA; spa != "" && b.page(spa) == nil && len(b.errs.mistakes.list) == 0 {
		b.errs.add("include it, or choose another", "spa: %s is left out of the site", path.Join(b.dir.Folder, spa))
	}
	return nil
}

// walker goes through folders.
type walker struct {
	*builder
	folders int
}

// look asks what the files are that were found, several at once: where few of many have changed,
// that is a large part of a build.
func (w *walker) look() error {
	errs := make([]error, len(w.files))
	err := parallel(w.ctx, w.opts.Parallel, len(w.files), func(i int) error {
		if f := w.files[i]; f.info == nil {
			f.info, errs[i] = fs.Stat(w.tree, f.path)
		}
		return nil
	})
	if err != nil {
		return err
	}
	kept := w.files[:0]
	for i, f := range w.files {
		if w.served(f, errs[i]) {
			kept = append(kept, f)
		}
	}
	w.files = kept
	return nil
}

// served reports what makes a file none to serve; err is of asking what it is.
func (w *walker) served(f *file, err error) bool {
	switch {
	case err != nil:
		w.errs.add("", "%s cannot be read: %s", f.path, cause(err))
	case !f.info.Mode().IsRegular():
		w.errs.add("exclude it: only the bytes of files can be served", "%s is %s", f.shown, kind(f.info.Mode()))
	default:
		return true
	}
	return false
}

// folder adds what is in the folder with the real name real, under the name that it
// has in the site. The real names of the folders above tell when a link leads in a
// circle.
func (w *walker) folder(real, name string, above []string) error {
	entries, err := fs.ReadDir(w.tree, real)
	w.folders++
	if err != nil {
		w.errs.add("", "the folder %s cannot be read: %s", real, cause(err))
		return nil
	}
	for _, e := range entries {
		if err := w.ctx.Err(); err != nil {
			return err
		}
		if len(w.files) > maxFiles || w.folders > maxFiles {
			w.errs.add("exclude what is no part of the site", "the folder %s has more than %d files or folders", w.dir.Folder, maxFiles)
			return nil
		}
		if err := w.entry(e, path.Join(real, e.Name()), path.Join(name, e.Name()), above); err != nil {
			return err
		}
	}
	return nil
}

// entry adds a file, of which look finds out the rest, or goes into a folder.
func (w *walker) entry(e fs.DirEntry, real, name string, above []string) error {
	if w.excluded(name) || real == w.specName || !e.IsDir() && w.isForeign(name) || w.hidden(name) {
		return nil
	}
	if !utf8.ValidString(name) {
		w.errs.add("rename it, or exclude its folder", "the name %q is not UTF-8", real)
		return nil
	}
	if e.Type()&fs.ModeSymlink != 0 {
		target, ok := w.link(real)
		if !ok {
			return nil
		}
		real = target
	}
	f := &file{name: name, path: real, shown: path.Join(w.dir.Folder, name)}
	if !e.Type().IsRegular() {
		info, err := fs.Stat(w.tree, real)
		if err == nil && info.IsDir() {
			return w.below(f, above)
		}
		if f.info = info; !w.served(f, err) {
			return nil
		}
	}
	if !w.host.takes(name, real) {
		w.files = append(w.files, f)
		w.checkForm(name)
	}
	return nil
}

// below goes into a folder, unless a link leads there from below it.
func (w *walker) below(f *file, above []string) error {
	self := w.identityOf(f.path)
	if slices.Contains(above, self) {
		w.errs.add("remove the link", "%s leads in a circle to %s", f.shown, f.path)
		return nil
	}
	return w.folder(f.path, f.name, append(above[:len(above):len(above)], self))
}

// hidden reports whether a name begins with a dot, or is what a desktop leaves in its
// folders, and so is left out.
func (w *walker) hidden(name string) bool {
	if w.dir.Dotfiles {
		return false
	}
	base := path.Base(name)
	return strings.HasPrefix(base, ".") && name != wellKnown ||
		strings.EqualFold(base, "Thumbs.db") || strings.EqualFold(base, "desktop.ini")
}

// checkForm warns about a name in another normal form than that in which browsers ask for
// it: to them ü is one character, and some systems write it as two.
func (w *walker) checkForm(name string) {
	if composed := norm.NFC.String(name); composed != name {
		w.errs.warn("rename it: browsers ask for "+spec.PathOf("/", composed),
			"the name %s is in the normal form NFD: its address is %s", path.Join(w.dir.Folder, name), spec.PathOf("/", name))
	}
}

// link resolves a link, which must lead to a name in the site's folder, or anywhere if
// links are followed.
func (w *walker) link(name string) (string, bool) {
	real, ok := RealName(w.tree, name)
	switch {
	case ok && (w.root == "." || real == w.root || strings.HasPrefix(real, w.root+"/")):
		return real, true
	case w.dir.FollowLinks && w.disk != nil:
		return name, true // who opens it follows it
	}
	w.errs.add("put a copy into the folder, exclude the link, or write links: follow", "%s is a link that leaves the folder %s", w.sourceName(name), w.dir.Folder)
	return "", false
}

func kind(m fs.FileMode) string {
	switch {
	case m&fs.ModeNamedPipe != 0:
		return "a named pipe"
	case m&fs.ModeSocket != 0:
		return "a socket"
	case m&fs.ModeDevice != 0:
		return "a device"
	}
	return "no regular file"
}

// included reports whether `include` allows a file.
func (b *builder) included(name string) bool {
	return len(b.dir.Include) == 0 || matchesAny(b.dir.Include, name)
}

// takeReady sets aside the files that are encodings of others: app.js.br of app.js.
func (b *builder) takeReady() {
	names := map[string]bool{}
	for _, f := range b.files {
		names[f.name] = true
	}
	b.files = slices.DeleteFunc(b.files, func(f *file) bool {
		for _, coding := range b.dir.Encodings {
			base, ok := strings.CutSuffix(f.name, extensions[coding])
			if ok && names[base] && b.included(base) {
				b.ready[f.name] = f
				return true
			}
		}
		return false
	})
}

// extensions are those of files in a content coding.
var extensions = map[string]string{spec.CodingBrotli: ".br", spec.CodingZstd: ".zst", spec.CodingGzip: ".gz"}
