package spec

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/verbosel/verbosel/codegen/internal/lazy"
)

// hostErrorStatuses are what a host's errors can replace: the others the server gives
// before it knows for which host a request is, or whatever that is.
var hostErrorStatuses = []int{401, 404, 405, 412}

// hosts decodes the blocks of names. What the spec says itself, they have too; plain are
// its header fields without those of security, and required says that https is.
func (d *decoder) hosts(s *Spec, n *node, plain []Header, required bool) {
	lines := map[string]int{}
	for _, f := range d.table(n, "hosts") {
		name, bad := hostName(f.key.text)
		if bad != nil {
			d.report(f.key, bad.Hint, "%s", bad.Msg)
		} else if line, dup := lines[name]; dup {
			d.report(f.key, "remove one of the two", "the host %s is already in line %d", name, line)
		}
		lines[name] = f.key.line
		h := Host{Name: name, Pos: d.pos(f.key)}
		d.host(s, &h, f, plain, required)
		s.Hosts = append(s.Hosts, h)
	}
	if n.kind == kindTable && len(n.fields) == 0 {
		d.report(n, "name one, or remove the key", "hosts has no names")
	}
}

// host decodes one block, and checks it as if it were a spec of its own.
func (d *decoder) host(s *Spec, h *Host, entry field, plain []Header, required bool) {
	own, all := &Spec{Server: s.Server}, s.Headers
	var preset []Header
	var routes, redirects, redirect *field
	var slash Slash
	var auth *field
	for _, f := range d.table(entry.value, "a host") {
		switch f.key.text {
		case "headers":
			own.Headers = d.globalHeaders(f.value)
		case "security":
			preset, all = d.security(f), plain
		case "routes":
			routes = &f
		case "redirects":
			redirects = &f
		case "errors":
			own.Errors = d.hostErrors(f.value)
		case "auth":
			auth = &f
		case "trailing_slash":
			slash = Slash(d.choice(f.value, "trailing_slash", string(SlashExact), string(SlashAny)))
		case "redirect":
			redirect = &f
		case "https":
			required = d.https(&f)
		default:
			d.unknownKey(f.key, "a host", hostKeys)
		}
	}
	switch {
	case entry.value.kind != kindTable:
		return
	case redirect != nil && (routes != nil || redirects != nil):
		d.report(redirect.key, "remove one of the two: a route for * redirects what the others do not answer", "redirect beside routes or redirects: it is for the whole host")
	case redirect != nil:
		own.Routes = []Route{d.hostRedirect(redirect)}
	case routes == nil && redirects == nil:
		d.report(entry.key, "add routes or redirects, or a redirect for the whole host", "the host %s answers nothing", entry.key.text)
	default:
		own.Routes = addSlashes(d.allRoutes(entry.value, routes, redirects), slash)
	}
	d.addSecurity(own, preset)
	own.Headers = inherit(own.Headers, all, func(a, b Header) bool { return strings.EqualFold(a.Name, b.Name) })
	noDefaultCache(own)
	d.extendPolicies(own)
	if required {
		h.HTTPS, own.Headers = d.takePolicy(own.Headers)
		h.HTTPS.Pos = h.Pos
		d.checkPolicies(own.Routes, own.Errors)
	}
	own.Auth = s.Auth
	if auth != nil {
		own.Auth, _ = d.auth(auth.value)
	}
	protect(own.Routes, own.Auth)
	d.checkAuth(own)
	d.checkRoutes(own)
	d.checkErrors(own)
	h.Headers, h.Routes, h.Auth = own.Headers, own.Routes, own.Auth
	h.Errors = inherit(own.Errors, s.Errors, func(a, b ErrorResponse) bool { return a.Status == b.Status })
}

// inherit is own with what the spec has, unless own has the same.
func inherit[T any](own, all []T, same func(a, b T) bool) []T {
	out := slices.Clone(own)
	for _, x := range all {
		if !slices.ContainsFunc(own, func(o T) bool { return same(o, x) }) {
			out = append(out, x)
		}
	}
	return out
}

// hostRedirect is a redirect of all paths, whatever the method.
func (d *decoder) hostRedirect(f *field) Route {
	p, _ := parsePath("*")
	r := Route{Path: p.String(), Pattern: p, Methods: []string{AnyMethod}, Pos: d.pos(f.key), PathPos: d.pos(f.value)}
	d.redirectRoute(&r, f, nil, false)
	return r
}

func (d *decoder) hostErrors(n *node) []ErrorResponse {
	list := d.errorResponses(n)
	for _, e := range list {
		if !slices.Contains(hostErrorStatuses, e.Status) {
			d.errs.Add(d.src.errorAt(e.Pos.Line, e.Pos.Col, fmt.Sprintf("the server gives the status %d whatever the host is", e.Status),
				"move it to the errors of the spec; a host's own are 401, 404, 405 and 412"))
		}
	}
	return list
}

// foreignHost is what a name is in another tool, or a name with what is no part of it.
type foreignHost struct {
	like      *lazy.Regexp
	msg, hint string // of the submatch
}

// foreignHosts are compiled where a name is looked at.
var foreignHosts = sync.OnceValue(func() []foreignHost {
	return []foreignHost{
		{lazy.New(`^(\*|_|default|default_server)$`), "%q is no host's name", "put the routes for all other names at the top level, beside hosts"},
		{lazy.New(`^https?://([^/]*).*$`), "a URL for a host", "write %s"},
		{lazy.New(`^(.*?)/.*$`), "a path behind the host", "write %s, and the path in its routes"},
		{lazy.New(`^(?:\.)([^.].*)$`), "a name that begins with a dot", "write *.%[1]s for the names below it, and %[1]s for the name itself"},
		{lazy.New(`^~`), "a regular expression for a host", "write a name, or *.example.com for all names below one"},
		{lazy.New(`\$|\{|^:`), "a variable for a host", "write a name, or *.example.com for all names below one"},
		{lazy.New(`^(.+):\d+$`), "a port behind the host", "write %s: the port that a client names is of no account"},
		{lazy.New(`.\*|^\*[^.]`), "a wildcard that is not the whole of the first label", "write *.example.com for all names below one"},
	}
})

// hostName brings a name into the form in which Host has it (RFC 9110, 7.2).
func hostName(raw string) (string, *pathError) {
	name := strings.ToLower(raw)
	if addr, err := netip.ParseAddr(strings.Trim(name, "[]")); err == nil && addr.Is6() {
		if !strings.HasPrefix(name, "[") {
			return "", &pathError{Msg: "an IPv6 address without its brackets", Hint: fmt.Sprintf("write %q", "["+addr.String()+"]")}
		}
		if addr.Zone() == "" {
			return "[" + addr.String() + "]", nil
		}
	}
	for _, f := range foreignHosts() {
		if m := f.like.FindStringSubmatch(raw); m != nil {
			return "", &pathError{Msg: withWord(f.msg, m), Hint: withWord(f.hint, m)}
		}
	}
	name = strings.TrimSuffix(name, ".")
	for _, label := range strings.Split(strings.TrimPrefix(name, "*."), ".") {
		if bad := badLabel(label); bad != "" {
			return "", &pathError{Msg: fmt.Sprintf("the host %q has %s", raw, bad),
				Hint: "a name has letters, digits, hyphens and underscores between its dots; one with others is written as xn--..."}
		}
	}
	if len(name) > 253 {
		return "", &pathError{Msg: "a host's name of " + strconv.Itoa(len(name)) + " characters", Hint: "the longest that there can be has 253 (RFC 1035, 2.3.4)"}
	}
	return name, nil
}

// withWord puts a submatch into a text that has a place for it.
func withWord(text string, m []string) string {
	if !strings.Contains(text, "%") {
		return text
	}
	return fmt.Sprintf(text, m[1])
}

// badLabel says what is wrong with a part of a name, or returns "".
func badLabel(label string) string {
	switch {
	case label == "":
		return "an empty part"
	case len(label) > 63:
		return "a part of more than 63 characters"
	}
	for i := 0; i < len(label); i++ {
		if c := label[i]; !isAlnum(c) && c != '-' && c != '_' {
			r, _ := utf8.DecodeRuneInString(label[i:])
			return fmt.Sprintf("the character %q", r)
		}
	}
	return ""
}
