package sitefiles

import (
	"slices"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/diag"
	"github.com/verbosel/verbosel/codegen/pattern"
)

// FuzzRedirects: whatever the bytes, each finding has a place in the file and a text; rules
// without a mistake resolve to patterns of which the most specific one that matches a path
// is of the first rule that does.
func FuzzRedirects(f *testing.F) {
	for _, text := range []string{"/a /b", "/a/* /b/:splat 301!\n/:x/b /c/:x\n", "/* /index.html 200", "/a a=:b /c 302 Country=de", "/é /:x\n/{x} /b # c", "/a/:b/:c/* https://x.org/:c?d=:b#:splat", "\xff", "/a\r\n/b /c"} {
		f.Add([]byte(text), "/a/b")
	}
	f.Fuzz(func(t *testing.T, raw []byte, path string) {
		for _, d := range []Dialect{Netlify, Cloudflare} {
			r, bad := ParseRedirects(d, "f", raw)
			checkFindings(t, bad, raw)
			if bad.Err() != nil || len(r.Rules) > 20 {
				continue
			}
			s, bad := r.Resolve(nil, hasIn([]string{"/a"}))
			checkFindings(t, bad, raw)
			if bad.Err() != nil || !strings.HasPrefix(path, "/") || strings.Contains(path, "//") {
				continue
			}
			var want *Rule
			for i := range r.Rules {
				matches := func(p pattern.Pattern) bool { _, ok := p.Match(path); return ok }
				if want == nil && slices.ContainsFunc(r.Rules[i].Patterns, matches) {
					want = &r.Rules[i]
				}
			}
			var got *Rule
			if c := s.best(path); c != nil {
				got = c.Rule
			}
			if got != want && path != "/a" && path != "/a/" {
				t.Errorf("%s: %s: the cells say %v, the rules %v", d, path, got, want)
			}
		}
	})
}

// FuzzHeaders: whatever the bytes, each finding has a place and a text, and no field has a
// line break.
func FuzzHeaders(f *testing.F) {
	for _, text := range []string{"/a\n  X-A: 1", "/*\n  ! X-A\n  X-A: :splat\n", "/:x/a*b\n Set-Cookie: a\n", "https://x.org/*\n X: 1", "X: 1", "/[\n X: 1"} {
		f.Add([]byte(text), "/a/b")
	}
	f.Fuzz(func(t *testing.T, raw []byte, path string) {
		for _, d := range []Dialect{Netlify, Cloudflare} {
			h, bad := ParseHeaders(d, "f", raw)
			checkFindings(t, bad, raw)
			if bad.Err() != nil || strings.ContainsAny(path, "\r\n") {
				continue
			}
			for _, field := range h.For(path) {
				if strings.ContainsAny(field.Name+field.Value, "\r\n\x00") {
					t.Errorf("%s: %q: %q", d, field.Name, field.Value)
				}
			}
		}
	})
}

func checkFindings(t *testing.T, bad diag.List, raw []byte) {
	for _, e := range bad {
		if e.Msg == "" || e.Pos.File != "f" || e.Pos.Line > strings.Count(string(raw), "\n")+1 || len(raw) <= maxFile && e.Pos.Line < 1 {
			t.Errorf("%q: %v", raw, e)
		}
	}
}
