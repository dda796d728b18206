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
	return b.addResource(b.representation(label, r))
}

func (b *builder) representation(label string, r *site.Resource) representation {
	out := representation{label: label, contentType: r.Type, fields: r.Fields, lastModified: r.LastModified, pos: r.Pos}
	for _, v := range r.Variants {
		out.variants = append(out.variants, variant{coding: v.Coding, etag: v.ETag, body: fileContent(v.Content)})
	}
	if r.Markdown != nil {
		b.addMarkdown(&out, b.representation(label, r.Markdown))
	}
	return out
}

// addMarkdown gives a page its form in Markdown. Preconditions are evaluated before it is known
// which of the two is sent: both were modified when the later one was.
func (b *builder) addMarkdown(page *representation, markdown representation) {
	if markdown.lastModified.After(page.lastModified) {
		page.lastModified = markdown.lastModified
	}
	markdown.lastModified = page.lastModified
	page.accept, markdown.accept = true, true
	page.markdown = &markdown
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
	own := b.hasNotFound()
	b.private = b.folderRoute(s).Auth != nil
	defer func() { b.private = false }()
	var out []below
	if s.SPA != nil || s.NotFound != nil && !own {
		b.fallback(http.StatusNotFound) // the server's own stands in front of a folder's
		p := b.planPage(s, b.ownNotFound(s))
		p.Path = bufferPath(s.Prefix)
		out = append(out, below{s.Prefix, p})
		if s.SPA != nil && s.Prefix == "/" {
			out = append(out, below{wellKnown, Prefix{Path: wellKnown, Page: -1, NotFound: p.NotFound}})
		}
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
		p := b.planPage(s, &folder.NotFound)
		p.Path = bufferPath(folder.Prefix)
		out = slices.DeleteFunc(out, func(b below) bool { return b.path == folder.Prefix }) // a 404.html in .well-known
		out = append(out, below{folder.Prefix, p})
	}
	return out
}

// hasNotFound: the spec's errors have a 404.
func (b *builder) hasNotFound() bool {
	return slices.ContainsFunc(b.block.errors, func(e spec.ErrorResponse) bool { return e.Status == http.StatusNotFound })
}

// ownNotFound is a folder's 404.html, or nil for that of the spec, or of the server.
func (b *builder) ownNotFound(s *site.Site) *site.Resource {
	if b.hasNotFound() {
		return nil
	}
	return s.NotFound
}

// Paths at which programs ask for files by name (RFC 8615; Apple, "Supporting associated
// domains"): no page of an application has them.
const (
	wellKnown = "/.well-known/"
	appleLink = "/apple-app-site-association"
)

// planPage says what is below a folder: its application's page, if it has one, and what there is
// not; notFound is nil for the server's own.
func (b *builder) planPage(s *site.Site, notFound *site.Resource) Prefix {
	p := Prefix{Page: -1}
	if s.SPA != nil {
		page := b.representation("page"+identifier(s.Prefix), s.SPA)
		page.accept = isHTML(s.SPA.Type)
		p.Page = b.addResource(page)
	}
	p.NotFound = b.planNotFound(s, notFound)
	if s.SPA != nil && isHTML(s.SPA.Type) {
		b.resources[p.Page].NoHTML = p.NotFound
	}
	return p
}

// planNotFound is what a folder's paths get that have nothing; notFound is nil for the server's
// own. Where a page of HTML is what others get, it depends on Accept.
func (b *builder) planNotFound(s *site.Site, notFound *site.Resource) int {
	accept := s.SPA != nil && isHTML(s.SPA.Type)
	if notFound != nil {
		return b.addNotFound(notFound, accept)
	}
	return b.fallback(http.StatusNotFound, b.varyAccept(nil, accept)...)
}

// isHTML: a Content-Type is the one of pages that Accept is asked for: XHTML is another.
func isHTML(contentType string) bool { return site.MediaType(contentType) == "text/html" }

// varyAccept is the Vary of what depends on Accept, with what fields or the spec say of it.
func (b *builder) varyAccept(fields []spec.Header, accept bool) []spec.Header {
	if !accept {
		return nil
	}
	return []spec.Header{{Name: "Vary", Value: b.vary(fields, []string{"Accept"})}}
}

// addNotFound is a folder's 404.html: its identity, with the folder's fields. What is
// not there today may be there tomorrow: no rule for files makes a cache keep it.
// It depends on Accept where an application's page is what others get.
func (b *builder) addNotFound(r *site.Resource, accept bool) int {
	content := fileContent(r.Variants[0].Content)
	fields := slices.Clone(r.Fields)
	if vary := b.varyAccept(fields, accept); accept {
		fields = append(slices.DeleteFunc(fields, func(f spec.Header) bool { return strings.EqualFold(f.Name, "Vary") }), vary...)
	}
	for i := range fields {
		if strings.EqualFold(fields[i].Name, "Cache-Control") {
			fields[i].Value = "no-cache"
		}
	}
	return b.addContent(message{status: http.StatusNotFound, fields: fields, apart: true, fallback: true, pos: r.Pos,
		content: spec.Content{Type: r.Type, Size: content.Size}}, content)
}
