package plan

import (
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"github.com/verbosel/verbosel/codegen/diag"
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

// planRoutes gathers the routes of one path into one Route, with an answer in every
// column: a route's own, or 204 or 405 with Allow (RFC 9110, 9.3.7 and 15.5.6).
func (b *builder) planRoutes(columns []Column) []Route {
	var out []Route
	byPath := map[string]int{}
	var groups [][]spec.Route
	for _, r := range b.spec.Routes {
		i, ok := byPath[r.Path]
		if !ok {
			i = len(groups)
			byPath[r.Path] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], r)
	}
	for _, group := range groups {
		out = append(out, b.planRoute(group, columns))
	}
	return out
}

func (b *builder) planRoute(group []spec.Route, columns []Column) Route {
	first := group[0]
	route := Route{
		Label:     b.label("route" + identifier(first.Path)),
		Path:      bufferPath(first.Path),
		Responses: make([]int, len(columns)),
		Resource:  -1,
		Pos:       first.Pos,
	}
	var methods []string
	for _, r := range group {
		methods = append(methods, r.Methods...)
	}
	allow := allowValue(methods)
	options, refused := b.options(allow), b.fallback(405, spec.Header{Name: "Allow", Value: allow})
	for i, c := range columns {
		route.Responses[i] = refused
		if c.Methods[0] == "OPTIONS" {
			route.Responses[i] = options
		}
		for _, r := range group {
			if slices.Contains(r.Methods, c.Methods[0]) {
				route.Responses[i] = b.routeResponse(r)
			}
		}
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
