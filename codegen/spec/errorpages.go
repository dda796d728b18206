package spec

import (
	"slices"
	"strconv"
	"strings"
)

// errorStatuses are the statuses of the server's own answers.
var errorStatuses = []int{400, 404, 405, 408, 413, 414, 417, 431, 501, 503, 505}

// ErrorStatuses returns the statuses that the server itself answers with and that
// `errors` can replace, ascending.
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
	known := make([]string, len(errorStatuses))
	for i, s := range errorStatuses {
		known[i] = strconv.Itoa(s)
	}
	d.report(key, "it gives "+strings.Join(known, ", "), "the server does not give the status %q by itself", key.text)
	return 0, false
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
