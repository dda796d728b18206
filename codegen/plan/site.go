package plan

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/verbosel/verbosel/codegen/site"
	"github.com/verbosel/verbosel/codegen/spec"
)

// planFile gives a route's GET and HEAD to a file: a resource, or a redirect to the address
// that a folder has for it.
func (b *builder) planFile(route *Route, r *site.Resource) {
	if r.Redirect != "" {
		target := []spec.Part{{Text: location(r.Redirect)}, {Blank: spec.BlankQuery}}
		m := redirect(http.StatusMovedPermanently, target, r.Fields)
		m.pos = r.Pos
		route.Responses[0] = b.add(m)
		return
	}
	route.Resource = b.addFileResource("resource"+identifier(r.Path), r)
	route.Responses[0] = b.resources[route.Resource].Variants[Identity]
}

// addFileResource adds a file, with all its variants.
func (b *builder) addFileResource(label string, r *site.Resource) int {
	out := representation{label: label, contentType: r.Type, fields: r.Fields, lastModified: r.LastModified, pos: r.Pos}
	for _, v := range r.Variants {
		out.variants = append(out.variants, variant{coding: v.Coding, etag: v.ETag, body: fileContent(v.Content)})
	}
	return b.addResource(out)
}

func fileContent(c site.Content) Content {
	return Content{Bytes: c.Bytes, File: c.File, Size: c.Size, Sum: string(c.Sum[:])}
}

// planPrefixes says what is answered below folders that have a page of an application
// or a 404 of their own.
func (b *builder) planPrefixes() []Prefix {
	var out []Prefix
	for _, s := range b.block.sites {
		for _, below := range b.planBelow(s) {
			out = append(out, below.Prefix)
		}
	}
	slices.SortFunc(out, func(x, y Prefix) int { return cmp.Compare(len(y.Path), len(x.Path)) })
	return out
}

// below is a Prefix, and its path as patterns have it.
type below struct {
	path string
	Prefix
}

// planBelow is for one folder, and the folders in it that have a 404 of their own. Where the
// spec's errors have a 404, that is every folder's.
func (b *builder) planBelow(s *site.Site) []below {
	own := slices.ContainsFunc(b.block.errors, func(e spec.ErrorResponse) bool { return e.Status == http.StatusNotFound })
	b.private = b.folderRoute(s).Auth != nil
	defer func() { b.private = false }()
	var out []below
	page := -1
	if s.SPA != nil {
		page = b.addFileResource("page"+identifier(s.Prefix), s.SPA)
	}
	if s.SPA != nil || s.NotFound != nil && !own {
		p := Prefix{Path: bufferPath(s.Prefix), Page: page, NotFound: b.fallback(http.StatusNotFound)}
		if s.NotFound != nil && !own {
			p.NotFound = b.addNotFound(s.NotFound)
		}
		out = append(out, below{s.Prefix, p})
	}
	if own {
		return out
	}
	for i := range s.Below {
		folder := &s.Below[i]
		if slices.ContainsFunc(b.block.sites, func(other *site.Site) bool {
			return other.Prefix == folder.Prefix && (other.SPA != nil || other.NotFound != nil)
		}) {
			continue // a route of its own says what is below it
		}
		out = append(out, below{folder.Prefix, Prefix{Path: bufferPath(folder.Prefix), Page: page, NotFound: b.addNotFound(&folder.NotFound)}})
	}
	return out
}

// addNotFound is a folder's 404.html: its identity, with the folder's fields. What is
// not there today may be there tomorrow: no rule for files makes a cache keep it.
func (b *builder) addNotFound(r *site.Resource) int {
	content := fileContent(r.Variants[0].Content)
	fields := slices.Clone(r.Fields)
	for i := range fields {
		if strings.EqualFold(fields[i].Name, "Cache-Control") {
			fields[i].Value = "no-cache"
		}
	}
	return b.addContent(message{status: http.StatusNotFound, fields: fields, fallback: true, pos: r.Pos,
		content: spec.Content{Type: r.Type, Size: content.Size}}, content)
}
