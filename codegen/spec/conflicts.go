package spec

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/verbosel/verbosel/codegen/diag"
	"github.com/verbosel/verbosel/codegen/pattern"
)

// routeKey is what a request selects a route by.
type routeKey struct{ path, method string }

// checkRoutes checks what only the whole spec shows: routes against each other and
// against the limits.
func (d *decoder) checkRoutes(s *Spec) {
	families := newFamilies(s.Routes)
	d.checkOverlaps(families)
	d.checkReached(families)
	first := make(map[routeKey]diag.Pos, len(s.Routes))
	for i := range s.Routes {
		r := &s.Routes[i]
		if r.Path == "" {
			continue // reported already
		}
		d.checkPage(s.Routes, r)
		d.checkDuplicate(first, r)
		d.checkLength(r, s.Server.Limits.Head)
		d.checkLoop(families, r)
		d.checkStatusField(s, r)
	}
}

// checkPage refuses a folder's page of an application where another route answers GET for all
// that is below the folder: nothing would ever get the page.
func (d *decoder) checkPage(routes []Route, folder *Route) {
	if folder.Dir == nil || folder.Dir.SPA == "" {
		return
	}
	below := pattern.Below(folder.Path).Shape()
	for i := range routes {
		if r := &routes[i]; r.Path != "" && r.Dir == nil && r.Answers("GET") && r.Pattern.Shape() == below {
			d.errs.Add(d.errorAt(folder.Dir.Pos, fmt.Sprintf("spa: nothing reaches the page: the route %s in %s answers all that is below %s",
				r.Path, line(r.PathPos, folder.Dir.Pos), folder.Path), "remove spa, or give that route a path below the folder"))
		}
	}
}

func (d *decoder) checkDuplicate(first map[routeKey]diag.Pos, r *Route) {
	for _, m := range answers(r) {
		key := routeKey{r.Pattern.Shape(), m}
		old, dup := first[key]
		if !dup {
			first[key] = r.PathPos
			continue
		}
		d.errs.Add(d.errorAt(r.PathPos,
			fmt.Sprintf("%s %s is answered by the route in %s already%s", m, r.Path, line(old, r.PathPos), d.spellings(old, r.PathPos)),
			"remove one of the two, or give them different methods"))
		return
	}
}

// spellings says how two equal paths are written, where that differs.
func (d *decoder) spellings(first, second diag.Pos) string {
	a, b := d.written[first], d.written[second]
	if a == b {
		return ""
	}
	return fmt.Sprintf(": %q and %q are one path", a, b)
}

// answers are what a route is the only one to answer. A folder's files are behind the
// other routes: only another folder on its path is in its way.
func answers(r *Route) []string {
	if r.Dir != nil {
		return []string{"dir"}
	}
	return r.Methods
}

// checkLength refuses a path whose request line cannot fit into limits.head: the
// line (RFC 9112 3), CRLF, and the CRLF that ends the head.
func (d *decoder) checkLength(r *Route, head int64) {
	for _, m := range r.Methods {
		if m == AnyMethod {
			m = "GET"
		}
		need := int64(len(m) + len(" ") + r.Pattern.Shortest() + len(" HTTP/1.1\r\n\r\n"))
		if head >= minHeadLimit && need > head {
			d.errs.Add(d.errorAt(r.PathPos,
				fmt.Sprintf("a request for this path has at least %d bytes of head, and limits.head is %d", need, head),
				"raise server.limits.head, or shorten the path"))
			return
		}
	}
}

// checkLoop refuses a redirect to a path that the same route answers.
func (d *decoder) checkLoop(f *families, r *Route) {
	target := ""
	for _, p := range r.Redirect {
		switch {
		case p.Blank == BlankPath:
			target += samplePath(r.Pattern)
		case p.Slot != nil && p.Slot.Optional:
			target += p.Slot.Default
		default:
			target += p.Text + p.sample()
		}
	}
	if i := strings.IndexAny(target, "?#"); i >= 0 {
		target = target[:i] // no route looks at it
	}
	if !strings.HasPrefix(target, "/") || strings.HasPrefix(target, "//") {
		return // of another host, as far as is known
	}
	path, bad := normalizePath(target)
	if bad == nil && f.answering(path) == r {
		d.errs.Add(d.errorAt(r.PathPos,
			fmt.Sprintf("%s redirects to itself", path), "clients would loop: choose another target"))
	}
}

// statusFields are the fields without which a response of the status is not valid (RFC
// 9110 15.3.7, 15.5.2, 15.5.6, 15.5.8), and how they may look.
var statusFields = map[int]struct{ name, example string }{
	http.StatusPartialContent:    {"Content-Range", `bytes 0-9/100`},
	http.StatusUnauthorized:      {"WWW-Authenticate", `Basic realm="staff"`},
	http.StatusMethodNotAllowed:  {"Allow", `GET, HEAD`},
	http.StatusProxyAuthRequired: {"Proxy-Authenticate", `Basic realm="staff"`},
}

// checkStatusField refuses a status without the field that it must have.
func (d *decoder) checkStatusField(s *Spec, r *Route) {
	need, ok := statusFields[r.Status]
	switch {
	case r.Status == http.StatusUpgradeRequired:
		d.errs.Add(d.errorAt(r.StatusPos, "a response with status 426 must name a protocol in Upgrade (RFC 9110 15.5.22), and the server speaks no other",
			"choose another status"))
	case ok && find(r.Headers, need.name) == nil && find(s.Headers, need.name) == nil:
		d.errs.Add(d.errorAt(r.StatusPos, fmt.Sprintf("a response with status %d must have the field %s", r.Status, need.name),
			fmt.Sprintf("add headers: { %s: '%s' }", need.name, need.example)))
	}
}
