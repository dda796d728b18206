package site

import (
	"strings"
	"testing"
	"testing/fstest"
)

// markdowns are the addresses of pages that are there as Markdown too, with its content.
func markdowns(s *Site) map[string]string {
	out := map[string]string{}
	for _, r := range s.Resources {
		if r.Markdown != nil {
			out[r.Path] = string(r.Markdown.Variants[0].Bytes)
		}
	}
	return out
}

func TestMarkdown(t *testing.T) {
	fsys := named("index.html", "index.md", "docs/index.htm", "docs/index.md", "docs/a.html", "docs/a.md", "docs/alone.html", "docs/text.md", "other/a.md", "x.css", "x.md")
	yaml := "markdown: true\n    headers_for: { '*.md': { X-Of: text }, '*.html': { X-Of: page } }"
	s := build(t, fsys, yaml, Options{Identity: true})
	want := map[string]string{"/": "index.md", "/index.html": "index.md", "/docs/": "docs/index.md", "/docs/index.htm": "docs/index.md", "/docs/a.html": "docs/a.md"}
	got := markdowns(s)
	for path, name := range want {
		if got[path] != name {
			t.Errorf("%s: %q, want %q", path, got[path], name)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%v", got)
	}
	r := byPath(t, s, "/docs/a.html")
	if r.Markdown.Type != "text/markdown; charset=utf-8" || !strings.Contains(fieldLines(r.Markdown.Fields), "X-Of: text") || !strings.Contains(fieldLines(r.Fields), "X-Of: page") {
		t.Errorf("%s; %s; %s", r.Markdown.Type, fieldLines(r.Markdown.Fields), fieldLines(r.Fields))
	}
	if own := byPath(t, s, "/docs/a.md"); own.Markdown != nil || string(own.Variants[0].Bytes) != "docs/a.md" {
		t.Errorf("%+v", own)
	}
	if len(s.Warnings) > 0 {
		t.Error(s.Warnings)
	}
	if got := markdowns(build(t, fsys, "", Options{Identity: true})); len(got) > 0 {
		t.Errorf("unasked: %v", got)
	}
}

// Redirects to a page lead to what is chosen there.
func TestMarkdownOfCleanAddress(t *testing.T) {
	s := build(t, named("a.html", "a.md"), "markdown: true\n    clean_urls: true", Options{Identity: true})
	if got := markdowns(s); len(got) != 1 || got["/a"] != "a.md" {
		t.Errorf("%v", got)
	}
}

func TestMarkdownFaults(t *testing.T) {
	for _, c := range []struct {
		name, yaml, want string
		fsys             fstest.MapFS
	}{
		{"other type", "markdown: true\n    types: { .md: text/plain }", "public/a.md is to be what requests for Markdown get instead of public/a.html, and its type is text/plain", named("a.html", "a.md")},
		{"none", "markdown: true", "no page has a file of its name in Markdown beside it", named("a.html", "b.md")},
		{"excluded", "markdown: true\n    exclude: [a.md]", "no page has a file of its name in Markdown beside it", named("a.html", "a.md")},
	} {
		s, err := Build(t.Context(), c.fsys, dirRoute(t, c.fsys, c.yaml), Options{Identity: true})
		var said string
		if err != nil {
			said = err.Error()
		} else if len(s.Warnings) > 0 {
			said = s.Warnings[0].Error()
		}
		if !strings.Contains(said, c.want) {
			t.Errorf("%s: %q has no %q", c.name, said, c.want)
		}
	}
}
