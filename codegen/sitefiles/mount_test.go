package sitefiles

import (
	"strings"
	"testing"
)

// TestMount: a folder that is not at the root has its rules below where it is.
func TestMount(t *testing.T) {
	for _, c := range []struct {
		dialect Dialect
		rules   string
		want    string // path → answer
	}{
		{Netlify, "/old /new", "/docs/old → 301 /docs/new; /docs/old/ → 301 /docs/new; /old → none"},
		{Netlify, "/ /start", "/docs/ → 301 /docs/start; /docs → none; / → none"},
		{Netlify, "/* https://example.org/:splat", "/docs/ → 301 https://example.org/; /docs/a/b → 301 https://example.org/a/b; /docs → none; /a → none"},
		{Netlify, "/a/:x /b/:x?q=1", "/docs/a/1 → 301 /docs/b/1?q=1"},
		{Netlify, "/app/* /index.html 200", "/docs/app/x → 200 /index.html"},
		{Cloudflare, "/a //b//c", "/docs/a → 302 /docs/b/c"},
		{Cloudflare, "/a/* /b/:splat", "/docs/a/ → 302 /docs/b/; /docs/a → none"},
	} {
		r, bad := ParseRedirects(c.dialect, RedirectsFile, []byte(c.rules))
		bad = append(bad, r.Mount("/docs/", func(string) bool { return false })...)
		s, worse := r.Resolve(nil, hasIn(nil))
		if bad = append(bad, worse...); len(bad) > 0 {
			t.Errorf("%s: %v", c.rules, bad)
			continue
		}
		for _, row := range strings.Split(c.want, "; ") {
			path, want, _ := strings.Cut(row, " → ")
			if got := s.answer(path); got != want {
				t.Errorf("%s\n%s: %s, want %s", c.rules, path, got, want)
			}
		}
	}
}

// A path that has what is put in front of it already would have it twice.
func TestMountTwice(t *testing.T) {
	for rules, want := range map[string]string{
		"/docs/old /docs/new": "this one would be at /docs/docs/old; write /old",
		"/docs/* /x":          "write /*",
		"/docs /x":            "write /",
	} {
		r, bad := ParseRedirects(Netlify, RedirectsFile, []byte(rules))
		if bad = append(bad, r.Mount("/docs/", func(string) bool { return false })...); len(bad) != 1 || !strings.HasSuffix(bad[0].Msg+"; "+bad[0].Hint, want) {
			t.Errorf("%s: %v", rules, bad)
		}
		r, _ = ParseRedirects(Netlify, RedirectsFile, []byte(rules))
		if bad := r.Mount("/docs/", func(folder string) bool { return folder == "docs/" }); len(bad) > 0 {
			t.Errorf("%s, with such a folder: %v", rules, bad)
		}
	}
}

func TestMountHeaders(t *testing.T) {
	h, bad := ParseHeaders(Netlify, HeadersFile, []byte("/*\n  X-A: 1\n/a\n  X-B: 2\n"))
	h.Mount("/docs/")
	if bad.Err() != nil {
		t.Fatal(bad)
	}
	for path, want := range map[string]string{"/docs/": "X-A: 1", "/docs/a": "X-A: 1; X-B: 2", "/a": "", "/docsa": "", "/docs": ""} {
		if got := h.fieldsOf(path); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
}
