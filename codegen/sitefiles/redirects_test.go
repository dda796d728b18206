package sitefiles

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/pattern"
)

// resolved reads rules that must be right, and resolves them. Files are paths.
func resolved(t *testing.T, d Dialect, text string, files ...string) *Resolved {
	t.Helper()
	r, bad := ParseRedirects(d, RedirectsFile, []byte(text))
	if len(bad) > 0 {
		t.Fatalf("%s: %v", text, bad)
	}
	s, bad := r.Resolve(nil, hasIn(files))
	if len(bad) > 0 {
		t.Fatalf("%s: %v", text, bad)
	}
	return s
}

func hasIn(files []string) func(string) bool {
	return func(path string) bool { return slices.Contains(files, path) }
}

// answer is what a path gets of the cells alone, as a server has them: by the most specific
// pattern that matches.
func (s *Resolved) answer(path string, files ...string) string {
	best := s.best(path)
	if slices.Contains(files, path) && !s.Takes(path) && (best == nil || !best.Pattern.IsLiteral()) {
		return "file"
	}
	if best == nil {
		return "none"
	}
	return fmt.Sprintf("%d %s", best.Rule.Status, filled(*best, path))
}

// best is the most specific cell for a path, or nil.
func (s *Resolved) best(path string) (best *Cell) {
	for i, c := range s.Cells {
		if _, ok := c.Pattern.Match(path); ok && (best == nil || pattern.Compare(c.Pattern, best.Pattern) == pattern.Narrower) {
			best = &s.Cells[i]
		}
	}
	return best
}

// filled is a cell's target for a path.
func filled(c Cell, path string) string {
	captures, _ := c.Pattern.Match(path)
	out := c.Target
	for i, name := range c.Pattern.Names() {
		out = strings.ReplaceAll(out, "{"+name+"}", captures[i])
	}
	return out
}

// TestRedirects has the rows of the table about _redirects: for each, rules, and what paths
// get of them.
func TestRedirects(t *testing.T) {
	for _, c := range []struct {
		point   string
		dialect Dialect
		rules   string
		files   string // paths
		want    string // path → answer
	}{
		{"default status", Netlify, "/a /b", "", "/a → 301 /b"},
		{"default status", Cloudflare, "/a /b", "", "/a → 302 /b"},
		{"statuses", Netlify, "/a /b 308\n/c /d.html 410\n/e /f.html 200", "", "/a → 308 /b; /c → 410 /d.html; /e → 200 /f.html"},
		{"statuses", Cloudflare, "/a /b 303\n/e /f.html 200", "", "/a → 303 /b; /e → 200 /f.html"},
		{"comments", Netlify, "# no rule\n  # nor this\n/a /b #301\n/c /d 302 # why", "", "/a → 301 /b; /c → 302 /d"},
		{"comments", Cloudflare, "# no rule\n/a /b#frag\n/c /d #301", "", "/a → 302 /b#frag; /c → 302 /d"},
		{"a file wins", Netlify, "/a /b\n/d/* /e", "/a/x /d/file", "/d/file → file; /d/x → 301 /e; /d → 301 /e"},
		{"a file wins, but over force", Netlify, "/a /b 301!", "/a", "/a → 301 /b"},
		{"a rule wins", Cloudflare, "/a /b\n/d/* /e", "/a /d/file", "/a → 302 /b; /d/file → 302 /e"},
		{"the first matches", Netlify, "/a/b /1\n/a/:x /2\n/* https://h/3", "", "/a/b → 301 /1; /a/c → 301 /2; /z → 301 https://h/3"},
		{"the first matches where neither has all of the other", Netlify, "/:x/b /1/:x\n/a/* /2/:splat", "", "/a/b → 301 /1/a; /c/b → 301 /1/c; /a/c → 301 /2/c; /a/b/c → 301 /2/b/c"},
		{"the same the other way round", Netlify, "/a/* /2/:splat\n/:x/b /1/:x", "", "/a/b → 301 /2/b; /c/b → 301 /1/c"},
		{"the query of a target", Netlify, "/a /b?c=d", "", "/a → 301 /b?c=d"},
		{"URLs as targets", Cloudflare, "/a https://example.org/b 301", "", "/a → 301 https://example.org/b"},
		{"no target", Netlify, "/a/* 200\n/* https://h/b 302", "/a/x", "/a/x → file; /a/y → 200 /a/y; /a → 200 /a/; /c → 302 https://h/b"},
		{"given before taken", Cloudflare, "/:x /c/:x\n/a/* /d", "", "/a → 302 /c/a; /a/b → 302 /d"},
		{"a star is for nothing, too", Netlify, "/a/* /b/:splat", "", "/a → 301 /b/; /a/ → 301 /b/; /a/x/y → 301 /b/x/y; /ax → none"},
		{"a star wants its slash", Cloudflare, "/a/* /b/:splat", "", "/a → none; /a/ → 302 /b/; /a/x/y → 302 /b/x/y"},
		{"parameters", Netlify, "/a/:x/b /c/:x", "", "/a/1/b → 301 /c/1; /a//b → none; /a/1/2/b → none"},
		{"parameters", Cloudflare, "/a/:x/b /c/:x-:x", "", "/a/1/b → 302 /c/1-1; /a/1/b/ → none"},
		{"a name that the path does not have", Cloudflare, "/t /wiki/Talk:Main", "", "/t → 302 /wiki/Talk:Main"},
		{"parts of the query of a target", Netlify, "/u/:a /v?id=:a", "", "/u/1 → 301 /v?id=1"},
		{"slashes at the end", Netlify, "/a /b\n/c/ /d", "", "/a/ → 301 /b; /c → 301 /d; /c/ → 301 /d"},
		{"slashes at the end", Cloudflare, "/a /b\n/c/ /d\n/c /e", "", "/a/ → none; /c → 302 /e; /c/ → 302 /d"},
		{"case", Netlify, "/A /b", "", "/A → 301 /b; /a → none"},
		{"escapes", Netlify, "/%C3%A9 /b\n/%61b /c", "", "/%C3%A9 → 301 /b; /ab → 301 /c"},
		{"escapes", Cloudflare, "/é /b", "", "/%C3%A9 → 302 /b"},
		{"targets are cleaned", Cloudflare, "/a /b//c?d=//", "", "/a → 302 /b/c?d=//"},
		{"other hosts", Netlify, "/a/* https://example.org/x/:splat", "", "/a/b → 301 https://example.org/x/b"},
		{"one pass: a rewrite's target is a file", Cloudflare, "/a /b 200\n/b /c 200", "", "/a → 200 /b; /b → 200 /c"},
		{"braces are no parameters of ours", Netlify, "/{x} /b/{x}", "", "/%7Bx%7D → 301 /b/%7Bx%7D"},
		{"lines end as they like", Netlify, "\ufeff/a /b\r\n/c /d\r\n", "", "/a → 301 /b; /c → 301 /d"},
	} {
		t.Run(c.point+" "+string(c.dialect), func(t *testing.T) {
			files := strings.Fields(c.files)
			s := resolved(t, c.dialect, c.rules, files...)
			for _, row := range strings.Split(c.want, "; ") {
				path, want, _ := strings.Cut(row, " → ")
				if got := s.answer(path, files...); got != want {
					t.Errorf("%s: %s, want %s", path, got, want)
				}
			}
		})
	}
}

// TestRedirectMistakes has what cannot be done, at which place, and what to write instead.
func TestRedirectMistakes(t *testing.T) {
	many := func(n int, line string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, line+"\n", i)
		}
		return b.String()
	}
	for _, c := range []struct {
		dialect Dialect
		rules   string
		want    string // place, then a regexp of message and hint
	}{
		{Netlify, "/a /b 302 Country=de", `1:11 Country=de cannot be met.*no route knows where`},
		{Netlify, "/a /b Language=en", `1:7 Language=en cannot be met.*Accept-Language`},
		{Netlify, "/a /b 200 Role=admin", `1:11 Role=admin cannot be met`},
		{Netlify, "/a /b 200 Cookie=x", `1:11 Cookie=x cannot be met`},
		{Netlify, "/a /b 200 Sign=TOKEN", `1:11 Sign=TOKEN cannot be met.*no proxy`},
		{Netlify, "/a /b 301 Colour=red", `1:11 no condition that Netlify has`},
		{Netlify, "/a /b 301 302", `1:11 "302" behind the status`},
		{Netlify, "/api/* https://api.example.org/:splat 200", `1:8 proxy to another origin.*301`},
		{Cloudflare, "/api/* https://api.example.org/:splat 200", `1:8 proxy to another origin`},
		{Netlify, "\n  /a id=:id /b", `2:6 id=:id in their query`},
		{Netlify, "/a b", `1:4 "b" begins neither.*write /b`},
		{Netlify, "/a example.org/b", `1:4 https:// in front`},
		{Cloudflare, "/a b", `1:4 begins neither.*write /b`},
		{Netlify, "/a", `1:1 without a target`},
		{Cloudflare, "/a", `1:1 without a target`},
		{Netlify, "/a 200", `1:4 without a target.*only with 200`},
		{Netlify, "/a/* 404", `1:6 without a target`},
		{Netlify, "/a/* 301!", `1:6 without a target`},
		{Netlify, "/a/* 200 Role=x", `1:10 Role=x cannot be met`},
		{Netlify, "a /b", `1:1 does not begin with /.*write /a`},
		{Netlify, "https://www.example.org/a /b", `1:1 host of its own.*hosts: \{ www.example.org: \{ routes.*/a`},
		{Cloudflare, "https://www.example.org/a /b", `1:1 host of its own`},
		{Netlify, "/.netlify/functions/a /b", `1:1 host's own`},
		{Netlify, "/a*/b /c", `1:1 star that is not the last segment.*write /\*`},
		{Netlify, "/a/b* /c", `1:1 star that is not.*write /a/\*`},
		{Cloudflare, "/a/b* /c", `1:1 star that is not`},
		{Cloudflare, "/a/*/b /c", `1:1 star that is not`},
		{Cloudflare, "/a/x:y /c", `1:1 :y is a part of a segment`},
		{Netlify, "/a/:x-y /c", `1:1 :x-y has a name that is none`},
		{Cloudflare, "/:x/:x /c", `1:1 :x stands in the path twice`},
		{Netlify, "/a//b /c", `1:1 empty segment`},
		{Netlify, "/é /c", `1:1 no request has.*write %C3%A9`},
		{Netlify, "/a?b=c /c", `1:1 query in the path`},
		{Netlify, "/%zz /c", `1:1 bad escape`},
		{Netlify, "/a/../b /c", `1:1 segment "\.\."`},
		{Netlify, "/a /b 99", `1:7 "99" is no status.*write 301`},
		{Netlify, "/a /b 3o1", `1:7 "3o1" is no status`},
		{Cloudflare, "/a /b 404", `1:7 "404" is no status.*404.html answers by itself`},
		{Cloudflare, "/a /b 410", `1:7 "410" is no status.*write 200, 301`},
		{Netlify, "301 /a /b", `1:1 status stands in front.*write /a /b 301`},
		{Netlify, "/a 302! https://example.org/b", `1:4 status stands in front.*write /a https://example.org/b 302!`},
		{Cloudflare, "/a 301 /b", `1:4 status stands in front.*write /a /b 301`},
		{Netlify, "Redirect 302 /a /b", `1:1 as Apache has it.*write /a /b 302`},
		{Netlify, "RewriteRule ^a$ /b [R=301,L]", `1:1 as Apache has it.*write /old /new 301; paths are no regular`},
		{Cloudflare, "rewrite ^/a$ /b permanent;", `1:1 as nginx has it.*write /old /new 301`},
		{Netlify, "/a /b 301,", `1:7 "301," is no status.*write 301$`},
		{Netlify, "/a /b permanent", `1:7 "permanent" is no status.*write 301$`},
		{Cloudflare, "/a /b 301!", `1:7 always wins over a file`},
		{Cloudflare, "/a /b 301 x", `1:11 4 words`},
		{Cloudflare, "/a /" + strings.Repeat("b", 2000), `1:1 2004 characters`},
		{Netlify, "/a /b/:splat", `1:4 path no star.*end the path with /\*`},
		{Netlify, "/a //example.org/", `1:4 two slashes`},
		{Netlify, "/:a/:ab /x/:ab", `1:9 takes :ab.*do not begin alike`},
		{Netlify, "/:a/* /b/:a-:splat 200", `1:7 :splat beside another parameter.*a rule for each file`},
		{Netlify, "/:a /b/:a/:a 200", `1:5 with :a beside another parameter, or twice`},
		{Netlify, "/:a /b/:a?x=:a 200", `1:5 :a in its query`},
		{Cloudflare, "/* /index.html 200", `1:1 loop without end.*spa: index.html`},
		{Cloudflare, "/ /index", `1:1 loop without end`},
		{Netlify, "/a/* /b\n/a/:x /c", `2:1 for no request: /a/\* in line 1`},
		{Netlify, "/a /b\n/a/ /c", `2:1 for no request: /a in line 1`},
		{Cloudflare, "/a /b\n/a /c", `2:1 for no request: /a in line 1`},
		{Netlify, "/file /b", `1:1 answered by a file.*exclamation`},
		{Netlify, "/file/ /b", `1:1 answered by a file`},
		{Netlify, "/a /b\n/b /a", `1:1 and that in line 2 redirect to each other`},
		{Netlify, "/a/* /a/b/:splat", `1:1 for itself`},
		{Netlify, "/a/* /a/:splat:splat:splat:splat:splat:splat:splat:splat", `1:1 for itself`}, // grew without bounds
		{Cloudflare, "/* /maintenance", `1:1 for itself`},
		{Netlify, "/en/* /:splat\n/* /en/:splat", `1:1 and that in line 2 redirect to each other`},
		{Netlify, "/a /\x01b", `1:5 control character`},
		{Netlify, "/a /\xffb", `1:5 not UTF-8`},
		{Netlify, strings.Repeat("/x y\n", 30), `10 more mistakes`},
		{Cloudflare, many(2001, "/s%d /x"), `2001:1 more than 2000 rules`},
		{Cloudflare, many(101, "/s%d/* /x"), `101:1 more than 100 rules`},
		{Cloudflare, many(1, "/s%d/* /x") + many(100, "/t%d /x"), `101:1 more than 100 rules`},
		{Netlify, strings.Repeat("#\n", maxFile), `at most 8388608`},
	} {
		name := c.rules[:min(len(c.rules), 40)]
		t.Run(string(c.dialect)+" "+name, func(t *testing.T) {
			r, bad := ParseRedirects(c.dialect, RedirectsFile, []byte(c.rules))
			if len(bad) == 0 {
				_, bad = r.Resolve(nil, hasIn([]string{"/file"}))
			}
			if len(bad) == 0 {
				t.Fatal("no mistake")
			}
			place, want, hasPlace := strings.Cut(c.want, " ")
			if hasPlace && strings.Contains(place, ":") {
				if got := fmt.Sprintf("%d:%d", bad[0].Pos.Line, bad[0].Pos.Col); got != place {
					t.Errorf("at %s, want %s", got, place)
				}
			} else {
				want = c.want
			}
			if !regexp.MustCompile(want).MatchString(bad[len(bad)-1].Msg + " " + bad[len(bad)-1].Hint) {
				t.Errorf("%v\nis not %s", bad, want)
			}
			if bad[0].Pos.Line > 0 && !utf8Broken(c.rules) && bad[0].Line != lines(c.rules)[bad[0].Pos.Line-1] {
				t.Errorf("shows the line %q", bad[0].Line)
			}
		})
	}
}

func utf8Broken(s string) bool { return strings.ToValidUTF8(s, "") != s }

// TestRulesOverlapTooMuch: rules of which any two have paths in common are refused where
// telling them apart takes too much, and do not take for ever.
func TestRulesOverlapTooMuch(t *testing.T) {
	var rules strings.Builder
	for i := range 16 {
		segments := slices.Repeat([]string{":x"}, 16)
		for j := range segments {
			segments[j] = fmt.Sprintf(":p%c", 'a'+j)
		}
		segments[i] = "x"
		fmt.Fprintf(&rules, "/%s /y\n", strings.Join(segments, "/"))
	}
	r, bad := ParseRedirects(Cloudflare, RedirectsFile, []byte(rules.String()))
	if len(bad) > 0 {
		t.Fatal(bad)
	}
	_, bad = r.Resolve(nil, hasIn(nil))
	if len(bad) != 1 || !strings.Contains(bad[0].Msg, "overlap in too many ways") {
		t.Fatal(bad)
	}
}
