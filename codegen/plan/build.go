package plan

import (
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"github.com/verbosel/verbosel/codegen/diag"
	"github.com/verbosel/verbosel/codegen/site"
	"github.com/verbosel/verbosel/codegen/spec"
)

// builder collects responses while routes and fallbacks ask for them. Equal
// responses are one: add returns the index of the first.
type builder struct {
	fsys      fs.FS
	spec      *spec.Spec
	keepAlive bool
	responses []Response
	resources []Resource
	index     map[string]int // a response's bytes to its place in responses
	labels    map[string]int // labels given, and how often a name was asked for
	joined    int            // the response whose content is never stored apart
	sites     []*site.Site
	errs      diag.List
}

func newBuilder(fsys fs.FS, s *spec.Spec) *builder {
	return &builder{
		fsys:      fsys,
		spec:      s,
		keepAlive: s.Server.Isolation == spec.IsolationConnection,
		index:     map[string]int{},
		labels:    map[string]int{},
	}
}

// A group is what the spec says of one path: its routes, and what a folder has there.
type group struct {
	path   string
	routes []spec.Route
	file   *site.Resource // nil where a route answers GET, or no folder has it
	quiet  bool           // not in the access log
	pos    diag.Pos
}

// groups gathers routes and the folders' files by their paths. A route that answers
// GET wins over a file.
func (b *builder) groups() []group {
	var out []group
	byPath := map[string]int{}
	at := func(path string, pos diag.Pos) *group {
		i, ok := byPath[path]
		if !ok {
			i = len(out)
			byPath[path] = i
			out = append(out, group{path: path, pos: pos})
		}
		return &out[i]
	}
	for _, r := range b.spec.Routes {
		if r.Dir == nil {
			g := at(r.Path, r.Pos)
			g.routes = append(g.routes, r)
			g.quiet = g.quiet || r.Quiet
		}
	}
	for _, s := range b.sites {
		for i := range s.Resources {
			g := at(s.Resources[i].Path, s.Resources[i].Pos)
			b.addFile(g, &s.Resources[i])
			g.quiet = g.quiet || b.quietFolder(s)
		}
	}
	return out
}

// quietFolder: the folder's route is not in the access log.
func (b *builder) quietFolder(s *site.Site) bool {
	return slices.ContainsFunc(b.spec.Routes, func(r spec.Route) bool {
		return r.Dir != nil && r.Path == s.Prefix && r.Quiet
	})
}

// addFile gives a path to a folder's file, unless a route has it. Two folders must
// not have it both.
func (b *builder) addFile(g *group, file *site.Resource) {
	if slices.Contains(g.methods(), "GET") {
		return
	}
	if g.file != nil {
		b.errs.Add(&diag.Error{Pos: file.Pos, Msg: fmt.Sprintf("%s and %s are both at %s", g.file.File, file.File, g.path),
			Hint: "exclude one of them, or give its folder another path"})
		return
	}
	g.file = file
}

// methods are those that the group answers.
func (g *group) methods() []string {
	var out []string
	for _, r := range g.routes {
		out = append(out, r.Methods...)
	}
	if g.file != nil {
		out = append(out, "GET")
	}
	return out
}

// planRoutes makes a Route of every path, with an answer in every column: a route's
// own, or 204 or 405 with Allow (RFC 9110, 9.3.7 and 15.5.6).
func (b *builder) planRoutes(columns []Column) []Route {
	var out []Route
	for _, g := range b.groups() {
		out = append(out, b.planRoute(g, columns))
	}
	return out
}

func (b *builder) planRoute(g group, columns []Column) Route {
	route := Route{
		Label:     b.label("route" + identifier(g.path)),
		Path:      bufferPath(g.path),
		Responses: make([]int, len(columns)),
		Quiet:     g.quiet,
		Resource:  -1,
		Pos:       g.pos,
	}
	allow := allowValue(g.methods())
	options, refused := b.options(allow), b.fallback(405, spec.Header{Name: "Allow", Value: allow})
	for i, c := range columns {
		route.Responses[i] = refused
		if c.Methods[0] == "OPTIONS" {
			route.Responses[i] = options
		}
		for _, r := range g.routes {
			if slices.Contains(r.Methods, c.Methods[0]) {
				route.Responses[i] = b.routeResponse(r)
			}
		}
	}
	if g.file != nil {
		b.planFile(&route, g.file)
	}
	return route
}

// bufferPath is a normalised path as the server's decoder leaves it in its buffer:
// with the digits of escapes in lower case, which takes the server one OR.
func bufferPath(path string) string {
	var out strings.Builder
	for i := 0; i < len(path); i++ {
		if path[i] != '%' {
			out.WriteByte(path[i])
			continue
		}
		out.WriteString(strings.ToLower(path[i : i+3]))
		i += 2
	}
	return out.String()
}

// allowValue lists methods for Allow: GET brings HEAD, and OPTIONS is always there.
func allowValue(methods []string) string {
	var out []string
	for _, m := range methodOrder {
		implied := m == "HEAD" && slices.Contains(methods, "GET") || m == "OPTIONS"
		if implied || slices.Contains(methods, m) {
			out = append(out, m)
		}
	}
	return strings.Join(out, ", ")
}

// label makes a unique label of name: the second route_a is route_a_2.
func (b *builder) label(name string) string {
	unique := name
	for b.labels[unique] > 0 {
		b.labels[name]++
		unique = name + "_" + strconv.Itoa(b.labels[name])
	}
	b.labels[unique] = 1
	return unique
}

// maxIdentifier keeps labels readable; longer paths are told apart by their number.
const maxIdentifier = 40

// identifier turns a path into the end of a label: letters, digits and underscores.
func identifier(path string) string {
	if path == "/" {
		return "_root"
	}
	out := []byte{}
	for _, c := range []byte(strings.ToLower(path)) {
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
			out = append(out, c)
		case len(out) == 0 || out[len(out)-1] != '_':
			out = append(out, '_')
		}
		if len(out) == maxIdentifier {
			break
		}
	}
	return strings.TrimRight(string(out), "_")
}
