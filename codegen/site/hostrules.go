package site

import (
	"net/http"
	"net/url"
	"path"
	"strings"

	"github.com/verbosel/verbosel/codegen/diag"
	"github.com/verbosel/verbosel/codegen/sitefiles"
	"github.com/verbosel/verbosel/codegen/spec"
)

// redirect finds out what the rules of _redirects are for, and takes away the addresses of
// files that they win over.
func (b *builder) redirect() error {
	if b.host.redirects == nil || len(b.host.redirects.Rules) == 0 {
		return nil
	}
	has := map[string]bool{}
	for _, c := range b.claims {
		has[c.path] = true
	}
	others, bad := b.host.redirects.Sources(b.targetNames())
	b.errs.found(bad)
	if b.host.headers != nil {
		others = append(others, b.host.headers.Patterns()...)
	}
	resolved, bad := b.host.redirects.Resolve(others, func(path string) bool { return has[path] })
	b.errs.found(bad)
	b.host.resolved = resolved
	reported := map[*sitefiles.Rule]bool{}
	for _, c := range resolved.Cells {
		if msg, hint := b.checkCell(c); msg != "" && !reported[c.Rule] {
			reported[c.Rule] = true
			b.errs.found(diag.List{b.host.redirects.Mistake(c.Rule.TargetAt, msg, hint)})
		}
	}
	var kept []claim
	for _, c := range b.claims {
		if !resolved.Takes(c.path) {
			kept = append(kept, c)
		}
	}
	b.claims = kept
	return nil
}

// checkCell says what is wrong with where a rule leads, or returns "".
func (b *builder) checkCell(c sitefiles.Cell) (msg, hint string) {
	if b.opts.MaxPath > 0 && c.Pattern.Shortest() > b.opts.MaxPath {
		return "the path is longer than a request's head has room for", "shorten it, or raise server.limits.head"
	}
	if c.Rule.IsRedirect() {
		_, msg, hint = spec.RedirectTarget(c.Target, c.Pattern)
		return msg, hint
	}
	b.warnPartial(c.Pattern)
	if b.targetFile(c) == nil && !c.Rule.Captures() {
		return "the folder " + b.dir.Folder + " has no file for " + c.Rule.Target, "name one that it has, such as /index.html"
	}
	return "", ""
}

// targetNames are what targets may call the files: see targetFile.
func (b *builder) targetNames() []string {
	var out []string
	for _, f := range b.files {
		name := "/" + f.name
		out = append(out, name)
		folder, base := path.Split(name)
		if b.isIndex(f.name) {
			out = append(out, folder)
			if folder != "/" {
				out = append(out, strings.TrimSuffix(folder, "/"))
			}
		} else if page, ok := strings.CutSuffix(name, ".html"); ok && base != ".html" {
			out = append(out, page, page+"/")
		}
	}
	return out
}

// targetFile is the file that a rule answers with, or nil: that of the name, the page of a
// folder, or the page of a name without .html.
func (b *builder) targetFile(c sitefiles.Cell) *file {
	target, _, _ := strings.Cut(c.Target, "#")
	target, _, _ = strings.Cut(target, "?")
	if strings.Contains(target, "{") { // a part of the path that is left open, and no file's name
		return nil
	}
	name, err := url.PathUnescape(strings.TrimPrefix(target, "/"))
	if err != nil {
		return nil
	}
	if f := b.file(name); f != nil {
		return f
	}
	folder := strings.TrimSuffix(name, "/")
	for _, index := range b.dir.Index {
		if f := b.file(path.Join(folder, index)); f != nil {
			return f
		}
	}
	return b.file(folder + ".html")
}

// addRules makes routes of the rules.
func (b *builder) addRules() {
	if b.host.resolved == nil {
		return
	}
	for _, c := range b.host.resolved.Cells {
		route := spec.Route{
			Path: c.Pattern.String(), Pattern: c.Pattern, Methods: []string{"GET"}, Status: c.Rule.Status,
			Quiet: b.route.Quiet, Auth: b.route.Auth, Open: b.route.Open, Pos: c.Rule.Pos, PathPos: c.Rule.Pos,
		}
		if c.Rule.IsRedirect() {
			route.Content.Form = spec.FormRedirect
			route.Redirect, _, _ = spec.RedirectTarget(c.Target, c.Pattern)
			route.Headers = b.ownFields()
		} else if f := b.targetFile(c); f != nil {
			b.answer(&route, f)
		} else {
			b.answerNothing(&route)
		}
		b.site.Routes = append(b.site.Routes, route)
	}
}

// answer makes a route answer with a file, and the fields that its own paths have.
func (b *builder) answer(route *spec.Route, f *file) {
	r := f.resource
	r.Path, r.Pos = route.Path, route.Pos
	if b.host.headers != nil {
		b.addFields(&r, f, b.host.headers.ForAll(route.Pattern))
	}
	identity := r.Variants[0]
	route.Content = spec.Content{Form: spec.FormBody, Bytes: identity.Bytes, Size: identity.Size, Type: r.Type}
	if identity.File != "" {
		route.Content = spec.Content{Form: spec.FormFile, File: identity.File, Size: identity.Size, Type: r.Type}
	}
	if route.Status != http.StatusOK {
		route.Headers = withoutLifetime(r.Fields)
		return
	}
	rules := *b.dir
	rules.Folder = ""
	route.File = &rules
	b.site.Rewrites = append(b.site.Rewrites, &Site{Prefix: route.Path, Rules: &rules, Resources: []Resource{r}})
}

// answerNothing makes a route answer that there is no such file: hosts do not go on with
// the next rule, or file, then.
func (b *builder) answerNothing(route *spec.Route) {
	route.Status = http.StatusNotFound
	if f := b.file(notFoundPage); f != nil {
		b.answer(route, f)
		return
	}
	route.Content.Form = spec.FormNone
	route.Headers = b.ownFields()
}

// withoutLifetime is fields of a page that says what is not there: no rule for files makes a
// cache keep it.
func withoutLifetime(fields []spec.Header) []spec.Header {
	out := make([]spec.Header, 0, len(fields))
	for _, h := range fields {
		if strings.EqualFold(h.Name, "Cache-Control") {
			h.Value = spec.CacheRevalidate
		}
		out = append(out, h)
	}
	return out
}
