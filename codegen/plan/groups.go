package plan

import (
	"fmt"
	"slices"

	"github.com/verbosel/verbosel/codegen/diag"
	"github.com/verbosel/verbosel/codegen/pattern"
	"github.com/verbosel/verbosel/codegen/site"
	"github.com/verbosel/verbosel/codegen/spec"
)

// A group is what the spec says of the paths of one pattern: its routes, and what a
// folder has there.
type group struct {
	pattern  pattern.Pattern
	routes   []spec.Route
	file     *site.Resource // nil where a route answers GET, or no folder has it
	fileAuth *spec.Auth     // who may see file, or folder
	folder   *Prefix        // what is below a folder and has no route
	quiet    bool           // not in the access log
	pos      diag.Pos
}

// groups are those of a block. Those that are not literal are in the set too.
type groups struct {
	list     []group
	byShape  map[string]int
	patterns *pattern.Set
}

// at is the group of a pattern, which is made where there is none.
func (g *groups) at(p pattern.Pattern, pos diag.Pos) *group {
	i, ok := g.byShape[p.Shape()]
	if !ok {
		i = len(g.list)
		g.byShape[p.Shape()] = i
		g.list = append(g.list, group{pattern: p, pos: pos})
		if !p.IsLiteral() {
			g.patterns.Add(p, i)
		}
	}
	return &g.list[i]
}

// groups gathers routes and the folders' files by their paths. A route that answers
// GET wins over a file.
func (b *builder) groups() *groups {
	g := &groups{byShape: map[string]int{}, patterns: pattern.NewSet()}
	for _, r := range b.block.routes {
		if r.Dir == nil {
			at := g.at(r.Pattern, r.Pos)
			at.routes = append(at.routes, r)
			at.quiet = at.quiet || r.Quiet
		}
	}
	protection := spec.NewProtection(b.block.routes)
	for _, s := range b.block.sites {
		quiet, auth := b.folderRoute(s).Quiet, b.folderRoute(s).Auth
		for i := range s.Resources {
			path := pattern.Of(s.Resources[i].Path)
			at := g.at(path, s.Resources[i].Pos)
			b.addFile(at, &s.Resources[i], protection.Of(path, auth)) // a pattern within the folder may have its own
			at.quiet = at.quiet || quiet
		}
		if b.indexed {
			b.addFolder(g, s)
		}
	}
	b.addAppleLink(g)
	b.addMeets(g)
	return g
}

// addFolder adds what is below a folder and has no route, as the pattern that it is.
func (b *builder) addFolder(g *groups, s *site.Site) {
	for _, p := range b.planBelow(s) {
		if p.path == wellKnown && g.answered(pattern.Below(wellKnown)) {
			continue
		}
		at := g.at(pattern.Below(p.path), b.folderRoute(s).Pos)
		at.folder, at.fileAuth = &p.Prefix, b.folderRoute(s).Auth
	}
}

// addAppleLink adds the one path that an application at the root has no page for, and that is
// below nothing, unless something answers it.
func (b *builder) addAppleLink(g *groups) {
	path := pattern.Of(appleLink)
	if _, ok := g.byShape[path.Shape()]; ok || g.answered(path) {
		return
	}
	for _, s := range b.block.sites {
		if s.SPA == nil || s.Prefix != "/" {
			continue
		}
		route := b.folderRoute(s)
		b.private = route.Auth != nil
		at := g.at(path, route.Pos)
		at.folder = &Prefix{Page: -1, NotFound: b.planNotFound(s, b.ownNotFound(s))}
		at.fileAuth, at.quiet, b.private = route.Auth, route.Quiet, false
	}
}

// answered: a route is for GET of all paths of a pattern.
func (g *groups) answered(p pattern.Pattern) bool {
	return slices.ContainsFunc(g.patterns.Covering(p), func(i int) bool { return g.list[i].own("GET") != nil })
}

// folderRoute is the route of a folder.
func (b *builder) folderRoute(s *site.Site) *spec.Route {
	i := slices.IndexFunc(b.block.routes, func(r spec.Route) bool { return r.Dir != nil && r.Path == s.Prefix })
	return &b.block.routes[i]
}

// addFile gives a path to a folder's file, unless a route has it. Two folders must
// not have it both.
func (b *builder) addFile(g *group, file *site.Resource, auth *spec.Auth) {
	if slices.ContainsFunc(g.routes, func(r spec.Route) bool { return r.Answers("GET") }) {
		return
	}
	if g.file != nil {
		b.errs.Add(&diag.Error{Pos: file.Pos, Msg: fmt.Sprintf("%s and %s are both at %s", g.file.File, file.File, g.pattern),
			Hint: "exclude one of them, or give its folder another path"})
		return
	}
	g.file, g.fileAuth = file, auth
}

// addMeets adds the groups of the paths that two patterns have in common of which neither
// is the more specific one: their routes have no method in common, and there both are
// meant. Then each path has one group that is the most specific.
func (b *builder) addMeets(g *groups) {
	for i := 0; i < len(g.list); i++ {
		p := g.list[i].pattern
		if p.IsLiteral() {
			continue
		}
		for _, j := range g.patterns.Touching(p) {
			if q := g.list[j].pattern; j < i && pattern.Compare(p, q) == pattern.Overlap {
				g.at(pattern.Meet(p, q), g.list[i].pos)
			}
		}
		if len(g.list) > maxStates {
			b.tooMany(g.list[i].pos)
			return
		}
	}
}

// wider are the groups whose paths are more than those of one.
func (g *groups) wider(i int) []*group {
	var out []*group
	for _, j := range g.patterns.Covering(g.list[i].pattern) {
		if j != i {
			out = append(out, &g.list[j])
		}
	}
	return out
}

// answering is the most specific route of a group and of wider ones that is for a method.
func (g *group) answering(wider []*group, method string) *spec.Route {
	if r := g.own(method); r != nil {
		return r
	}
	var best *group
	for _, w := range wider {
		if w.own(method) != nil && (best == nil || pattern.Compare(w.pattern, best.pattern) == pattern.Narrower) {
			best = w
		}
	}
	if best == nil {
		return nil
	}
	return best.own(method)
}

// own is the group's route for a method: one that names it wins over one for any.
func (g *group) own(method string) *spec.Route {
	var found *spec.Route
	for i := range g.routes {
		if r := &g.routes[i]; r.Answers(method) && (found == nil || slices.Contains(r.Methods, method)) {
			found = r
		}
	}
	return found
}

// methods are those that are answered for the paths of the group.
func (g *group) methods(wider []*group) []string {
	var out []string
	for _, g := range append([]*group{g}, wider...) {
		for _, r := range g.routes {
			out = append(out, r.Methods...)
		}
	}
	if g.file != nil {
		out = append(out, "GET")
	}
	return out
}

// planRoutes makes a Route of every group, with an answer in every column: a route's own,
// or that of a wider group, or 204 or 405 with Allow (RFC 9110, 9.3.7 and 15.5.6).
func (b *builder) planRoutes(g *groups, columns []Column) []Route {
	out := make([]Route, 0, len(g.list))
	for i := range g.list {
		out = append(out, b.planRoute(&g.list[i], g.wider(i), columns))
	}
	return out
}

func (b *builder) planRoute(g *group, wider []*group, columns []Column) Route {
	path := g.pattern.String()
	route := Route{
		Label:     b.label("route" + identifier(path)),
		Path:      bufferPath(path),
		Pattern:   g.pattern,
		Responses: make([]int, len(columns)),
		Guards:    make([]Guard, len(columns)),
		Quiet:     g.quiet,
		Resource:  -1,
		Pos:       g.pos,
	}
	allow, others := allowValue(g.methods(wider)), b.guard(g.auth(wider))
	options, refused := b.withoutMethod(allow, others)
	for i, c := range columns {
		route.Responses[i], route.Guards[i] = refused, others
		if c.Methods[0] == "OPTIONS" {
			route.Responses[i] = options
		}
		switch r := g.answering(wider, c.Methods[0]); {
		case r == nil || i == 0 && g.file != nil:
		default:
			route.Guards[i] = b.guard(r.Auth)
			route.Responses[i] = b.guarded(route.Guards[i], func() int {
				if i == 0 && b.block.files[r.File] != nil {
					b.planFile(&route, b.block.files[r.File])
					return route.Responses[0]
				}
				return b.routeResponse(*r)
			})
		}
	}
	switch {
	case g.file != nil:
		route.Guards[0] = b.guard(g.fileAuth)
		b.guarded(route.Guards[0], func() int { b.planFile(&route, g.file); return 0 })
	case g.folder != nil:
		b.planFolder(&route, g, wider, columns)
	}
	return route
}

// withoutMethod are the answers to OPTIONS and to methods that a route has not: those of a folder's ten
// thousands are the same ones.
func (b *builder) withoutMethod(allow string, others Guard) (options, refused int) {
	key := methodsKey{allow, others}
	if known, ok := b.block.withoutMethod[key]; ok {
		return known[0], known[1]
	}
	options = b.guarded(others, func() int { return b.options(allow) })
	refused = b.guarded(others, func() int { return b.fallback(405, spec.Header{Name: "Allow", Value: allow}) })
	b.block.withoutMethod[key] = [2]int{options, refused}
	return options, refused
}

type methodsKey struct {
	allow string
	guard Guard
}

// planFolder gives a folder's page and its 404 what no route of the same paths answers, nor
// one of more paths for another method than GET.
func (b *builder) planFolder(route *Route, g *group, wider []*group, columns []Column) {
	for i, c := range columns {
		if g.own(c.Methods[0]) == nil && (i == 0 || g.answering(wider, c.Methods[0]) == nil) {
			route.Responses[i], route.Guards[i] = g.folder.NotFound, b.guard(g.fileAuth)
			if i == 0 {
				route.Resource = -1
			}
		}
	}
	if g.own("GET") == nil && g.folder.Page >= 0 {
		route.Resource, route.Page = g.folder.Page, true
		route.Guards[0] = b.guard(g.fileAuth)
	}
}
