package site

import (
	"strings"
	"testing"
)

// listingOf is the page of a folder.
func listingOf(t *testing.T, s *Site, path string) string {
	t.Helper()
	return string(byPath(t, s, path).Variants[0].Bytes)
}

func TestListing(t *testing.T) {
	fsys := tree(map[string]string{
		"a.txt": "abc", "docs/guide.html": "x", "docs/deep/er/<b> ü.txt": "y",
		"with/index.html": "i", "with/c.txt": "c",
	})
	s := build(t, fsys, "listing: true\n    clean_urls: true\n    headers_for: { '*.html': { X-Page: '1' } }", Options{Identity: true})
	for path, want := range map[string][]string{
		"/":              {`<h1>/</h1>`, `<a href="/docs/">docs/</a>`, `<a href="/with/">with/</a>`, `<a href="/a.txt">a.txt</a></td><td align="right">3<`},
		"/docs/":         {`<a href="/">../</a>`, `<a href="/docs/deep/">deep/</a>`, `<a href="/docs/guide">guide.html</a>`},
		"/docs/deep/":    {`<a href="/docs/">../</a>`, `<a href="/docs/deep/er/">er/</a>`},
		"/docs/deep/er/": {`<a href="/docs/deep/er/%3Cb%3E%20%C3%BC.txt">&lt;b&gt; ü.txt</a>`},
	} {
		page, at := listingOf(t, s, path), 0
		for _, part := range want { // in this order
			next := strings.Index(page[at:], part)
			if next < 0 {
				t.Errorf("%s: no %s behind byte %d of\n%s", path, part, at, page)
				break
			}
			at += next
		}
		r := byPath(t, s, path)
		if r.Type != "text/html; charset=utf-8" || !strings.Contains(fieldLines(r.Fields), "X-Page: 1") {
			t.Errorf("%s: %s; %s", path, r.Type, fieldLines(r.Fields))
		}
	}
	if got := listingOf(t, s, "/with/"); got != "i" {
		t.Errorf("the folder with a page has %q", got)
	}
	if r := byPath(t, s, "/docs"); r.Redirect != "/docs/" {
		t.Errorf("/docs redirects to %q", r.Redirect)
	}
}

// The form of addresses is that of the folder's.
func TestListingWithoutSlash(t *testing.T) {
	s := build(t, tree(map[string]string{"docs/deep/a.txt": ""}), "listing: true\n    trailing_slash: never\n    index: false", Options{Identity: true})
	if page := listingOf(t, s, "/docs"); !strings.Contains(page, `<a href="/docs/deep">deep/</a>`) || !strings.Contains(page, `<a href="/">../</a>`) {
		t.Error(page)
	}
	if r := byPath(t, s, "/docs/deep/"); r.Redirect != "/docs/deep" {
		t.Errorf("redirects to %q", r.Redirect)
	}
}

// What a person reads is not percent-encoded, and a pattern for pages is for these as well.
func TestListingBelowEscapedPath(t *testing.T) {
	fsys := tree(map[string]string{"a.txt": ""})
	route := dirRoute(t, fsys, "listing: true\n    headers_for: { '*.html': { X-A: '1' } }")
	route.Path = "/a%20b/"
	s, err := Build(t.Context(), fsys, route, Options{Identity: true})
	if err != nil || len(s.Warnings) > 0 {
		t.Fatal(err, s.Warnings)
	}
	if page := listingOf(t, s, "/a%20b/"); !strings.Contains(page, "<h1>/a b/</h1>") || !strings.Contains(page, `href="/a%20b/a.txt"`) {
		t.Error(page)
	}
}

func TestListingOfNothing(t *testing.T) {
	s := build(t, named("index.html"), "listing: true", Options{Identity: true})
	if len(s.Warnings) != 1 || !strings.Contains(s.Warnings[0].Error(), "every folder in public has an index page") {
		t.Errorf("%v", s.Warnings)
	}
}
