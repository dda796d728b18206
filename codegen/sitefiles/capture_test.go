package sitefiles

import (
	"slices"
	"strings"
	"testing"
)

func TestSources(t *testing.T) {
	for _, tt := range []struct {
		dialect Dialect
		rule    string
		names   []string
		want    string
	}{
		{Netlify, "/blog/:slug /posts/:slug.html 200", []string{"/posts/a.html", "/posts/b/c.html", "/posts/d%2e.html", "/x"}, "/blog/a /blog/a/ /blog/d%252e /blog/d%252e/"},
		{Netlify, "/old/* /new/:splat 200", []string{"/new/a", "/new/b/c.txt", "/new/"}, "/old /old/ /old/a /old/b/c.txt"},
		{Cloudflare, "/old/* /new/:splat/page 200", []string{"/new/a/page", "/new/page"}, "/old/ /old/a"},
		{Cloudflare, "/:year/:slug /posts/:slug 200", []string{"/posts/a", "/posts/b c"}, "/{year}/a /{year}/b%20c"},
		{Cloudflare, "/:a/:b /:b/:a 200", []string{"/x/y"}, "/y/x"},
		{Cloudflare, "/a/* /b%20c/:splat 200", []string{"/b c/d", "/b%20c/e"}, "/a/d"},
		{Cloudflare, "/a/* /b/x-:splat.html 200", []string{"/b/x-1.html", "/b/x-.html", "/b/x-1/2.html"}, "/a/ /a/1 /a/1/2"},
		{Netlify, "/a /b 200", []string{"/b"}, ""},
		{Netlify, "/a/:b /c/:b 301", []string{"/c/d"}, ""},
	} {
		r, bad := ParseRedirects(tt.dialect, "_redirects", []byte(tt.rule))
		if len(bad) > 0 {
			t.Fatalf("%s: %v", tt.rule, bad)
		}
		sources, bad := r.Sources(tt.names)
		var got []string
		for _, p := range sources {
			got = append(got, p.String())
		}
		slices.Sort(got)
		if text := strings.Join(got, " "); text != tt.want || len(bad) > 0 {
			t.Errorf("%s:\ngot  %s, %v\nwant %s", tt.rule, text, bad, tt.want)
		}
	}
}

func TestSourcesOfNoFile(t *testing.T) {
	r, _ := ParseRedirects(Netlify, "_redirects", []byte("/a/:b /c/:b 200"))
	if _, bad := r.Sources([]string{"/d"}); !strings.Contains(bad.Error(), "_redirects:1:7: the folder has no file for /c/:b") {
		t.Errorf("%v", bad)
	}
}
