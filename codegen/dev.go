package codegen

import (
	"bytes"
	"io/fs"
	"slices"
	"strings"

	"github.com/verbosel/verbosel/codegen/csp"
	"github.com/verbosel/verbosel/codegen/elf64"
	"github.com/verbosel/verbosel/codegen/site"
	"github.com/verbosel/verbosel/codegen/spec"
)

// Dev says how a server differs that is built to be looked at while its pages are
// written: HTML loads a script from another origin, nothing is kept in caches without
// asking, folders have no encodings, a process answers one request, so that no connection
// outlives its server, and there is a log of requests. It is compiled without its proof;
// Result.Prove makes that up for, when the server runs already.
type Dev struct {
	Origin string // scheme, host and port, such as http://127.0.0.1:1234; empty for no script
	Script string // path of the script there

	Over Contents // what Options.Out has already, a file of an earlier server; nil: it is empty
	Seen *Seen    // of earlier builds: a file that has the size, the times and the place that it had then is not read again; nil: all are read
}

// Contents are what a server has of files.
type Contents = elf64.Contents

// Seen remembers which files were read.
type Seen = site.Seen

// instrument changes the spec for Options.Dev. The Spec that was parsed is not changed.
func instrument(r *Result) error {
	if r.opts.Dev == nil {
		return nil
	}
	changed := *r.Spec
	changed.Server.Isolation = spec.IsolationRequest
	if changed.Server.AccessLog == spec.AccessLogOff {
		changed.Server.AccessLog, r.DevLog = spec.AccessLogJSON, true
	}
	r.Spec = &changed
	r.opts.Site.Identity = true
	if r.opts.Dev.Origin != "" {
		r.opts.Site.Edit = &site.Edit{Text: r.opts.Dev.script(), Where: endOfBody}
	}
	return r.opts.Dev.instrument(r.fsys, &changed)
}

func (d *Dev) instrument(fsys fs.FS, s *spec.Spec) (err error) {
	s.Headers = d.headers(s.Headers)
	s.Routes, s.Errors = slices.Clone(s.Routes), slices.Clone(s.Errors)
	for i := range s.Routes {
		route := &s.Routes[i]
		route.Headers = d.headers(route.Headers)
		switch {
		case route.Dir != nil:
			route.Dir = d.dir(*route.Dir)
		case route.File != nil:
			route.File = d.dir(*route.File)
		default:
			if route.Content, err = d.content(fsys, route.Content, route.Headers); err != nil {
				return err
			}
		}
	}
	for i := range s.Errors {
		page := &s.Errors[i]
		page.Headers = d.headers(page.Headers)
		if page.Content, err = d.content(fsys, page.Content, page.Headers); err != nil {
			return err
		}
	}
	return nil
}

// dir changes the rules of a folder, or of a file.
func (d *Dev) dir(dir spec.Dir) *spec.Dir {
	dir.Cache = []spec.CacheRule{{Glob: spec.Glob{Pattern: "**"}, Value: spec.CacheRevalidate}}
	dir.HeadersFor = slices.Clone(dir.HeadersFor)
	for i := range dir.HeadersFor {
		dir.HeadersFor[i].Headers = d.headers(dir.HeadersFor[i].Headers)
	}
	dir.CSP = slices.Clone(dir.CSP)
	for i := range dir.CSP {
		if d.Origin != "" {
			dir.CSP[i] = allowOrigin(dir.CSP[i], d.Origin)
		}
	}
	return &dir
}

// content puts the script into HTML, as which fields may declare it.
func (d *Dev) content(fsys fs.FS, c spec.Content, fields []spec.Header) (spec.Content, error) {
	mediaType := c.Type
	for _, h := range fields {
		if strings.EqualFold(h.Name, "Content-Type") {
			mediaType = h.Value
		}
	}
	if d.Origin == "" || !strings.HasPrefix(strings.ToLower(mediaType), "text/html") || c.Form == spec.FormNone || c.Form == spec.FormRedirect {
		return c, nil
	}
	html := c.Bytes
	if c.Form == spec.FormFile {
		var err error
		if html, err = fs.ReadFile(fsys, c.File); err != nil {
			return c, err
		}
	}
	html, slots := d.edit(html, c.Slots)
	return spec.Content{Form: spec.FormBody, Bytes: html, Size: int64(len(html)), Type: c.Type, Slots: slots}, nil
}

// script is what loads the script.
func (d *Dev) script() []byte {
	return []byte(`<script src="` + d.Origin + d.Script + `" async></script>`)
}

// edit puts the script into a page with slots.
func (d *Dev) edit(html []byte, slots []spec.Slot) ([]byte, []spec.Slot) {
	at := endOfBody(html)
	slots = slices.Clone(slots)
	for i := range slots {
		if slots[i].At > at {
			slots[i].At += len(d.script())
		}
	}
	return slices.Concat(html[:at], d.script(), html[at:]), slots
}

// endOfBody is the offset of the last end tag of a body, or of the page's end.
func endOfBody(html []byte) int {
	const tag = "</body"
	for at := len(html); ; {
		if at = bytes.LastIndexByte(html[:at], tag[0]); at < 0 {
			return len(html)
		}
		if rest := html[at:]; len(rest) >= len(tag) && bytes.EqualFold(rest[:len(tag)], []byte(tag)) {
			return at
		}
	}
}

// headers lets Content-Security-Policy allow the script, and caches keep nothing.
func (d *Dev) headers(list []spec.Header) []spec.Header {
	list = slices.Clone(list)
	for i := range list {
		switch h := &list[i]; strings.ToLower(h.Name) {
		case "cache-control":
			h.Value = spec.CacheRevalidate
		case "content-security-policy":
			if d.Origin != "" && len(h.Slots) == 0 {
				h.Value = allowOrigin(h.Value, d.Origin)
			}
		}
	}
	return list
}

// allowOrigin adds an origin to what a policy lets a page run and connect to (Content
// Security Policy Level 3, sections 2.2.1 and 6.1).
func allowOrigin(policies, origin string) string {
	return csp.Edit(policies, func(p *csp.Policy) {
		p.Allow([]string{origin}, "script-src-elem", "script-src", "default-src")
		p.Allow([]string{origin}, "connect-src", "default-src")
	})
}
