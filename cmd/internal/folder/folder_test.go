package folder

import (
	"strings"
	"testing"
	"testing/fstest"
)

func files(pairs ...string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for i := 0; i < len(pairs); i += 2 {
		fsys[pairs[i]] = &fstest.MapFile{Data: []byte(pairs[i+1])}
	}
	return fsys
}

const shell = `<!doctype html><html><head><title>App of a long, long title</title></head><body><noscript>You need to enable JavaScript to run this app, really, and that is a long text that nobody sees.</noscript>` +
	`<div id="root"></div><script type="module" crossorigin src="/assets/index-abc.js"></script></body></html>`

func TestLook(t *testing.T) {
	for _, tt := range []struct {
		name  string
		files fstest.MapFS
		want  Guess
	}{
		{"plain", files("index.html", `<a href="about.html">`, "about.html", "a"), Guess{Index: true}},
		{"clean links", files("index.html", `<a class=x href="/about">`, "about.html", "a"), Guess{Index: true, CleanURLs: true}},
		{"relative", files("index.html", "a", "docs/a.html", `<a href='b?q#f'>`, "docs/b.html", "b"), Guess{Index: true, CleanURLs: true}},
		{"a folder has the name", files("index.html", `<a href="/about">`, "about.html", "a", "about/index.html", "b"), Guess{Index: true}},
		{"elsewhere", files("index.html", `<a href="https://example.com/about"><a href="//h/about"><a href="/">`, "about.html", "a"), Guess{Index: true}},
		{"app", files("index.html", shell, "assets/index-abc.js", "x"), Guess{Index: true, SPA: "index.html"}},
		{"app with its own 404", files("index.html", shell, "404.html", "x"), Guess{Index: true, NotFound: true}},
		{"a page with a script", files("index.html", `<script src="x.js"></script>`+strings.Repeat("words ", 30)), Guess{Index: true}},
		{"a page without a script", files("index.html", `<p>Hi`), Guess{Index: true}},
		{"200.html", files("index.html", "a", "200.html", shell, "b.html", "b"), Guess{Index: true, SPA: "200.html"}},
		{"a project", files("package.json", "{}", "dist/index.html", shell, ".git/index.html", "x", "node_modules/a/index.html", "b"), Guess{Better: "dist"}},
		{"a host's", files("index.html", "a", "_redirects", "/a /b 301!"), Guess{Index: true, SiteFiles: "netlify", Evidence: "301! in line 1 of _redirects"}},
		{"another host's", files("index.html", "a", "_headers", "/a\n  ! X-A\n"), Guess{Index: true, SiteFiles: "cloudflare", Evidence: "! X-A in line 2 of _headers"}},
		{"some host's", files("index.html", "a", "_redirects", "/a /b"), Guess{Index: true, SiteFiles: "netlify"}},
		{"below the top", files("index.html", "a", "docs/_redirects", "/a /b"), Guess{Index: true}},
		{"nothing", files(), Guess{Empty: true}},
	} {
		if got := Look(tt.files); got != tt.want {
			t.Errorf("%s: got %+v, want %+v", tt.name, got, tt.want)
		}
	}
}

func TestSays(t *testing.T) {
	for want, g := range map[string]Guess{
		"served as a site": {Index: true},
		"served as a site, with clean URLs and 404.html for what is not there":                                  {Index: true, CleanURLs: true, NotFound: true},
		"served as a site, with index.html for every page (a single-page app)":                                  {Index: true, SPA: "index.html"},
		"served as a site; its _redirects and _headers have Cloudflare's meaning (! X-A in line 2 of _headers)": {Index: true, SiteFiles: "cloudflare", Evidence: "! X-A in line 2 of _headers"},
		"served as a site; its _redirects and _headers have Netlify's meaning, as nothing tells whose they are": {Index: true, SiteFiles: "netlify"},
		"served as a site; it has no index page, but dist in it has one":                                        {Better: "dist"},
	} {
		if got := g.Says(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestSpec(t *testing.T) {
	got := string(Guess{CleanURLs: true, SiteFiles: "netlify", SPA: "200.html"}.Spec(`a "b"`))
	if want := "routes:\n  - path: /\n    dir: \"a \\\"b\\\"\"\n    clean_urls: true\n    site_files: netlify\n    spa: 200.html\n"; got != want {
		t.Errorf("got %s", got)
	}
}
