package codegen

import (
	"testing"
	"testing/fstest"
)

// TestHealthPath: it is one that GET gets a 2xx at, whatever Host says.
func TestHealthPath(t *testing.T) {
	for spec, want := range map[string]string{
		"routes: [{path: /, body: x}, {path: /health, body: x}, {path: /healthz, body: x}]":                           "/healthz",
		"routes: [{path: /b, body: x}, {path: /a, body: x}]":                                                          "/a",
		"routes: [{path: /, redirect: /b}, {path: /b, body: x}]":                                                      "/b",
		"routes: [{path: /, body: x, status: 503}]":                                                                   "",
		"routes: [{path: /, method: POST, body: x}]":                                                                  "",
		"routes: [{path: '/{id}', body: x}, {path: '/a%20b', body: x}, {path: '/ü', body: x}]":                        "",
		"routes: [{path: /, dir: d}]":                                                                                 "/",
		"hosts: {a.example: {routes: [{path: /, body: x}]}}":                                                          "",
		"routes: [{path: /x/, dir: d}]\nhosts: {a.example: {routes: [{path: /, body: x}, {path: /health, body: y}]}}": "/x/",
	} {
		fsys := fstest.MapFS{name: {Data: []byte(spec)}, "d/index.html": {Data: []byte("<p>")}}
		r, err := Compile(fsys, name, Options{Dev: &Dev{}})
		if err != nil {
			t.Errorf("%s: %v", spec, err)
			continue
		}
		if got := r.HealthPath(); got != want {
			t.Errorf("%s: %q, want %q", spec, got, want)
		}
	}
}
