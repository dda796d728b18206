package plan

import (
	"crypto/sha256"
	"io/fs"
	"net/url"
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
	fsys       fs.FS
	spec       *spec.Spec
	keepAlive  bool
	responses  []Response
	resources  []Resource
	index      map[[sha256.Size]byte]int // a response's key to its place in responses
	labels     map[string]int            // labels given, and how often a name was asked for
	joined     int                       // the response whose content is never stored apart
	block      block                     // the part of the spec that is being planned
	stock      []byte                    // see Plan.StockFields
	stockAdded int                       // see Plan.StockAdded
	indexed    bool                      // routes are found by an Index
	auth       Auth
	guards     map[*spec.Auth]uint8
	values     []Value
	added      []Added
	private    bool // what is added is protected
	segments   int  // of the paths whose places are kept, the first ones
	errs       diag.List
}

// block is what the server answers under one name, or under all that have no block.
type block struct {
	name    string // of a host, or empty
	headers []spec.Header
	errors  []spec.ErrorResponse
	routes  []spec.Route
	https   *spec.HTTPS
	auth    *spec.Auth
	sites   []*site.Site                 // folders
	files   map[*spec.Dir]*site.Resource // what GET gets of routes that name a file, by their rules

	withoutMethod map[methodsKey][2]int // those that are planned

	misdirected bool // nothing is answered under other names than those of hosts
}

// blocks are the spec's own, and then one for each host.
func blocks(s *spec.Spec, sites []*site.Site) []block {
	out := []block{{headers: s.Headers, errors: s.Errors, routes: s.Routes, auth: s.Auth, https: s.HTTPS, misdirected: s.Misdirected}}
	for _, h := range s.Hosts {
		out = append(out, block{name: h.Name, headers: h.Headers, errors: h.Errors, routes: h.Routes, auth: h.Auth, https: h.HTTPS})
	}
	for i := range out {
		out[i].files, out[i].withoutMethod = map[*spec.Dir]*site.Resource{}, map[methodsKey][2]int{}
		for _, s := range sites {
			switch {
			case s.Host != out[i].name:
			case s.IsFile():
				out[i].files[s.Rules] = &s.Resources[0]
			default:
				out[i].sites = append(out[i].sites, s)
			}
		}
	}
	return out
}

func newBuilder(fsys fs.FS, s *spec.Spec, sites []*site.Site) *builder {
	files, forms := 0, 0
	for _, folder := range sites {
		for i := range folder.Resources {
			files, forms = files+1, forms+1+len(folder.Resources[i].Variants)
		}
	}
	return &builder{
		fsys:      fsys,
		spec:      s,
		keepAlive: s.Server.Isolation != spec.IsolationRequest,
		responses: make([]Response, 0, forms),
		resources: make([]Resource, 0, files),
		index:     make(map[[sha256.Size]byte]int, forms),
		labels:    make(map[string]int, 2*files+forms), // of routes, resources and responses
		guards:    map[*spec.Auth]uint8{},
		added:     make([]Added, 1),
	}
}

// RawInPath are the characters that no path can hold as they are (RFC 3986, 3.3), and that
// browsers send so: the server takes each for its escape.
const RawInPath = "[]^|"

// bufferPath is a normalised path as the server's decoder leaves it in its buffer: without
// the escapes of RawInPath, and with the digits of others in lower case, which takes the
// server one OR.
func bufferPath(path string) string {
	var out strings.Builder
	for i := 0; i < len(path); i++ {
		if path[i] != '%' {
			out.WriteByte(path[i])
			continue
		}
		escape := path[i : i+3]
		i += 2
		if b, _ := url.PathUnescape(escape); strings.Contains(RawInPath, b) {
			out.WriteString(b)
		} else {
			out.WriteString(strings.ToLower(escape))
		}
	}
	return out.String()
}

// allowValue lists methods for Allow: GET brings HEAD, and OPTIONS is always there.
func allowValue(methods []string) string {
	var out []string
	for _, m := range methodOrder {
		implied := m == "HEAD" && slices.Contains(methods, "GET") || m == "OPTIONS" || slices.Contains(methods, spec.AnyMethod)
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
	switch path {
	case "/":
		return "_root"
	case "*":
		return "_every"
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
