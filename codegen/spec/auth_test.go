package spec

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/verbosel/verbosel/codegen/diag"
)

// realms are those of all routes of a spec, by path; none is empty.
func realms(routes []Route) map[string]string {
	out := map[string]string{}
	for _, r := range routes {
		key := strings.Join(r.Methods, "+") + " " + r.Path
		out[key] = ""
		if r.Auth != nil {
			out[key] = r.Auth.Realm
		}
	}
	return out
}

// TestProtect: what is protected by a pattern or a folder is for the routes below, unless
// they say otherwise, and the narrowest counts.
func TestProtect(t *testing.T) {
	auth := func(realm string) string { return "{ realm: " + realm + ", users: { a: \"${A}\" } }" }
	s := mustParse(t, `
auth: `+auth("All")+`
trailing_slash: any
routes:
  - { path: /, body: a }
  - { path: "/open/{rest...}", body: a, auth: none }
  - { path: /open/a, body: a }
  - { path: "/open/b/{rest...}", body: a, auth: `+auth("B")+` }
  - { path: "/open/b/{id}", method: POST, body: a }
  - { path: /open/b/c, body: a, auth: none }
  - { path: /literal, body: a, auth: `+auth("Literal")+` }
  - { path: /literal, method: POST, body: a }
  - { path: /literal/below, body: a }
hosts:
  a.example: { routes: [{ path: /, body: a }] }
  b.example: { auth: none, routes: [{ path: /, body: a }, { path: /x, body: a, auth: `+auth("X")+` }] }
  c.example: { auth: `+auth("C")+`, redirect: https://d.example/ }
`)
	want := map[string]string{
		"GET /": "All", "GET /open/{rest...}": "", "GET /open": "", "GET /open/a": "", "GET /open/a/": "",
		"GET /open/b/{rest...}": "B", "GET /open/b": "B", "POST /open/b/{id}": "B", "POST /open/b/{id}/": "B",
		"GET /open/b/c": "", "GET /open/b/c/": "", "GET /literal": "Literal", "GET /literal/": "Literal",
		"POST /literal": "All", "POST /literal/": "All", "GET /literal/below": "All", "GET /literal/below/": "All",
	}
	if diff := cmp.Diff(want, realms(s.Routes)); diff != "" {
		t.Error(diff)
	}
	for i, want := range []map[string]string{{"GET /": "All"}, {"GET /": "", "GET /x": "X"}, {"any /{path...}": "C"}} {
		got := realms(s.Hosts[i].Routes)
		for k, v := range want {
			if g, ok := got[k]; !ok && i < 2 || ok && g != v {
				t.Errorf("%s: %v, want %v", s.Hosts[i].Name, got, want)
			}
		}
		if i == 2 && (len(got) != 1 || s.Hosts[2].Auth.Realm != "C" || s.Hosts[2].Routes[0].Auth != s.Hosts[2].Auth) {
			t.Errorf("c.example: %v", got)
		}
	}
	if n := len(s.Auths()); n != 5 {
		t.Errorf("%d auths", n)
	}
}

// TestCrowd: users and names of variables have a bound.
func TestCrowd(t *testing.T) {
	spec := func(users, name int) string {
		var b strings.Builder
		b.WriteString("routes:\n  - path: /\n    body: a\n    auth:\n      realm: Crowd\n      users:\n")
		for i := range users {
			fmt.Fprintf(&b, "        u%d: ${%s}\n", i, strings.Repeat("N", name))
		}
		return b.String()
	}
	mustParse(t, spec(MaxUsers, MaxVariable))
	for text, want := range map[string]string{
		spec(MaxUsers+1, 1):    "more than 16 users",
		spec(1, MaxVariable+1): "the name of an environment variable with 49 bytes; the longest has 48",
	} {
		_, err := parse(text)
		var list diag.List
		if !errors.As(err, &list) || len(list) != 1 || list[0].Msg != want {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}
