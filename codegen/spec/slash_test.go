package spec

import (
	"slices"
	"strings"
	"testing"
)

// TestNearestSlash: with trailing_slash: any for all, a path that two routes could have by
// default was "answered by the route in line 3 already". The nearest has it, in any order.
func TestNearestSlash(t *testing.T) {
	routes := []string{
		`{ path: "/a", body: a }`,
		`{ path: "/a//", body: two }`,
		`{ path: "/b/", method: [GET, POST], body: b }`,
		`{ path: "/b/{rest...}", method: [GET, PUT], body: rest }`,
	}
	want := []string{"GET /a a", "GET /a// two", "GET /a/ a", "GET /b/ b", "POST /b/ b", "GET /b b", "POST /b b",
		"GET /b/{rest...} rest", "PUT /b/{rest...} rest", "PUT /b rest"}
	slices.Sort(want)
	for range routes {
		routes = append(routes[1:], routes[0])
		s := mustParse(t, "trailing_slash: any\nroutes:\n  - "+strings.Join(routes, "\n  - ")+"\n")
		var got []string
		for _, r := range s.Routes {
			for _, m := range r.Methods {
				got = append(got, m+" "+r.Path+" "+string(r.Content.Bytes))
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestOtherHostIsNoLoop: a target that begins with two slashes names a host, whatever answers
// its path here. Such a redirect of all paths was "//a.example/ redirects to itself".
func TestOtherHostIsNoLoop(t *testing.T) {
	mustParse(t, "routes:\n  - { path: \"*\", redirect: //a.example/ }\n")
	mustParse(t, "hosts:\n  b.example:\n    redirect: //a.example{path}\n")
}
