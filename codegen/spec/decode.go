package spec

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/verbosel/verbosel/codegen/diag"
)

// decoder turns nodes into the Spec. A method for a part returns that part as far
// as it is right and reports the rest; nothing is used when anything was reported.
type decoder struct {
	src     *source
	sources map[string]*source // by name: src, the files of redirects, and those with slots
	imports []string           // the names of those, in their order
	sums    map[string][sha256.Size]byte
	files   *files
	errs    diag.List
	written map[diag.Pos]string // the routes' paths before they are normalised
	dates   []*node             // names of Date fields that the spec has by hand
}

// Parse reads and checks the spec `name` of fsys; files that the spec names are
// looked up there too, relative to its folder. The error is a diag.List with every
// mistake and warning of the file; a YAML syntax error is reported alone.
func Parse(fsys fs.FS, name string) (*Spec, error) {
	raw, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, diag.List{readError(name, err)}
	}
	src, bad := newSource(name, raw)
	if bad != nil {
		return nil, diag.List{bad}
	}
	d := &decoder{
		src: src, sources: map[string]*source{name: src}, sums: map[string][sha256.Size]byte{name: sha256.Sum256(raw)},
		files: newFiles(fsys, name), written: map[diag.Pos]string{},
	}
	root, bad := parseYAML(src, &d.errs)
	if bad != nil {
		d.errs.Add(bad)
		return nil, d.errs.Err()
	}
	s := d.spec(root)
	if err := d.errs.Err(); err != nil {
		return nil, err
	}
	d.errs.Sort()
	s.Warnings, s.Imports, s.Sums = d.errs, d.imports, d.sums
	return s, nil
}

func readError(name string, err error) *diag.Error {
	return &diag.Error{
		Pos:  diag.Pos{File: name},
		Msg:  "the spec cannot be read: " + cause(err),
		Hint: "`verbosel init` writes one to start from",
	}
}

// cause is the reason of a file error, without the operation and the path, which
// the message has already.
func cause(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err.Error()
	}
	return err.Error()
}

func (d *decoder) pos(n *node) diag.Pos {
	return diag.Pos{File: d.src.file, Line: n.line, Col: n.col}
}

// errorAt is an error at a place in the spec, or in a file that is a part of it.
func (d *decoder) errorAt(at diag.Pos, msg, hint string) *diag.Error {
	return d.sources[at.File].errorAt(at.Line, at.Col, msg, hint)
}

// line says where a place is, to who is at another one.
func line(at, from diag.Pos) string {
	if at.File == from.File {
		return fmt.Sprintf("line %d", at.Line)
	}
	return fmt.Sprintf("line %d of %s", at.Line, at.File)
}

// report adds an error at the node.
func (d *decoder) report(n *node, hint, format string, args ...any) {
	d.errs.Add(d.src.errorAt(n.line, n.col, fmt.Sprintf(format, args...), hint))
}

// warn adds a warning at the node: nothing is wrong, but hardly meant.
func (d *decoder) warn(n *node, hint, format string, args ...any) {
	e := d.src.errorAt(n.line, n.col, fmt.Sprintf(format, args...), hint)
	e.Severity = diag.Warning
	d.errs.Add(e)
}

// wrongKind reports a node of another kind than the one that is wanted.
func (d *decoder) wrongKind(n *node, name, want, hint string) {
	if n.kind == kindNull {
		d.report(n, hint, "%s has no value", name)
		return
	}
	d.report(n, hint, "%s must be %s, this is %s", name, want, n.kind)
}

// table returns the entries of a mapping; name is what holds them.
func (d *decoder) table(n *node, name string) []field {
	if n.kind != kindTable {
		d.wrongKind(n, name, "a mapping", "write its keys below it, or in braces")
		return nil
	}
	return n.fields
}

// text returns a string. Other scalars are refused: YAML reads 1.10 as a number and
// `no` differs between its versions, so that quotes say what is meant.
func (d *decoder) text(n *node, name string) (string, bool) {
	switch n.kind {
	case kindText:
		return n.text, true
	case kindNumber, kindBool:
		d.report(n, fmt.Sprintf("write \"%s\"", n.text), "%s must be a text, YAML reads this as %s", name, n.kind)
	default:
		d.wrongKind(n, name, "a text", `write it in double quotes`)
	}
	return "", false
}

// unknownKey reports a key that the part does not have.
func (d *decoder) unknownKey(key *node, part string, known []string) {
	d.report(key, remedy(key.text, part, known), "unknown key %q in %s", key.text, part)
}

// choice reads one word of a fixed set.
func (d *decoder) choice(n *node, name string, known ...string) string {
	text, ok := d.text(n, name)
	if !ok {
		return ""
	}
	for _, k := range known {
		if text == k {
			return k
		}
	}
	hint := didYouMean(text, known)
	if hint == "" {
		hint = "write " + strings.Join(known, " or ")
	}
	d.report(n, hint, "%s: %q is not known", name, text)
	return ""
}

// spec decodes the whole file.
func (d *decoder) spec(root *node) *Spec {
	s := &Spec{File: d.src.file, Server: Defaults(), Health: defaultHealth()}
	if root == nil || root.kind == kindNull {
		d.errs.Add(d.src.errorAt(1, 1, "the spec is empty", "`verbosel init` writes one to start from"))
		return s
	}
	var hosts *node
	var routes, redirects, https *field
	var preset []Header
	var slash Slash
	for _, f := range d.table(root, "the spec") {
		switch f.key.text {
		case "server":
			d.server(&s.Server, f.value)
		case "headers":
			s.Headers = d.globalHeaders(f.value)
		case "security":
			preset = d.security(f)
		case "routes":
			routes = &f
		case "redirects":
			redirects = &f
		case "https":
			https = &f
		case "errors":
			s.Errors = d.errorResponses(f.value)
		case "hosts":
			hosts = f.value
		case "health":
			s.Health = d.health(f.value)
		case "auth":
			if s.Auth, _ = d.auth(f.value); f.value.text == authNone {
				d.report(f.value, "remove it, or write it in the host or the route that everybody may see", "auth: none in the spec: nothing is protected here")
			}
		case "trailing_slash":
			slash = Slash(d.choice(f.value, "trailing_slash", string(SlashExact), string(SlashAny)))
		default:
			d.unknownKey(f.key, "the spec", specKeys)
		}
	}
	s.Misdirected = hosts != nil && routes == nil && redirects == nil
	plain, required := s.Headers, d.https(https)
	d.addSecurity(s, preset)
	if hosts != nil {
		d.hosts(s, hosts, plain, required)
	}
	if !s.Misdirected {
		s.Routes = addSlashes(d.allRoutes(root, routes, redirects), slash)
	}
	noDefaultCache(s)
	d.extendPolicies(s)
	if required {
		s.HTTPS, s.Headers = d.takePolicy(s.Headers)
		s.HTTPS.Pos = d.pos(https.value)
		d.checkPolicies(s.Routes, s.Errors)
	}
	protect(s.Routes, s.Auth)
	d.checkAuth(s)
	d.checkUsers(s)
	d.checkSlots(s)
	d.checkRoutes(s)
	d.checkErrors(s)
	d.checkDates(s)
	return s
}
