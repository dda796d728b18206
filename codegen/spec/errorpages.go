package spec

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// errorStatuses are the statuses of the server's own answers. There is no 416: it is
// made from the variant that was asked for (RFC 9110 15.5.17), without content.
var errorStatuses = []int{400, 401, 404, 405, 408, 412, 413, 414, 417, 431, 501, 503, 505}

// ErrorStatuses returns the statuses that the server itself answers with and that
// `errors` can replace, ascending: 412 only where a route has a folder or a file, as only
// files have preconditions (RFC 9110 13.1), 401 only where something has auth.
func ErrorStatuses() []int { return slices.Clone(errorStatuses) }

// errorResponses decodes the `errors` section.
func (d *decoder) errorResponses(n *node) []ErrorResponse {
	var list []ErrorResponse
	for _, f := range d.table(n, "errors") {
		status, ok := d.errorStatus(f.key)
		e := d.errorResponse(f)
		if !ok {
			continue
		}
		e.Status = status
		list = append(list, e)
	}
	return list
}

func (d *decoder) errorStatus(key *node) (int, bool) {
	status, err := strconv.Atoi(key.text)
	if err == nil && strconv.Itoa(status) == key.text && slices.Contains(errorStatuses, status) {
		return status, true
	}
	if key.text == strconv.Itoa(http.StatusRequestedRangeNotSatisfiable) {
		d.report(key, "remove it: a 416 has the file's size in Content-Range, and no content", "the answer to a range that a file does not have is fixed")
		return 0, false
	}
	known := make([]string, len(errorStatuses))
	for i, s := range errorStatuses {
		known[i] = strconv.Itoa(s)
	}
	d.report(key, "it gives "+strings.Join(known, ", "), "the server does not give the status %q by itself", key.text)
	return 0, false
}

// checkErrors refuses an answer to a failed precondition where there is none to fail, and
// one to who may see nothing where everybody may see all.
func (d *decoder) checkErrors(s *Spec) {
	d.checkUnauthorized(s)
	if slices.ContainsFunc(s.Routes, func(r Route) bool { return r.Dir != nil || r.File != nil }) {
		return
	}
	for _, e := range s.Errors {
		if e.Status == http.StatusPreconditionFailed {
			d.errs.Add(d.src.errorAt(e.Pos.Line, e.Pos.Col, "no route has dir or file, and only files have preconditions that fail",
				"remove it, or serve a file or a folder"))
		}
	}
}

// checkUnauthorized is checkErrors for 401.
func (d *decoder) checkUnauthorized(s *Spec) {
	for _, e := range s.Errors {
		if e.Status != http.StatusUnauthorized {
			continue
		}
		if len(s.Auths()) == 0 {
			d.errs.Add(d.src.errorAt(e.Pos.Line, e.Pos.Col, "nothing has auth, and only that is answered with 401", "remove it, or add auth"))
		}
		for _, name := range []string{"WWW-Authenticate", "Cache-Control"} {
			if h := find(e.Headers, name); h != nil {
				d.errs.Add(d.src.errorAt(h.Pos.Line, h.Pos.Col, name+" cannot be set for a 401", "remove it: the server writes it, the realm is in auth, and no cache keeps a 401"))
			}
		}
	}
}

func (d *decoder) errorResponse(entry field) ErrorResponse {
	e := ErrorResponse{Pos: d.pos(entry.key)}
	var forms []field
	for _, f := range d.table(entry.value, "an error response") {
		switch f.key.text {
		case "headers":
			e.Headers = d.headers(f.value, scopeError)
		case "body", "json", "file":
			forms = append(forms, f)
		case "status", "redirect":
			d.report(f.key, "give the content with body, json or file", "an error response keeps its status and cannot have %s", f.key.text)
		default:
			d.unknownKey(f.key, "an error response", errorKeys)
		}
	}
	switch f := d.oneForm(forms); {
	case f != nil:
		e.Content = d.content(*f)
	case entry.value.kind == kindTable:
		d.report(entry.key, "add body, json or file", "an error response without content")
	}
	return e
}
