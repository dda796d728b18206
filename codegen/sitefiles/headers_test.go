package sitefiles

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/pattern"
)

// fieldsOf is what a path gets, a line each.
func (h *Headers) fieldsOf(path string) string {
	var lines []string
	for _, f := range h.For(path) {
		lines = append(lines, f.Name+": "+f.Value)
	}
	return strings.Join(lines, "; ")
}

// TestHeaders has the rows of the table about _headers.
func TestHeaders(t *testing.T) {
	for _, c := range []struct {
		point   string
		dialect Dialect
		rules   string
		path    string
		want    string
	}{
		{"shape", Netlify, "/a\nX-A: 1\n  X-B: 2\n", "/a", "X-A: 1; X-B: 2"},
		{"comments", Netlify, "# no path\n/a\n  # no field\n  X-A: 1 # a value\n", "/a", "X-A: 1 # a value"},
		{"all apply", Netlify, "/*\n  X-A: 1\n/a\n  X-B: 2\n", "/a", "X-A: 1; X-B: 2"},
		{"all apply", Cloudflare, "/*\n  X-A: 1\n/a\n  X-B: 2\n", "/a", "X-A: 1; X-B: 2"},
		{"twice in a rule", Netlify, "/a\n  X-A: 1\n  x-a: 2\n", "/a", "X-A: 1, 2"},
		{"twice in two rules", Cloudflare, "/*\n  X-Robots-Tag: nosnippet\n/a\n  X-Robots-Tag: noindex\n", "/a", "X-Robots-Tag: nosnippet, noindex"},
		{"twice in a rule", Cloudflare, "/a\n  X-A: 1\n  x-a: 2\n", "/a", "X-A: 1, 2"},
		{"twice in two rules", Netlify, "/*\n  X-Robots-Tag: nosnippet\n/a\n  x-robots-tag: noindex\n", "/a", "X-Robots-Tag: nosnippet, noindex"},
		{"names keep their letters", Netlify, "/a\n  x-UPPER: 1\n", "/a", "x-UPPER: 1"},
		{"cookies have lines of their own", Netlify, "/a\n  Set-Cookie: a=1\n  Set-Cookie: b=2\n", "/a", "Set-Cookie: a=1; Set-Cookie: b=2"},
		{"detach", Cloudflare, "/*\n  X-A: 1\n  X-B: 2\n/a\n  ! x-a\n", "/a", "X-B: 2"},
		{"detach and set", Cloudflare, "/*\n  X-A: 1\n/a\n  ! X-A\n  X-A: 2\n", "/a", "X-A: 2"},
		{"a star in the middle", Netlify, "/a*b/\n  X-A: 1\n", "/axx/yb", "X-A: 1"},
		{"a star alone", Netlify, "/a/*\n  X-A: 1\n", "/a", "X-A: 1"},
		{"a star alone", Cloudflare, "/a/*\n  X-A: 1\n", "/a", ""},
		{"a parameter", Netlify, "/a/:x\n  X-A: 1\n", "/a/b/c", ""},
		{"a parameter", Netlify, "/a/:x\n  X-A: 1\n", "/a/b", "X-A: 1"},
		{"a slash at the end", Netlify, "/a/\n  X-A: 1\n", "/a", "X-A: 1"},
		{"a slash at the end", Netlify, "/a\n  X-A: 1\n", "/a/", "X-A: 1"},
		{"a slash at the end", Cloudflare, "/a\n  X-A: 1\n", "/a/", ""},
		{"the root", Netlify, "/\n  X-A: 1\n", "/", "X-A: 1"},
		{"the root", Netlify, "/\n  X-A: 1\n", "/a", ""},
		{"the root's star", Netlify, "/*\n  X-A: 1\n", "/", "X-A: 1"},
		{"case", Netlify, "/A\n  X-A: 1\n", "/a", "X-A: 1"},
		{"case", Cloudflare, "/A\n  X-A: 1\n", "/a", ""},
		{"dots are dots", Netlify, "/a.js\n  X-A: 1\n", "/axjs", ""},
		{"names in values", Netlify, "/a/*\n  X-A: :splat\n", "/a/b", "X-A: :splat"},
		{"names in values", Cloudflare, "/:x/*\n  X-A: :splat of :x\n", "/a/b/c", "X-A: b/c of a"},
		{"a parameter in a segment", Cloudflare, "/a-:x.js\n  X-A: :x\n", "/a-b.js", "X-A: b"},
		{"escapes", Cloudflare, "/é\n  X-A: 1\n", "/%C3%A9", "X-A: 1"},
	} {
		t.Run(c.point+" "+string(c.dialect)+" "+c.path, func(t *testing.T) {
			h, bad := ParseHeaders(c.dialect, HeadersFile, []byte(c.rules))
			if bad.Err() != nil {
				t.Fatal(bad)
			}
			if got := h.fieldsOf(c.path); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

// TestHeaderMistakes has what cannot be set, and warnings.
func TestHeaderMistakes(t *testing.T) {
	for _, c := range []struct {
		dialect     Dialect
		rules, want string
	}{
		{Netlify, "  X-A: 1", `1:3 in front of the first path.*such as /\*`},
		{Netlify, "/a\n  no colon", `2:3 no colon`},
		{Netlify, "/a\n  Basic-Auth: u:p", `2:3 knows no passwords`},
		{Netlify, "/a\n  Server: x", `2:3 ignores Server`},
		{Netlify, "/a\n  X-A:", `2:3 no value`},
		{Netlify, "/a\n  X A: 1", `2:3 "X A" is no field name`},
		{Cloudflare, "/a\n  X A: 1", `2:3 "X A" is no field name`},
		{Cloudflare, "/a\n  ! X A", `2:3 "X A" is no field name`},
		{Cloudflare, "/a\n  Content-Length: 1", `2:3 Content-Length cannot be set by hand`},
		{Cloudflare, "/a\n  ETag: x", `2:3 ETag cannot be set for files.*hash`},
		{Netlify, "/a\n  Vary: x", `2:3 Vary cannot be set for files`},
		{Netlify, "/a\n  Cache-Contrl: no-store", `2:3 misspelt Cache-Control`},
		{Netlify, "/a\n! X-A", `2:1 no colon`},
		{Netlify, "https://example.org/a\n  X-A: 1", `1:1 host of its own`},
		{Cloudflare, "https://example.org/a\n  X-A: 1", `1:1 host of its own`},
		{Netlify, "/a b\n  X-A: 1", `1:1 blank in it.*%20`},
		{Cloudflare, "/*/*\n  X-A: 1", `1:1 two stars`},
		{Cloudflare, "/:a/:a\n  X-A: 1", `1:1 :a stands in the path twice`},
		{Netlify, "/%zz\n  X-A: 1", `1:1 bad escape`},
		{Netlify, "/a?b\n  X-A: 1", `1:1 query in the path`},
		{Netlify, "/a\n/b\n  X-A: 1", `1:1 /a has no fields`},
		{Netlify, "/*\n  X-Frame-Options: DENY\n/a\n  X-Frame-Options: SAMEORIGIN", `4:3 X-Frame-Options of line 2 and this one.*joined`},
		{Cloudflare, "/*\n  X-Frame-Options: DENY\n/a\n  X-Frame-Options: SAMEORIGIN", `4:3 joined.*! X-Frame-Options`},
		{Cloudflare, "/a\n  X-A: 1\n/a\n  X-B: 1", `3:1 in line 1 already.*last of the two`},
		{Cloudflare, manyPaths(101), `201:1 more than 100 rules`},
		{Cloudflare, "/a\n  X-A: " + strings.Repeat("b", 2000), `2:3 2007 characters`},
		{Netlify, "/a\n  X-A: \xff", `2:8 not UTF-8`},
	} {
		t.Run(string(c.dialect)+" "+c.rules[:min(len(c.rules), 40)], func(t *testing.T) {
			_, bad := ParseHeaders(c.dialect, HeadersFile, []byte(c.rules))
			if len(bad) == 0 {
				t.Fatal("no mistake")
			}
			place, want, _ := strings.Cut(c.want, " ")
			if got := fmt.Sprintf("%d:%d", bad[0].Pos.Line, bad[0].Pos.Col); got != place {
				t.Errorf("at %s, want %s", got, place)
			}
			if !regexp.MustCompile(want).MatchString(bad[0].Msg + " " + bad[0].Hint) {
				t.Errorf("%v\nis not %s", bad, want)
			}
		})
	}
}

// TestIgnoredNames: Netlify lets a folder set none of these.
func TestIgnoredNames(t *testing.T) {
	for _, name := range strings.Fields("Accept-Ranges Age Allow Alt-Svc Connection Content-Encoding Content-Length Content-Range Date Location Server Trailer Transfer-Encoding Upgrade") {
		h, bad := ParseHeaders(Netlify, HeadersFile, []byte("/a\n  "+name+": x\n  X-A: 1\n"))
		if bad.Err() != nil || len(bad) != 1 || !strings.Contains(bad[0].Msg, "Netlify ignores "+name) {
			t.Errorf("%s: %v", name, bad)
		}
		if got := h.fieldsOf("/a"); got != "X-A: 1" {
			t.Errorf("%s: the path has %q", name, got)
		}
	}
	if h, bad := ParseHeaders(Netlify, HeadersFile, []byte("/a\n  Set-Cookie: a=1\n")); len(bad) > 0 || h.fieldsOf("/a") != "Set-Cookie: a=1" {
		t.Errorf("Set-Cookie: %v", bad)
	}
}

// manyPaths are n rules.
func manyPaths(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "/%d\n  X-A: 1\n", i)
	}
	return b.String()
}

// TestNoWarning: fields that a detached rule or another path has are not joined.
func TestNoWarning(t *testing.T) {
	for _, rules := range []string{
		"/*\n  X-Frame-Options: DENY\n/a\n  ! X-Frame-Options\n  X-Frame-Options: SAMEORIGIN",
		"/b\n  X-Frame-Options: DENY\n/a\n  X-Frame-Options: SAMEORIGIN",
	} {
		if _, bad := ParseHeaders(Cloudflare, HeadersFile, []byte(rules)); len(bad) > 0 {
			t.Errorf("%s: %v", rules, bad)
		}
	}
}

// TestForAll: what all paths of a pattern have is what the rules say that are for all of them.
func TestForAll(t *testing.T) {
	h, bad := ParseHeaders(Netlify, HeadersFile, []byte("/*\n  X-A: 1\n/a/*\n  X-B: 2\n/a/*/c\n  X-C: 3\n"))
	if len(bad) > 0 {
		t.Fatal(bad)
	}
	for prefix, want := range map[string]int{"/": 1, "/b/": 1, "/a/": 2, "/a/b/": 2} {
		if got := h.ForAll(pattern.Below(prefix)); len(got) != want {
			t.Errorf("below %s: %v", prefix, got)
		}
	}
}

// TestPartial: what the paths of a pattern do not have alike is told.
func TestPartial(t *testing.T) {
	h, bad := ParseHeaders(Cloudflare, HeadersFile, []byte("/a/*\n  X-A: of :splat\n  X-B: 1\n/b*c\n  X-C: 1\n/d/*\n  X-D: 1\n"))
	if len(bad) > 0 {
		t.Fatal(bad)
	}
	var got []string
	for _, rule := range h.Partial(pattern.Below("/a/")) {
		got = append(got, rule.Path)
	}
	if want := "/a/* /b*c"; strings.Join(got, " ") != want {
		t.Errorf("%q, want %s", got, want)
	}
	if fields := h.ForAll(pattern.Below("/a/")); len(fields) != 1 || fields[0].Name != "X-B" {
		t.Errorf("all paths have %v", fields)
	}
	if h.Partial(pattern.Of("/a/b")) != nil {
		t.Error("a path is no part of itself")
	}
}

func TestGuess(t *testing.T) {
	for _, c := range []struct {
		redirects, headers, names string
		want                      Dialect
		why                       string
	}{
		{"/a /b", "", "", Netlify, ""},
		{"", "", "netlify.toml", Netlify, "netlify.toml is beside it"},
		{"", "", "_routes.json", Cloudflare, "_routes.json is beside it"},
		{"/a /b 301!", "", "", Netlify, "301! in line 1 of _redirects"},
		{"# /a /b 301!\n/* /index.html 200", "", "", Netlify, "/* /index.html in line 2 of _redirects"},
		{"/a /b\n/c /404.html 404", "", "", Netlify, "404 in line 2 of _redirects"},
		{"/a /b Country=de", "", "", Netlify, "Country=de in line 1 of _redirects"},
		{"/a /b?c=d # x=y", "", "", Netlify, ""},
		{"/a/*/b /c", "", "", Cloudflare, "/a/*/b in line 1 of _redirects"},
		{"", "/a\n  ! X-A", "", Cloudflare, "! X-A in line 2 of _headers"},
		{"", "/a\n  Basic-Auth: u:p", "", Netlify, "Basic-Auth in line 2 of _headers"},
		{"", "! a\rroutes: [] \u2028\x1b[2J" + strings.Repeat("b", 60), "", Cloudflare, "! a?routes: [] ??[2J" + strings.Repeat("b", 40) + "… in line 1 of _headers"},
		{"", "https://a.pages.dev/*\n  X: 1", "", Cloudflare, "https://a.pages.dev/* in line 1 of _headers"},
	} {
		d, why := Guess([]byte(c.redirects), []byte(c.headers), strings.Fields(c.names))
		if d != c.want || why != c.why {
			t.Errorf("%+v: %s, %q", c, d, why)
		}
	}
}
