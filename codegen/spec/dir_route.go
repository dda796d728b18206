package spec

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// dirRoute decodes a route with `dir`.
func (d *decoder) dirRoute(r *Route, f field, parts routeNodes) {
	r.Content = Content{Form: FormDir}
	r.Dir = defaultDir()
	r.Dir.Pos, r.Dir.Line = d.pos(f.value), d.src.line(f.value.line)
	r.Dir.Folder = d.folder(f.value)
	d.checkPrefix(r, parts)
	for _, h := range r.Headers {
		if msg, hint := refusedForFiles(h.Name); msg != "" {
			d.errs.Add(d.src.errorAt(h.Pos.Line, h.Pos.Col, msg, hint))
		}
	}
	d.fixedFields(r.Headers)
	for _, option := range parts.dirKeys {
		d.dirKey(r.Dir, option)
	}
}

// checkPrefix: the path of a folder is a prefix, and its files decide the rest.
func (d *decoder) checkPrefix(r *Route, parts routeNodes) {
	if r.Path != "" && !r.Pattern.IsLiteral() {
		d.report(parts.path, "write a path that ends with a slash: files have paths of their own below it", "the path of a folder has no parameters")
		r.Path = ""
	}
	if r.Path != "" && !strings.HasSuffix(r.Path, "/") {
		d.report(parts.path, "write "+r.Path+"/", "the path of a folder must end with a slash")
	}
	for _, f := range []*field{parts.method, parts.status} {
		if f != nil {
			d.report(f.key, "remove it: files answer GET and HEAD with 200", "a route with dir cannot have %s", f.key.text)
		}
	}
}

// dirKey decodes a key that only a route with `dir` has.
func (d *decoder) dirKey(dir *Dir, f field) {
	switch f.key.text {
	case "index":
		dir.Index = d.index(f.value)
	case "dotfiles":
		dir.Dotfiles = d.boolean(f.value, "dotfiles")
	case "include":
		dir.Include = d.globs(f.value, "include")
	case "exclude":
		dir.Exclude = d.globs(f.value, "exclude")
	case "clean_urls":
		dir.CleanURLs = d.boolean(f.value, "clean_urls")
	case "trailing_slash":
		dir.TrailingSlash = TrailingSlash(d.choice(f.value, "trailing_slash", string(SlashKeep), string(SlashAlways), string(SlashNever)))
	case "types":
		dir.Types = d.types(f.value)
	case "last_modified":
		dir.LastModified = d.lastModified(f.value)
	case "encodings":
		dir.Encodings = d.encodings(f.value)
	case "min_gain":
		dir.MinGain = d.minGain(f.value)
	case "precompressed":
		dir.Precompressed = d.boolean(f.value, "precompressed")
	case "cache":
		dir.Cache = d.cacheRules(f.value)
	case "headers_for":
		dir.HeadersFor = d.headerRules(f.value)
	case "links":
		dir.FollowLinks = d.choice(f.value, "links", linksInside, linksFollow) == linksFollow
	case "site_files":
		dir.SiteFiles = SiteFiles(d.choice(f.value, "site_files", string(SiteFilesNetlify), string(SiteFilesCloudflare), string(SiteFilesOff)))
	case "listing":
		dir.Listing = d.boolean(f.value, "listing")
	case "markdown":
		dir.Markdown = d.boolean(f.value, "markdown")
	case "csp":
		if d.choice(f.value, "csp", cspAuto) == cspAuto {
			dir.CSP = []string{sitePolicy}
		}
	case "spa":
		dir.SPA = d.spa(dir.Folder, f.value)
	default:
		panic("BUG: no key of a folder: " + f.key.text)
	}
}

// Values of `links`.
const (
	linksInside = "inside"
	linksFollow = "follow"
)

// cspAuto is the value of `csp`.
const cspAuto = "auto"

// strayKeys reports keys that mean nothing without `dir`, or without a file.
func (d *decoder) strayKeys(keys []field) {
	for _, f := range keys {
		hint := "remove it, or name a folder with dir"
		if slices.Contains(fileKeys, f.key.text) {
			hint += ", or a file that GET gets with status 200"
		}
		d.report(f.key, hint, "%s in a route without dir", f.key.text)
	}
}

// folder returns the name in the fs.FS of the folder that the node names.
func (d *decoder) folder(n *node) string {
	raw, ok := d.text(n, "dir")
	if !ok {
		return ""
	}
	name, msg, hint := d.files.resolveFolder(raw)
	if msg == "" {
		msg, hint = d.files.statFolder(name)
	}
	if msg != "" {
		d.report(n, hint, "%s", msg)
		return ""
	}
	return name
}

// statFolder says why a folder cannot be served, or returns "".
func (f *files) statFolder(name string) (msg, hint string) {
	fsys, at, err := Folder(f.fsys, name)
	if err != nil {
		return fmt.Sprintf("the folder %s cannot be read: %s", name, cause(err)), ""
	}
	st, err := fs.Stat(fsys, at)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "there is no folder " + name, f.suggestFolder(name)
	case err != nil:
		return fmt.Sprintf("the folder %s cannot be read: %s", name, cause(err)), ""
	case !st.IsDir():
		return name + " is no folder", "serve a single file with file"
	}
	return "", ""
}

// suggestFolder finds a folder of a similar name beside the one that is missing.
func (f *files) suggestFolder(name string) string {
	fsys, above, err := Folder(f.fsys, path.Dir(name))
	if err != nil {
		return ""
	}
	entries, _ := fs.ReadDir(fsys, above)
	var names []string
	for _, e := range entries {
		if e.IsDir() {
			names = append(names, e.Name())
		}
	}
	if hint := didYouMean(path.Base(name), names); hint != "" {
		return hint
	}
	return "names are relative to the spec"
}

// boolean reads true or false.
func (d *decoder) boolean(n *node, name string) bool {
	if n.kind != kindBool {
		d.wrongKind(n, name, "true or false", "write true or false")
		return false
	}
	return jsonBool(n.text) == "true"
}

// index reads the name of index pages, or a list of them; false is for none.
func (d *decoder) index(n *node) []string {
	const hint = "write a file's name such as index.html, a list of them, or false"
	items := []*node{n}
	switch n.kind {
	case kindBool:
		if jsonBool(n.text) == "true" {
			d.report(n, hint, "index: which file is it?")
		}
		return nil
	case kindList:
		items = n.items
	}
	var names []string
	for _, item := range items {
		name, ok := d.text(item, "index")
		switch {
		case !ok:
		case name == "" || name == "." || name == ".." || strings.ContainsAny(name, "/\x00"):
			d.report(item, hint, "index: %q is no file's name", name)
		case slices.Contains(names, name):
			d.report(item, "remove one of the two", "index: %s stands in the list twice", name)
		default:
			names = append(names, name)
		}
	}
	return names
}

// spa reads the name of a file in the folder.
func (d *decoder) spa(folder string, n *node) string {
	raw, ok := d.text(n, "spa")
	if !ok || folder == "" {
		return ""
	}
	name := path.Clean(raw)
	if !fs.ValidPath(name) || name == "." {
		d.report(n, "name a file in the folder, such as index.html", "spa: %q is no file in the folder", raw)
		return ""
	}
	if info := d.files.look(path.Join(folder, name)); info.msg != "" {
		d.report(n, info.hint, "spa: %s", info.msg)
	}
	return name
}

// encodings reads a list of content codings.
func (d *decoder) encodings(n *node) []string {
	if n.kind != kindList {
		d.wrongKind(n, "encodings", "a list", "write [br, zstd, gzip], or [] for none")
		return nil
	}
	given := map[string]bool{}
	for _, item := range n.items {
		c := d.choice(item, "encodings", Encodings()...)
		if c != "" && given[c] {
			d.report(item, "remove one of the two", "%s stands in the list twice", c)
		}
		given[c] = true
	}
	return slices.DeleteFunc(Encodings(), func(c string) bool { return !given[c] })
}
