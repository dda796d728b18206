package pattern

import (
	"slices"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for _, c := range []struct{ raw, names, matches, others string }{
		{"/", "", "/", "//a /a"},
		{"/{$}", "", "/", "/a"},
		{"/a/", "", "/a/", "/a /a/b"},
		{"/a/{$}", "", "/a/", "/a /a/b"},
		{"/users/{id}", "id", "/users/7 /users/%2F", "/users/ /users /users/7/ /users/7/x"},
		{"/users/{id}/posts/{post}", "id post", "/users/7/posts/8", "/users/7/posts/"},
		{"/news/{rest...}", "rest", "/news/ /news/a /news/a/b/ /news//", "/news /newsa"},
		{"/{a}/{b...}", "a b", "/x/ /x/y/z", "/x //y"},
		{"*", "", "/ /a //", ""},
	} {
		p, bad := Parse(c.raw)
		if bad != nil {
			t.Errorf("%s: %s", c.raw, bad.Msg)
			continue
		}
		if names := strings.Join(p.Names(), " "); names != c.names {
			t.Errorf("%s: names %q, want %q", c.raw, names, c.names)
		}
		for _, path := range strings.Fields(c.matches) {
			if _, ok := p.Match(path); !ok {
				t.Errorf("%s does not match %s", c.raw, path)
			}
		}
		for _, path := range strings.Fields(c.others) {
			if _, ok := p.Match(path); ok {
				t.Errorf("%s matches %s", c.raw, path)
			}
		}
		again, bad := Parse(p.String())
		if bad != nil || Compare(p, again) != Equal {
			t.Errorf("%s is written %s, which is another pattern", c.raw, p)
		}
	}
}

func TestCaptures(t *testing.T) {
	p, _ := Parse("/a/{x}/b/{y...}")
	if got, _ := p.Match("/a/1/b/2/3"); !slices.Equal(got, []string{"1", "2/3"}) {
		t.Errorf("%q", got)
	}
	if p.Index("x") != 1 || p.Index("y") != 3 || p.Index("z") != -1 {
		t.Error("the names are at other segments")
	}
}

func TestParseErrors(t *testing.T) {
	for raw, want := range map[string]string{
		"":                 `the path is empty|write /`,
		"users":            `does not begin with /|write /users`,
		"https://a.b/c":    `does not begin with /|write /c`,
		"/{id}.json":       `"{id}.json": a parameter is a whole segment|%7B and %7D`,
		"/{":               `"{": a parameter is a whole segment`,
		"/{}":              `its name is not one`,
		"/{1}":             `its name is not one`,
		"/{...}":           `its name is not one`,
		"/{a-b}":           `its name is not one`,
		"/{a...}/b":        `{a...} is not at the end of the path|write {a} for one segment`,
		"/{$}/b":           `{$} is not at the end of the path`,
		"/{a}/{a}":         `the name "a" stands in the path twice`,
		"/a{$}":            `a parameter is a whole segment`,
		"/{{a}}/{b}/{{c}}": `"{{a}}" looks like a placeholder of a template|write /{a}/{b}/{c}; %7B%7B`,
	} {
		msg, hint, _ := strings.Cut(want, "|")
		_, bad := Parse(raw)
		if bad == nil || !strings.Contains(bad.Msg, msg) || !strings.Contains(bad.Hint, hint) {
			t.Errorf("%q: %+v, want %s", raw, bad, want)
		}
	}
}

// TestForeign has what other tools write, and how it is written here.
func TestForeign(t *testing.T) {
	for raw, want := range map[string]string{
		"/blog/*":                "/blog/{rest...}",
		"/*":                     "/{rest...}",
		"/**":                    "/{rest...}",
		"/a/*/b":                 "/a/{name}/b",
		"/a/*/*/b":               "/a/{name}/{name2}/b",
		"/foo*":                  "/{name}",
		"/img/*.png":             "/img/{name}",
		"/files/*path":           "/files/{path...}",
		"/users/:id":             "/users/{id}",
		"/users/:id/posts/:post": "/users/{id}/posts/{post}",
		"/users/:id?":            "/users/{id}",
		"/users/:id(\\d+)":       "/users/{id}",
		"/files/:path*":          "/files/{path...}",
		"/news/:splat":           "/news/{rest...}",
		"/a/:splat/b":            "/a/{rest}/b",
		"/users/<int:id>":        "/users/{id}",
		"/files/<path:p>":        "/files/{p...}",
		"/[slug]":                "/{slug}",
		"/docs/[...slug]":        "/docs/{slug...}",
		"/docs/[[...slug]]":      "/docs/{slug...}",
		"/{proxy+}":              "/{proxy...}",
		"/{*path}":               "/{path...}",
		"/users/{id:[0-9]+}":     "/users/{id}",
		"/{{page}}":              "/{page}",
		"/$host/a":               "/{name}/a",
		"/x$request_uri":         "/{rest...}",
		"^/blog/(.*)$":           "/blog/{rest...}",
		"~ ^/api/v[0-9]+/(.*)$":  "/api/{name}/{rest...}",
		"~* /img/.*":             "/img/{rest...}",
		"/post/([^/]+)/edit":     "/post/{name}/edit",
		"/post/[0-9]+":           "/post/{name}",
		`/v(\d+)/x`:              "/{name}/x",
		"= /exact":               "/exact",
		"^~ /static/":            "/static/",
		"GET /users/:id":         "/users/{id}",
		`^\/old\/(.*)$`:          "/old/{rest...}",
		"/(en|de)/about":         "/{name}/about",
	} {
		_, bad := Parse(raw)
		if bad == nil {
			t.Errorf("%q is taken as it is", raw)
			continue
		}
		rest, _ := strings.CutPrefix(bad.Hint, "write ")
		rest = strings.TrimPrefix(rest, "`path: ")
		spelled := rest[:len(rest)-len(strings.TrimLeft(rest, "/abcdefghijklmnopqrstuvwxyz.{}2"))]
		if spelled != want {
			t.Errorf("%q: %s; %s: the path is not %s", raw, bad.Msg, bad.Hint, want)
		}
		if _, bad := Parse(spelled); bad != nil {
			t.Errorf("%q: the hint says %s, which is an error: %s", raw, spelled, bad.Msg)
		}
	}
}

// TestNotForeign has paths that only resemble what other tools write.
func TestNotForeign(t *testing.T) {
	for _, raw := range []string{"/a*b", "/a:b", "/it's", "/c++", "/a.b", "/(a)b", "/price-$5", "/user@example.com", "/%2A",
		"/%3Aid", "/$", "/$a", "/a$b", "/v1.2.3", "/a+b", "/(draft)-x", "/~user", "/-.", "/%5Bslug%5D", "/%7Bid%7D"} {
		if raw == "/$" {
			continue // ends as a regular expression does
		}
		if p, bad := Parse(raw); bad != nil || !p.IsLiteral() {
			t.Errorf("%s: %v %+v", raw, p, bad)
		}
	}
}

func TestOtherSlash(t *testing.T) {
	for raw, want := range map[string]string{"/a": "/a/", "/a/": "/a", "/a/{x}": "/a/{x}/", "/a/{x...}": "/a", "/": "", "*": "", "/{x...}": ""} {
		p, bad := Parse(raw)
		if bad != nil {
			t.Fatal(bad)
		}
		other, ok := p.OtherSlash()
		if got := ""; ok != (want != "") || ok && other.String() != want {
			t.Errorf("%s: %s, want %s", raw, got+other.String(), want)
		}
	}
}

// FuzzParse: what is taken is written as what it is; what is refused has a remedy.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"/", "*", "/{a}/{b...}", "/a/*", "/:id", "^/(.*)$", "/{{a}}", "GET /x", "/[...x]", "/$host", "/a/{$}"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		p, bad := Parse(raw)
		if bad != nil {
			if bad.Msg == "" || bad.Hint == "" {
				t.Errorf("%q: %+v", raw, bad)
			}
			return
		}
		again, bad := Parse(p.String())
		if bad != nil || Compare(p, again) != Equal {
			t.Errorf("%q is written %q, which is another one: %v", raw, p, bad)
		}
	})
}
