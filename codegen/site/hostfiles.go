package site

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/verbosel/verbosel/codegen/diag"
	"github.com/verbosel/verbosel/codegen/pattern"
	"github.com/verbosel/verbosel/codegen/sitefiles"
	"github.com/verbosel/verbosel/codegen/spec"
)

// hostFiles are the files that a folder brings along for its host.
type hostFiles struct {
	found     map[string]string // names in the tree, by those at the top of the folder
	headers   *sitefiles.Headers
	redirects *sitefiles.Redirects
	resolved  *sitefiles.Resolved
	warned    map[*sitefiles.HeaderRule]bool // of fields that some answers do not have
}

// takes sets aside what is not served; name is in the folder, real in the tree.
func (h *hostFiles) takes(name, real string) bool {
	if name != sitefiles.RedirectsFile && name != sitefiles.HeadersFile {
		return false
	}
	if h.found == nil {
		h.found = map[string]string{}
	}
	h.found[name] = real
	return true
}

// readHostFiles reads _redirects and _headers, if the spec says whose meaning they have.
func (b *builder) readHostFiles() error {
	if len(b.host.found) == 0 || b.dir.SiteFiles == spec.SiteFilesOff {
		if b.dir.SiteFiles == spec.SiteFilesNetlify || b.dir.SiteFiles == spec.SiteFilesCloudflare {
			b.errs.warn("remove it", "site_files: the folder %s has neither _redirects nor _headers at its top", b.dir.Folder)
		}
		return nil
	}
	texts := map[string][]byte{}
	for name, real := range b.host.found {
		text, err := fs.ReadFile(b.tree, real)
		if err != nil {
			b.errs.add("", "%s cannot be read: %s", path.Join(b.dir.Folder, name), cause(err))
		}
		texts[name] = text
	}
	dialect := sitefiles.Dialect(b.dir.SiteFiles)
	if b.dir.SiteFiles == spec.SiteFilesUnsaid {
		b.unsaid(texts)
		return nil
	}
	if text, ok := texts[sitefiles.RedirectsFile]; ok {
		r, bad := sitefiles.ParseRedirects(dialect, path.Join(b.dir.Folder, sitefiles.RedirectsFile), text)
		b.host.redirects = r
		b.errs.found(bad)
		if r != nil && bad.Err() == nil {
			b.errs.found(r.Mount(b.route.Path, b.hasBelow))
		}
	}
	if text, ok := texts[sitefiles.HeadersFile]; ok {
		h, bad := sitefiles.ParseHeaders(dialect, path.Join(b.dir.Folder, sitefiles.HeadersFile), text)
		if h != nil {
			h.Mount(b.route.Path)
		}
		b.host.headers = h
		b.errs.found(bad)
	}
	return nil
}

// hasBelow: the folder has files in one of its own.
func (b *builder) hasBelow(folder string) bool {
	return slices.ContainsFunc(b.files, func(f *file) bool { return strings.HasPrefix(f.name, folder) })
}

// unsaid reports files of a host whose meaning nobody has said.
func (b *builder) unsaid(texts map[string][]byte) {
	name := sitefiles.RedirectsFile
	if texts[name] == nil {
		name = sitefiles.HeadersFile
	}
	dialect, why := sitefiles.Guess(texts[sitefiles.RedirectsFile], texts[sitefiles.HeadersFile], b.topNames())
	looks := "hosts give it different meanings"
	if why != "" {
		looks = "it looks like " + dialect.Host() + "'s (" + why + ")"
	}
	b.errs.add("write site_files: netlify or site_files: cloudflare to apply it, or site_files: off", "the folder %s has %s: %s", b.dir.Folder, name, looks)
}

// topNames are the names of the files at the top of the folder.
func (b *builder) topNames() []string {
	entries, _ := fs.ReadDir(b.tree, b.root)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// headersFor are the fields that _headers has for a path.
func (h *hostFiles) headersFor(path string) []spec.Header {
	if h.headers == nil {
		return nil
	}
	return h.headers.For(path)
}

// headersBelow are those for all that is below a path.
func (h *hostFiles) headersBelow(prefix string) []spec.Header {
	if h.headers == nil {
		return nil
	}
	return h.headers.ForAll(pattern.Below(prefix))
}

// warnPartial warns about fields that answers for a pattern's paths do not have.
func (b *builder) warnPartial(p pattern.Pattern) {
	if b.host.headers == nil {
		return
	}
	for _, rule := range b.host.headers.Partial(p) {
		if b.host.warned[rule] {
			continue
		}
		if b.host.warned == nil {
			b.host.warned = map[*sitefiles.HeaderRule]bool{}
		}
		b.host.warned[rule] = true
		e := b.host.headers.Mistake(rule.Pos, "fields of "+rule.Path+" that depend on the path are sent with files at their own addresses alone, and not with a page that answers all of "+p.String(),
			"write a path that ends with /*, and values without :names, for all of it")
		e.Severity = diag.Warning
		b.errs.found(diag.List{e})
	}
}

// addFields gives a resource the fields of its path. What the spec says by headers_for
// stands in front of them.
func (b *builder) addFields(r *Resource, f *file, fields []spec.Header) {
	if len(fields) == 0 {
		return
	}
	route := b.route
	route.Headers = override(route.Headers, fields)
	typ, all, guessed := describeFile(route, b.dir, f.nameForRules(), b.immutable[f])
	r.Fields = b.withPolicy(f, all)
	if !guessed {
		r.Type = typ
	}
}
