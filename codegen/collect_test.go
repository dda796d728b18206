package codegen

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/verbosel/verbosel/codegen/spec"
)

// TestCheckAdded: a route of _redirects that a route of the spec has paths of is told, and
// where; one that has more or fewer paths than a route is none of that.
func TestCheckAdded(t *testing.T) {
	for _, c := range []struct{ rule, path, want string }{
		{"/old /new", "/old", "public/_redirects:1:1: the route /old in line 5 of routes.yaml answers /old, too"},
		{"/:a/b /new/:a", "/a/{x}", "answers /a/b, too"},
		{"/a/* /new/:splat", "/a/b", ""},
		{"/a/b /new", "/a/{rest...}", ""},
	} {
		fsys := fstest.MapFS{
			"routes.yaml":       {Data: []byte("routes:\n  - path: /\n    dir: public\n    site_files: netlify\n  - path: " + c.path + "\n    body: b\n")},
			"public/index.html": {Data: []byte("x")}, "public/_redirects": {Data: []byte(c.rule)},
		}
		_, err := Check(fsys, "routes.yaml", Options{})
		switch {
		case c.want == "" && err != nil, c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s beside %s: %v", c.rule, c.path, err)
		}
	}
}

// TestCollectLeavesSpec: routes of folders are added to a copy.
func TestCollectLeavesSpec(t *testing.T) {
	fsys := fstest.MapFS{
		"routes.yaml":       {Data: []byte("routes:\n  - path: /\n    dir: public\n    site_files: netlify\n")},
		"public/index.html": {Data: []byte("x")}, "public/_redirects": {Data: []byte("/a /b")},
	}
	r := &Result{fsys: fsys}
	var err error
	if r.Spec, err = spec.Parse(fsys, "routes.yaml"); err != nil {
		t.Fatal(err)
	}
	before := r.Spec
	if err := collect(r); err != nil {
		t.Fatal(err)
	}
	if len(before.Routes) != 1 || len(r.Spec.Routes) != 3 {
		t.Errorf("%d routes were made %d, and %d of a copy", 1, len(before.Routes), len(r.Spec.Routes))
	}
}

// TestCollectProtects: a route of _redirects below a pattern with auth is for those alone whom
// that lets.
func TestCollectProtects(t *testing.T) {
	fsys := fstest.MapFS{
		"routes.yaml": {Data: []byte("routes:\n  - path: /\n    dir: public\n    site_files: netlify\n" +
			"  - path: /in/{rest...}\n    body: b\n    auth: { realm: R, users: { a: \"${A}\" } }\n")},
		"public/index.html": {Data: []byte("x")}, "public/_redirects": {Data: []byte("/in/a /b\n/out/a /b\n")},
	}
	r := &Result{fsys: fsys}
	var err error
	if r.Spec, err = spec.Parse(fsys, "routes.yaml"); err != nil {
		t.Fatal(err)
	}
	if err := collect(r); err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, route := range r.Spec.Routes[2:] {
		found++
		if in := strings.HasPrefix(route.Path, "/in/"); (route.Auth != nil) != in {
			t.Errorf("%s: auth %+v", route.Path, route.Auth)
		}
	}
	if found != 4 {
		t.Errorf("%d routes", found)
	}
}
