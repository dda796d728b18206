package site

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/verbosel/verbosel/codegen/spec"
)

// addresses writes a site as a list: "path" for content, "path -> target" for
// redirects, and the file behind it.
func addresses(s *Site) []string {
	var list []string
	for _, r := range s.Resources {
		line := r.Path
		if r.Redirect != "" {
			line += " -> " + r.Redirect
		}
		list = append(list, line+" "+strings.TrimPrefix(r.File, "public/"))
	}
	return list
}

func TestAddresses(t *testing.T) {
	for _, tt := range []struct {
		name, keys string
		files      []string
		want       []string
	}{
		{"plain", "", []string{"a.txt", "b/c.css", "d"}, []string{"/a.txt a.txt", "/b/c.css b/c.css", "/d d"}},
		{"index", "", []string{"index.html", "docs/index.html"},
			[]string{"/ index.html", "/docs -> /docs/ docs/index.html", "/docs/ docs/index.html",
				"/docs/index.html docs/index.html", "/index.html index.html"}},
		{"other index", "index: home.htm", []string{"a/home.htm", "index.html"},
			[]string{"/a -> /a/ a/home.htm", "/a/ a/home.htm", "/a/home.htm a/home.htm", "/index.html index.html"}},
		{"no index", "index: false", []string{"index.html", "docs/index.html"},
			[]string{"/docs/index.html docs/index.html", "/index.html index.html"}},
		{"folder without index", "", []string{"docs/a"}, []string{"/docs/a docs/a"}},
		{"escapes", "", []string{"a b/c%20d", "é'\"", "x?y#z", "{[~!$&()*+,;=:@]}"},
			[]string{"/%7B%5B~!$&()*+,;=:@%5D%7D {[~!$&()*+,;=:@]}", "/%C3%A9'%22 é'\"", "/a%20b/c%2520d a b/c%20d", "/x%3Fy%23z x?y#z"}},
		{"escaped folder", "", []string{"a b/index.html"},
			[]string{"/a%20b -> /a%20b/ a b/index.html", "/a%20b/ a b/index.html", "/a%20b/index.html a b/index.html"}},
		{"case", "", []string{"A.txt", "a.txt"}, []string{"/A.txt A.txt", "/a.txt a.txt"}},
		{"clean", "clean_urls: true", []string{"index.html", "about.html", "docs/index.html", "x.htm"},
			[]string{"/ index.html", "/about about.html", "/about.html -> /about about.html", "/about/ -> /about about.html",
				"/docs -> /docs/ docs/index.html", "/docs/ docs/index.html", "/docs/index.html -> /docs/ docs/index.html", "/index.html -> / index.html", "/x.htm x.htm"}},
		{"clean, no index", "clean_urls: true\n    index: false", []string{"index.html"}, []string{"/index index.html", "/index.html -> /index index.html", "/index/ -> /index index.html"}},
		{"clean, page beside folder", "clean_urls: true", []string{"guide.html", "guide/index.html"},
			[]string{"/guide guide.html", "/guide.html -> /guide guide.html", "/guide/ guide/index.html", "/guide/index.html -> /guide/ guide/index.html"}},
		{"page beside folder", "", []string{"guide.html", "guide/index.html"},
			[]string{"/guide -> /guide/ guide/index.html", "/guide.html guide.html", "/guide/ guide/index.html", "/guide/index.html guide/index.html"}},
		{"htm", "", []string{"index.htm", "a/index.htm", "a/index.html"},
			[]string{"/ index.htm", "/a -> /a/ a/index.html", "/a/ a/index.html", "/a/index.htm a/index.htm", "/a/index.html a/index.html", "/index.htm index.htm"}},
		{"list", "index: [b, a]", []string{"a", "x/a", "x/b", "c"},
			[]string{"/ a", "/a a", "/c c", "/x -> /x/ x/b", "/x/ x/b", "/x/a x/a", "/x/b x/b"}},
		{"clean dots", "clean_urls: true\n    dotfiles: true", []string{".html", "..html", "...html", ".a.html"},
			[]string{"/...html ...html", "/..html ..html", "/.a .a.html", "/.a.html -> /.a .a.html", "/.a/ -> /.a .a.html", "/.html .html"}},
		{"always", "clean_urls: true\n    trailing_slash: always", []string{"index.html", "about.html", "docs/index.html"},
			[]string{"/ index.html", "/about -> /about/ about.html", "/about.html -> /about/ about.html", "/about/ about.html",
				"/docs -> /docs/ docs/index.html", "/docs/ docs/index.html", "/docs/index.html -> /docs/ docs/index.html", "/index.html -> / index.html"}},
		{"always, not clean", "trailing_slash: always", []string{"about.html"}, []string{"/about.html about.html"}},
		{"never", "clean_urls: true\n    trailing_slash: never", []string{"index.html", "about.html", "docs/index.html"},
			[]string{"/ index.html", "/about about.html", "/about.html -> /about about.html", "/about/ -> /about about.html",
				"/docs docs/index.html", "/docs/ -> /docs docs/index.html", "/docs/index.html -> /docs docs/index.html", "/index.html -> / index.html"}},
		{"never, not clean", "trailing_slash: never", []string{"docs/index.html", "about.html"},
			[]string{"/about.html about.html", "/docs docs/index.html", "/docs/ -> /docs docs/index.html", "/docs/index.html docs/index.html"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := build(t, named(tt.files...), tt.keys, Options{Identity: true})
			if diff := cmp.Diff(tt.want, addresses(s)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestPrefix(t *testing.T) {
	fsys := named("index.html", "a/b.css")
	for slash, want := range map[string][]string{
		"keep":  {"/x%20y -> /x%20y/ index.html", "/x%20y/ index.html", "/x%20y/a/b.css a/b.css", "/x%20y/index.html index.html"},
		"never": {"/x%20y index.html", "/x%20y/ -> /x%20y index.html", "/x%20y/a/b.css a/b.css", "/x%20y/index.html index.html"},
	} {
		route := dirRoute(t, fsys, "trailing_slash: "+slash)
		route.Path = "/x%20y/"
		s, err := Build(context.Background(), fsys, route, Options{Identity: true})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, addresses(s)); diff != "" || s.Prefix != "/x%20y/" || s.Folder != "public" {
			t.Errorf("%s: %s", slash, diff)
		}
	}
}

func TestAddressConflicts(t *testing.T) {
	for _, tt := range []struct {
		keys  string
		files []string
		want  string
	}{
		{"clean_urls: true\n    trailing_slash: never", []string{"about.html", "about/index.html"}, "public/about.html and public/about/index.html both answer /about\n"},
		{"clean_urls: true\n    trailing_slash: always", []string{"about.html", "about/index.html"}, "both answer /about/\n"},
		{"clean_urls: true", []string{"about", "about.html"}, "public/about and public/about.html both answer /about\n"},
		{"clean_urls: true", []string{"a.html", "a.html.html"}, "public/a.html and public/a.html.html both answer /a.html\n"},
	} {
		_, err := Build(context.Background(), named(tt.files...), dirRoute(t, named(tt.files...), tt.keys), Options{})
		if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), "rename one of the two, or exclude it") {
			t.Errorf("%v: got %v, want %q", tt.files, err, tt.want)
		}
	}
}

func TestNoConflictWithoutCleanURLs(t *testing.T) {
	build(t, named("about.html", "about/index.html", "a.html", "a.html.html"), "", Options{Identity: true})
}

func TestSpecialPages(t *testing.T) {
	fsys := named("index.html", "404.html", "docs/404.html", "app.html")
	s := build(t, fsys, "spa: app.html", Options{Identity: true})
	if s.NotFound == nil || s.NotFound.File != "public/404.html" || s.NotFound.Path != "" || string(read(t, fsys, s, s.NotFound.Variants[0].Content)) != "404.html" {
		t.Errorf("404: %+v", s.NotFound)
	}
	if s.SPA == nil || s.SPA.File != "public/app.html" || s.SPA.Type != "text/html; charset=utf-8" {
		t.Errorf("SPA: %+v", s.SPA)
	}
	byPath(t, s, "/404.html") // it is a file like all others, too
	s = build(t, named("docs/404.html"), "", Options{Identity: true})
	if s.NotFound != nil || s.SPA != nil {
		t.Errorf("got %+v %+v", s.NotFound, s.SPA)
	}
}

func TestSPAExcluded(t *testing.T) {
	fsys := named("index.html", "a")
	_, err := Build(context.Background(), fsys, dirRoute(t, fsys, "spa: index.html\n    exclude: index.html"), Options{})
	if err == nil || !strings.Contains(err.Error(), "spa: public/index.html is left out of the site") {
		t.Errorf("got %v", err)
	}
}

func TestMaxPath(t *testing.T) {
	fsys := named("a", "bc", "d e")
	_, err := Build(context.Background(), fsys, dirRoute(t, fsys, ""), Options{Identity: true, MaxPath: 3})
	if err == nil || !strings.Contains(err.Error(), "the address of public/d e has 6 bytes, and a request's head has room for 3") || strings.Contains(err.Error(), "bc") {
		t.Errorf("got %v", err)
	}
}

// TestRedirectFields: a redirect has the fields of the route, but no type, and may be kept
// like what it leads to.
func TestRedirectFields(t *testing.T) {
	s := build(t, named("docs/index.html"), `headers: { X-A: b, Content-Type: text/x-own }`, Options{Identity: true})
	r := byPath(t, s, "/docs")
	if r.Type != "" || len(r.Fields) != 2 || r.Fields[0].Name != "X-A" || r.Fields[1].Value != spec.CacheRevalidate || r.Variants != nil {
		t.Errorf("got %+v", r)
	}
	if r = byPath(t, s, "/docs/"); r.Type != "text/x-own" {
		t.Errorf("type %s", r.Type)
	}
}
