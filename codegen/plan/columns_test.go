package plan

import (
	"slices"
	"strings"
	"testing"
)

// GET and HEAD come first, each other method that is used has a column, and the rest
// that HTTP knows share the last one.
func TestColumns(t *testing.T) {
	for routes, want := range map[string]string{
		"[{ path: /, body: x }]":                                                   "GET HEAD|OPTIONS|POST PUT PATCH DELETE TRACE",
		"[{ path: /, method: POST, body: x }]":                                     "GET HEAD|POST|OPTIONS|PUT PATCH DELETE TRACE",
		"[{ path: /, method: [DELETE, PUT, OPTIONS], body: x }]":                   "GET HEAD|PUT|DELETE|OPTIONS|POST PATCH TRACE",
		"[{ path: /, method: [PATCH, POST, PUT, DELETE, OPTIONS, GET], body: x }]": "GET HEAD|POST|PUT|PATCH|DELETE|OPTIONS|TRACE",
	} {
		var got []string
		p := build(t, "routes: "+routes)
		for _, c := range p.Columns {
			got = append(got, strings.Join(c.Methods, " "))
		}
		if text := strings.Join(got, "|"); text != want {
			t.Errorf("%s: %s, want %s", routes, text, want)
		}
		if ColumnOf(p.Columns, "CONNECT") != -1 || ColumnOf(p.Columns, "BREW") != -1 {
			t.Error("a method that the server does not know has a column")
		}
	}
}

// Every method has an answer: the route's, or the server's own with Allow.
func TestAnswers(t *testing.T) {
	p := build(t, `routes:
  - { path: /, body: page }
  - { path: /, method: POST, status: 201, body: made }
  - { path: /form, method: [POST, PUT], body: form }
  - { path: /own, method: OPTIONS, body: own }
`)
	for _, c := range []struct {
		path, method string
		status       int
		allow        string
	}{
		{"/", "GET", 200, ""}, {"/", "HEAD", 200, ""}, {"/", "POST", 201, ""},
		{"/", "PUT", 405, "GET, HEAD, POST, OPTIONS"}, {"/", "TRACE", 405, "GET, HEAD, POST, OPTIONS"},
		{"/", "OPTIONS", 204, "GET, HEAD, POST, OPTIONS"},
		{"/form", "GET", 405, "POST, PUT, OPTIONS"}, {"/form", "HEAD", 405, "POST, PUT, OPTIONS"},
		{"/form", "PUT", 200, ""}, {"/form", "OPTIONS", 204, "POST, PUT, OPTIONS"},
		{"/own", "OPTIONS", 200, ""}, {"/own", "GET", 405, "OPTIONS"},
	} {
		r := answer(t, p, c.method, c.path)
		allow := ""
		if _, rest, ok := strings.Cut(string(r.Head), "\r\nAllow: "); ok {
			allow, _, _ = strings.Cut(rest, "\r\n")
		}
		if r.Status != c.status || allow != c.allow {
			t.Errorf("%s %s: %d, Allow %q; want %d, %q", c.method, c.path, r.Status, allow, c.status, c.allow)
		}
	}
	if len(p.Routes) != 3 || !slices.IsSortedFunc(p.Routes, func(a, b Route) int { return a.Pos.Line - b.Pos.Line }) {
		t.Errorf("%d routes, want three in the order of the spec", len(p.Routes))
	}
}
