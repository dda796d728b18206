package site

import (
	"context"
	"fmt"
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/diag"
	"github.com/verbosel/verbosel/codegen/spec"
)

// hosted is a folder with what a host reads.
func hosted(redirects, headers string, more ...string) map[string]string {
	texts := map[string]string{"index.html": "home", "about.html": "about", "404.html": "none", "a/b.txt": "b"}
	if redirects != "" {
		texts["_redirects"] = redirects
	}
	if headers != "" {
		texts["_headers"] = headers
	}
	for i := 0; i < len(more); i += 2 {
		texts[more[i]] = more[i+1]
	}
	return texts
}

// TestSiteFiles: what becomes of rules, and that neither file is served.
func TestSiteFiles(t *testing.T) {
	s := build(t, tree(hosted("/old /about.html\n/a/b.txt /x 301!\n/gone /404.html 410\n/app/* /index.html 200\n", "/*\n  X-A: 1\n/about.html\n  Content-Type: text/plain\n")), "site_files: netlify", Options{Identity: true})
	var got []string
	for _, r := range s.Routes {
		got = append(got, fmt.Sprintf("%s %d %s", r.Path, r.Status, r.Pos))
	}
	want := "/old 301 public/_redirects:1:1; /old/ 301 public/_redirects:1:1; /a/b.txt 301 public/_redirects:2:1; /a/b.txt/ 301 public/_redirects:2:1; " +
		"/gone 410 public/_redirects:3:1; /gone/ 410 public/_redirects:3:1; /app/{splat...} 200 public/_redirects:4:1; /app 200 public/_redirects:4:1"
	if strings.Join(got, "; ") != want {
		t.Errorf("routes\n%s, want\n%s", strings.Join(got, "; "), want)
	}
	if got, want := strings.Join(names(s), " "), "index.html 404.html about.html index.html"; got != want {
		t.Errorf("files %s, want %s", got, want)
	}
	for _, r := range s.Resources {
		if !strings.Contains(fieldLines(r.Fields), "X-A: 1") {
			t.Errorf("%s has %v", r.Path, r.Fields)
		}
		if r.Path == "/about.html" && r.Type != "text/plain" {
			t.Errorf("%s is %s", r.Path, r.Type)
		}
	}
	if len(s.Rewrites) != 2 || s.Rewrites[0].Resources[0].File != "public/index.html" || s.Rewrites[0].Rules != s.Routes[6].File {
		t.Errorf("files at other paths: %+v", s.Rewrites)
	}
	if !strings.Contains(fieldLines(s.NotFound.Fields), "X-A: 1") {
		t.Errorf("the 404 has %v", s.NotFound.Fields)
	}
}

// TestHeadersForWins: what the spec says of files is in front of what _headers says.
func TestHeadersForWins(t *testing.T) {
	s := build(t, tree(hosted("", "/*\n  X-A: theirs\n  X-B: theirs\n")), "site_files: netlify\n    headers_for:\n      '*.html': { X-A: ours }", Options{Identity: true})
	for _, r := range s.Resources {
		lines := fieldLines(r.Fields)
		if strings.HasSuffix(r.File, ".html") && (!strings.Contains(lines, "X-A: ours") || strings.Contains(lines, "X-A: theirs") || !strings.Contains(lines, "X-B: theirs")) {
			t.Errorf("%s has %s", r.File, lines)
		}
	}
}

// TestSiteFilesOff: they are as if they were not there, and not served.
func TestSiteFilesOff(t *testing.T) {
	for _, keys := range []string{"site_files: off", "exclude: [_redirects, _headers]"} {
		s := build(t, tree(hosted("broken", "broken")), keys, Options{Identity: true})
		if got := strings.Join(names(s), " "); strings.Contains(got, "_") || len(s.Routes) > 0 {
			t.Errorf("%s: files %s, routes %v", keys, got, s.Routes)
		}
	}
	s := build(t, tree(map[string]string{"index.html": "x", "docs/_redirects": "a file like others"}), "", Options{Identity: true})
	if got := strings.Join(names(s), " "); !strings.Contains(got, "docs/_redirects") {
		t.Errorf("files %s: only those at the top are the host's", got)
	}
}

// TestSiteFileMistakes: each at its place.
func TestSiteFileMistakes(t *testing.T) {
	for _, c := range []struct{ keys, redirects, headers, want string }{
		{"", "/a /b", "", `routes.yaml:3:10: the folder public has _redirects: hosts give it different meanings(.|\n)*write site_files: netlify or`},
		{"", "/a /b 301!", "", `routes.yaml:3:10: .*it looks like Netlify's \(301! in line 1 of _redirects\)`},
		{"", "", "/a\n  ! X-A", `routes.yaml:3:10: the folder public has _headers: it looks like Cloudflare's`},
		{"site_files: netlify", "/a /nowhere.html 200", "", `public/_redirects:1:4: the folder public has no file for /nowhere.html(.|\n)*\^`},
		{"site_files: netlify", "/a /b country=de", "", `public/_redirects:1:7: the condition country=de`},
		{"site_files: netlify", "/about.html /b", "", `public/_redirects:1:1: this rule is for no request: /about.html is answered by a file`},
		{"site_files: netlify", "/a/* https://x.org:splat/", "", `public/_redirects:1:6: \{splat\} where none can stand`},
		{"site_files: netlify", "/a /é", "", `public/_redirects:1:4: the target has characters`},
		{"site_files: netlify", "/" + strings.Repeat("a", 17000) + " /b", "", `public/_redirects:1:\d+: the path is longer than`},
		{"site_files: cloudflare", "", "/a\n  Content-Length: 1", `public/_headers:2:3: header Content-Length`},
		{"site_files: cloudflare", "/* /about.html 200", "/*\n  X-A: :splat", ``},
	} {
		fsys := tree(hosted(c.redirects, c.headers))
		s, err := Build(context.Background(), fsys, dirRoute(t, fsys, c.keys), Options{Identity: true, MaxPath: 16000})
		if c.want == "" {
			if err != nil || !hasWarning(s.Warnings, `public/_headers:1:1: warning: fields of /\* that depend on the path`) {
				t.Errorf("%q %q: %v %v", c.redirects, c.headers, err, s)
			}
			continue
		}
		if err == nil || !regexp.MustCompile(c.want).MatchString(err.Error()) {
			t.Errorf("%q %q: %v\nis not %s", c.redirects, c.headers, err, c.want)
		}
	}
	s := build(t, tree(hosted("", "")), "site_files: netlify", Options{Identity: true})
	if !hasWarning(s.Warnings, "has neither _redirects nor _headers") {
		t.Errorf("warnings: %v", s.Warnings)
	}
}

func hasWarning(list diag.List, want string) bool {
	return regexp.MustCompile(want).MatchString(list.Error())
}

// TestSiteFilesBehindLinks: a link to a file of a host is one.
func TestSiteFilesBehindLinks(t *testing.T) {
	root := writeTree(t, tree(map[string]string{"index.html": "x", "rules.txt": "/a /b"}), map[string]string{"public/_redirects": "rules.txt"})
	var fsys fs.FS = newTestDisk(root)
	s, err := Build(context.Background(), over{fsys, ""}, dirRoute(t, fsys, "site_files: netlify"), Options{Identity: true})
	if err != nil || len(s.Routes) != 2 {
		t.Errorf("%v, %v", s, err)
	}
}

// TestSiteFilesCaptures: a rule answers with the file that a part of the path names, and where there
// is none with the 404, as hosts do, and not with what a later rule has.
func TestSiteFilesCaptures(t *testing.T) {
	s := build(t, tree(hosted("/blog/:slug /posts/:slug.html 200\n/dir/:slug /posts/:slug/ 200\n/* /index.html 200\n", "", "posts/a b.html", "A", "posts/c.html", "C", "posts/{slug}.html", "D")), "site_files: netlify", Options{Identity: true})
	got := map[string]string{}
	for _, r := range s.Routes {
		got[r.Path] = fmt.Sprintf("%d %s", r.Status, r.Content.Bytes)
	}
	for path, want := range map[string]string{"/blog/a%20b": "200 A", "/blog/c": "200 C", "/blog/c/": "200 C", "/blog/%7Bslug%7D": "200 D", "/blog/{slug}": "404 none", "/blog/{slug}/": "404 none", "/dir/c": "200 C", "/dir/{slug}": "404 none", "/{splat...}": "200 home"} {
		if got[path] != want {
			t.Errorf("%s: %q, want %q", path, got[path], want)
		}
	}
}

// TestSiteFilesCapturesWithoutPage: there is no 404.html.
func TestSiteFilesCapturesWithoutPage(t *testing.T) {
	s := build(t, tree(map[string]string{"_redirects": "/blog/:slug /posts/:slug 200\n", "posts/c": "C"}), "site_files: cloudflare", Options{Identity: true})
	for _, r := range s.Routes {
		if r.Path == "/blog/{slug}" && (r.Status != 404 || r.Content.Form != spec.FormNone) {
			t.Errorf("%+v", r)
		}
	}
	if len(s.Routes) != 2 {
		t.Errorf("%d routes", len(s.Routes))
	}
}

// TestSiteFilesElsewhere: the paths in a folder's files begin where the folder is; a rule that has
// that path already is told.
func TestSiteFilesElsewhere(t *testing.T) {
	fsys := tree(hosted("/old /about.html\n/app/* /about.html 200\n", "/about.html\n  X-A: 1\n"))
	route := dirRoute(t, fsys, "site_files: netlify")
	route.Path = "/docs/"
	s, err := Build(context.Background(), fsys, route, Options{Identity: true})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range s.Routes {
		got = append(got, r.Path)
	}
	if want := "/docs/old /docs/old/ /docs/app/{splat...} /docs/app"; strings.Join(got, " ") != want {
		t.Errorf("routes %s, want %s", got, want)
	}
	if r := byPath(t, s, "/docs/about.html"); !strings.Contains(fieldLines(r.Fields), "X-A: 1") {
		t.Errorf("the page has %v", r.Fields)
	}
	fsys = tree(hosted("/docs/old /docs/new", ""))
	if _, err = Build(context.Background(), fsys, route, Options{Identity: true}); err == nil || !strings.Contains(err.Error(), "public/_redirects:1:1: the folder is at /docs/") {
		t.Errorf("%v", err)
	}
}
