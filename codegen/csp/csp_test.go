package csp

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// hash is the source of a text, made anew here.
func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

func TestInlineOf(t *testing.T) {
	for _, tt := range []struct {
		name, page string
		want       Inline
	}{
		{"nothing", `<p>text</p><script src="a.js">x</script>`, Inline{}},
		{"script", "<script>a()</script>", Inline{Scripts: []string{hash("a()")}}},
		{"end of line as browsers read it", "<script>a()\r\nb()</script>", Inline{Scripts: []string{hash("a()\nb()")}}},
		{"once", "<script>a()</script><script>a()</script>", Inline{Scripts: []string{hash("a()")}}},
		{"references stay as they are", "<script>a&amp;b</script>", Inline{Scripts: []string{hash("a&amp;b")}}},
		{"and in attributes do not", `<p onclick="a&amp;b" style="c:&quot;d&quot;">`, Inline{Handlers: []string{hash("a&b")}, Style: []string{hash(`c:"d"`)}}},
		{"modules and maps", `<script type=module>a</script><script type=importmap>{}</script><script type="text/javascript">b</script>`,
			Inline{Scripts: []string{hash("a"), hash("{}"), hash("b")}}},
		{"data", `<script type="application/ld+json">{}</script><script type=text/template>x</script>`, Inline{}},
		{"styles", "<style>p{}</style>", Inline{Styles: []string{hash("p{}")}}},
		{"without scripts", "<noscript><style>q{}</style></noscript>", Inline{Styles: []string{hash("q{}")}}},
		{"template", "<template><script>t()</script></template>", Inline{Scripts: []string{hash("t()")}}},
		{"picture", `<svg><style>a{}</style><script>s()</script></svg>`, Inline{Styles: []string{hash("a{}")}, Scripts: []string{hash("s()")}}},
		{"picture's file", `<svg><script href=a.js>x</script><script xlink:href=a.js>x</script><script src=a.js>s()</script></svg>`, Inline{Scripts: []string{hash("s()")}}},
		{"byte order mark", "\ufeff<!doctype html><html onload=l()><head><script>a()</script><body onclick=c()>", Inline{Scripts: []string{hash("a()")}, Handlers: []string{hash("l()"), hash("c()")}}},
		{"not closed", "<script>a()", Inline{Scripts: []string{hash("a()")}}},
		{"in a comment", "<!-- <script>a()</script> -->", Inline{}},
		{"in a text area", "<textarea><script>a()</script></textarea>", Inline{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := InlineOf([]byte(tt.page))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Nothing of a deep page is left out in silence.
func TestDeepPage(t *testing.T) {
	for depth, fails := range map[int]bool{400: false, 600: true, 100_000: true} {
		in, err := InlineOf([]byte("<script>a()</script>" + strings.Repeat("<div>", depth) + "<script>b()</script>"))
		if (err != nil) != fails || !fails && len(in.Scripts) != 2 {
			t.Errorf("%d elements deep: %d scripts, %v", depth, len(in.Scripts), err)
		}
	}
}

func TestAllow(t *testing.T) {
	in := Inline{Scripts: []string{"'sha256-S'"}, Styles: []string{"'sha256-T'"}}
	attributes := Inline{Handlers: []string{"'sha256-H'"}, Style: []string{"'sha256-A'"}}
	for _, tt := range []struct {
		in           Inline
		policy, want string
	}{
		{in, "default-src 'self'", "default-src 'self'; script-src 'self' 'sha256-S'; style-src 'self' 'sha256-T'"},
		{in, "default-src 'none'", "default-src 'none'; script-src 'sha256-S'; style-src 'sha256-T'"},
		{in, "Script-Src a; img-src b", "script-src a 'sha256-S'; img-src b"},
		{in, "script-src-elem a; script-src b", "script-src-elem a 'sha256-S'; script-src b"},
		{in, "script-src 'sha256-S'; style-src 'unsafe-inline'", "script-src 'sha256-S'; style-src 'unsafe-inline'"},
		{in, "script-src 'unsafe-inline'; style-src 'Unsafe-Inline' 'strict-dynamic'", "script-src 'unsafe-inline'; style-src 'Unsafe-Inline' 'strict-dynamic'"},
		{in, "script-src 'unsafe-inline' 'sha384-x'; style-src 'unsafe-inline' 'nonce-y'", "script-src 'unsafe-inline' 'sha384-x' 'sha256-S'; style-src 'unsafe-inline' 'nonce-y' 'sha256-T'"},
		{in, "script-src https: 'unsafe-inline' 'strict-dynamic'", "script-src https: 'unsafe-inline' 'strict-dynamic' 'sha256-S'"},
		{in, "img-src a", "img-src a"},
		{in, "script-src a, script-src b", "script-src a 'sha256-S', script-src b 'sha256-S'"},
		{in, "script-src a; script-src b", "script-src a 'sha256-S'"},
		{attributes, "default-src a", "default-src a; script-src a 'unsafe-hashes' 'sha256-H'; style-src a 'unsafe-hashes' 'sha256-A'"},
		{attributes, "style-src-attr 'none'; style-src b", "style-src-attr 'unsafe-hashes' 'sha256-A'; style-src b"},
		{Inline{}, "default-src 'none'", "default-src 'none'"},
	} {
		if got := Edit(tt.policy, tt.in.Allow); got != tt.want {
			t.Errorf("%s\ngot  %s\nwant %s", tt.policy, got, tt.want)
		}
	}
}

func FuzzInlineOf(f *testing.F) {
	f.Add([]byte("<script>a</script><p style=b onclick=c>"), "default-src 'self'")
	f.Fuzz(func(t *testing.T, page []byte, policy string) {
		in, err := InlineOf(page)
		if err != nil {
			return
		}
		once := Edit(policy, in.Allow)
		if strings.ContainsAny(once, "\r\n") && !strings.ContainsAny(policy, "\r\n") {
			t.Errorf("a line of its own: %q", once)
		}
		if twice := Edit(once, in.Allow); twice != once {
			t.Errorf("not the same again:\n%s\n%s", once, twice)
		}
	})
}
