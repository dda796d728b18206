package site

import (
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/spec"
)

// policiesOf are the policies among fields.
func policiesOf(fields []spec.Header) string {
	var list []string
	for _, h := range fields {
		if h.Name == contentPolicy {
			list = append(list, h.Value)
		}
	}
	return strings.Join(list, " | ")
}

const (
	inlinePage = "<script>a()</script>"
	inlineHash = "'sha256-qVpDBgj7bpq5hMAcGp3AOc79J3Y1Z4HvySTwKrWDoy4='" // openssl dgst -sha256 -binary | base64
)

func TestInline(t *testing.T) {
	fsys := tree(map[string]string{"index.html": inlinePage, "plain.html": "<p>", "404.html": inlinePage, "a.js": "a()"})
	for _, tt := range []struct{ keys, page, plain string }{
		{"csp: auto", "default-src 'self'; img-src 'self' data:; font-src 'self' data:; object-src 'none'; base-uri 'self'; script-src 'self' HASH",
			"default-src 'self'; img-src 'self' data:; font-src 'self' data:; object-src 'none'; base-uri 'self'"},
		{"csp: auto\n    headers: { Content-Security-Policy: default-src b }", "default-src b; script-src b HASH", "default-src b"},
		{"csp: auto\n    headers: { Content-Security-Policy: [default-src b, script-src c] }", "default-src b; script-src b HASH | script-src c HASH", "default-src b | script-src c"},
		{"csp: auto\n    headers_for: { index.html: { Content-Security-Policy: script-src c }, '404.html': { Content-Security-Policy: script-src c }, plain.html: { Content-Security-Policy: x } }", "script-src c HASH", "x"},
	} {
		s := build(t, fsys, tt.keys, Options{Identity: true})
		want := strings.ReplaceAll(tt.page, "HASH", inlineHash)
		for what, got := range map[string]string{
			"the page": policiesOf(byPath(t, s, "/").Fields), "404.html": policiesOf(s.NotFound.Fields),
		} {
			if got != want {
				t.Errorf("%s: %s:\ngot  %s\nwant %s", tt.keys, what, got, want)
			}
		}
		if got := policiesOf(byPath(t, s, "/plain.html").Fields); got != tt.plain {
			t.Errorf("%s: the page without a script:\ngot  %s\nwant %s", tt.keys, got, tt.plain)
		}
		if got := policiesOf(byPath(t, s, "/a.js").Fields); strings.Contains(got, "sha256") {
			t.Errorf("%s: the script has %s", tt.keys, got)
		}
	}
}

// What the spec says for all is extended, of the host whose the folder is.
func TestInlineExtendsSecurity(t *testing.T) {
	fsys := tree(map[string]string{"index.html": inlinePage})
	s, err := spec.Parse(over{fsys, "security: { csp: default-src d }\nroutes: [{ path: /, dir: public, csp: auto }]\n" +
		"hosts: { h: { headers: { Content-Security-Policy: script-src h }, routes: [{ path: /, dir: public, csp: auto }] } }\n"}, "routes.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for want, route := range map[string]spec.Route{"default-src d; script-src d " + inlineHash: s.Routes[0], "script-src h " + inlineHash: s.Hosts[0].Routes[0]} {
		site, err := Build(t.Context(), fsys, route, Options{Identity: true})
		if err != nil {
			t.Fatal(err)
		}
		if got := policiesOf(byPath(t, site, "/").Fields); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// A field of _headers is extended like one of the spec, for a page of the folder and for one that
// a rule answers with.
func TestInlineExtendsSiteFiles(t *testing.T) {
	fsys := tree(map[string]string{
		"index.html": inlinePage, "_headers": "/*\n  Content-Security-Policy: script-src n\n", "_redirects": "/other /index.html 200\n",
	})
	s := build(t, fsys, "csp: auto\n    site_files: netlify", Options{Identity: true})
	for what, fields := range map[string][]spec.Header{"page": byPath(t, s, "/").Fields, "rewrite": s.Rewrites[0].Resources[0].Fields} {
		if got := policiesOf(fields); got != "script-src n "+inlineHash {
			t.Errorf("%s: %s", what, got)
		}
	}
}

func TestInlineRefuses(t *testing.T) {
	for _, tt := range []struct{ file, text, keys, want string }{
		{"a.html", "<script>\xff</script>", "csp: auto", "csp: auto: public/a.html is not UTF-8, and browsers hash what they read as text"},
		{"a.html.gz", "\x1f\x8b", "csp: auto\n    types: { .gz: text/html }\n    headers_for: { '*.gz': { Content-Encoding: gzip } }", "a.html.gz is in a content coding"},
		{"a.xhtml", "<script>/*<![CDATA[*/a()/*]]>*/</script>", "csp: auto", "csp: auto: public/a.xhtml is XHTML"},
		{"a.html", strings.Repeat("<div>", 600), "csp: auto", "csp: auto: public/a.html is no page that can be read: html: open stack"},
	} {
		fsys := tree(map[string]string{"" + tt.file: tt.text})
		_, err := Build(t.Context(), fsys, dirRoute(t, fsys, tt.keys), Options{Identity: true})
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v", tt.file, err)
		}
	}
}

// A policy that many would refuse for its length is a warning.
func TestLongPolicy(t *testing.T) {
	var page strings.Builder
	for i := range 100 {
		page.WriteString("<p style='top:" + strings.Repeat("1", i+1) + "'>")
	}
	s := build(t, tree(map[string]string{"a.html": page.String()}), "csp: auto", Options{Identity: true})
	if len(s.Warnings) != 1 || !strings.Contains(s.Warnings[0].Error(), "the policy of public/a.html has 55") {
		t.Errorf("%v", s.Warnings)
	}
}
