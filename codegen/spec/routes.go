package spec

import (
	"fmt"
	"slices"
	"strings"

	"github.com/verbosel/verbosel/codegen/pattern"
)

// maxRoutes bounds a spec; beyond it the server would be no small one.
const maxRoutes = 100_000

// routes decodes the list of routes; n is nil when the key is missing.
func (d *decoder) routes(root, n *node) []Route {
	const none = "write `routes: []` for a server that only answers 404"
	switch {
	case n == nil:
		if root.kind == kindTable {
			d.report(root, none, "the spec has no routes")
		}
		return nil
	case n.kind != kindList:
		hint := "begin each route with a dash: `- path: /`"
		if n.kind == kindNull {
			hint = none
		}
		d.wrongKind(n, "routes", "a list", hint)
		return nil
	case len(n.items) > maxRoutes:
		d.report(n, "split the spec", "%d routes; at most %d are possible", len(n.items), maxRoutes)
		return nil
	}
	list := make([]Route, 0, len(n.items))
	for _, item := range n.items {
		list = append(list, d.route(item))
	}
	return list
}

// routeNodes are the parts of a route before they are checked against each other.
type routeNodes struct {
	self, path     *node
	method, status *field
	query, env     *field
	forms          []field
	dirKeys        []field // keys that only a route with dir has

	otherPath, otherForm bool // a key of another tool stands for it, and is reported
}

func (d *decoder) route(n *node) Route {
	r := Route{Methods: []string{"GET"}, Status: defaultStatus, Pos: d.pos(n)}
	parts := routeNodes{self: n}
	for _, f := range d.table(n, "a route") {
		switch f.key.text {
		case "path":
			parts.path = f.value
			d.path(&r, f.value)
		case "method":
			parts.method = &f
			r.Methods = d.methods(f.value)
		case "status":
			parts.status = &f
			r.StatusPos = d.pos(f.value)
			r.Status, r.StatusSlot = d.status(f.value)
		case "query":
			parts.query = &f
		case "env":
			parts.env = &f
		case "headers":
			r.Headers = d.headers(f.value, scopeRoute)
		case "auth":
			r.Auth, r.Open = d.auth(f.value)
		case "log":
			r.Quiet = !d.boolean(f.value, "log")
		case "body", "json", "file", "redirect", "dir":
			parts.forms = append(parts.forms, f)
		default:
			if !slices.Contains(dirKeys, f.key.text) {
				d.unknownKey(f.key, "a route", routeKeys)
				hint := remedy(f.key.text, "a route", routeKeys)
				parts.otherPath = parts.otherPath || slices.Contains(pathHints, hint)
				parts.otherForm = parts.otherForm || slices.Contains(formHints, hint)
				continue
			}
			parts.dirKeys = append(parts.dirKeys, f)
		}
	}
	if n.kind == kindTable {
		d.respond(&r, parts)
	}
	return r
}

func (d *decoder) path(r *Route, n *node) {
	r.PathPos = d.pos(n)
	raw, ok := d.text(n, "path")
	if !ok {
		return
	}
	p, bad := parsePath(raw)
	if bad != nil {
		d.report(n, bad.Hint, "%s", bad.Msg)
		if meant, again := parsePath(pattern.Respell(raw)); again == nil {
			r.Pattern = meant // what a target can name, without a Path
		}
		return
	}
	r.Pattern, r.Path = p, p.String()
	d.written[r.PathPos] = raw
}

// respond decodes the response form and checks it against status and headers.
func (d *decoder) respond(r *Route, parts routeNodes) {
	if parts.path == nil && !parts.otherPath {
		d.report(parts.self, "write `path: /`", "a route without a path")
	}
	f := d.oneForm(parts.forms)
	env := d.hasEnv(f, parts.env)
	d.checkSlotForm(r, f, env)
	if f != nil && f.key.text == string(FormDir) {
		d.dirRoute(r, *f, parts)
		return
	}
	if env {
		d.envRoute(r, *f, d.slashKey(r, parts.dirKeys))
		return
	}
	if f != nil && f.key.text == string(FormFile) && r.Status == defaultStatus && r.Answers("GET") {
		d.fileRoute(r, *f, d.slashKey(r, parts.dirKeys))
		return
	}
	d.strayKeys(d.slashKey(r, parts.dirKeys))
	if parts.query != nil && (f == nil || f.key.text != string(FormRedirect)) {
		d.report(parts.query.key, "remove it: every query gets the same response", "query without redirect")
	}
	switch {
	case f == nil && parts.otherForm:
	case f == nil && parts.status == nil:
		d.report(parts.self, "add one of body, json, file, redirect, dir, or a status alone", "a route without a response")
	case f == nil:
		r.Content = Content{Form: FormNone}
	case f.key.text == string(FormRedirect):
		d.redirectRoute(r, f, parts.status, d.dropsQuery(parts.query))
	default:
		r.Content = d.content(*f)
		d.checkNoContent(r, f.key)
	}
}

// status refuses interim responses: the server sends those itself where they are due. It is 0 where
// a slot gives it.
func (d *decoder) status(n *node) (int, *Slot) {
	if n.kind == kindText && strings.Contains(n.text, "${") {
		return 0, d.statusSlot(n)
	}
	if n.kind == kindNumber && len(n.text) == 3 && n.text[0] == '1' {
		d.report(n, "choose a status from 200 to 599", "%s is no final response (RFC 9110 15.2)", n.text)
		return 0, nil
	}
	return d.integer(n, "status", 200, 599), nil
}

func (d *decoder) redirectRoute(r *Route, f, status *field, drop bool) {
	r.Content = Content{Form: FormRedirect}
	r.Redirect = d.redirect(f.value, r.Pattern, drop)
	usual := redirectStatus(r.Methods)
	if status == nil {
		r.Status = usual
	} else if r.Status != 0 && !slices.Contains(redirectStatuses, r.Status) {
		d.report(status.value, fmt.Sprintf("write 301, 302, 303, 307 or 308, or leave it out for %d", usual), "a redirect with status %d", r.Status)
	}
	if h := find(r.Headers, "Location"); h != nil {
		d.errs.Add(d.src.errorAt(h.Pos.Line, h.Pos.Col, "Location beside redirect", "remove it: the redirect is the Location"))
	}
	if h := find(r.Headers, "Content-Type"); h != nil {
		d.errs.Add(d.src.errorAt(h.Pos.Line, h.Pos.Col, "Content-Type beside redirect", "remove it: the content is a note in HTML, with a link to the target"))
	}
}

func (d *decoder) checkNoContent(r *Route, key *node) {
	if hasNoContent(r.Status) {
		d.report(key, fmt.Sprintf("remove %s, or choose another status", key.text), "a response with status %d has no content", r.Status)
	}
}
