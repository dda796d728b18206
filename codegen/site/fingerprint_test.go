package site

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// immutableFiles lists the files that get the immutable Cache-Control.
func immutableFiles(s *Site) string {
	var list []string
	for _, r := range s.Resources {
		if r.Redirect == "" && strings.Contains(fieldLines(r.Fields), "immutable") {
			list = append(list, strings.TrimPrefix(r.File, "public/"))
		}
	}
	return strings.Join(list, " ")
}

// TestImmutable: what build tools write, and what only looks like it.
func TestImmutable(t *testing.T) {
	for _, tt := range []struct {
		name  string
		files map[string]string
		want  string
	}{
		{"vite", map[string]string{
			"index.html": `<script src="/assets/index-DhTxxoCL.js">`, "assets/index-DhTxxoCL.js": "", "assets/index-BQn0x1fs.css": "",
			"assets/logo-CsW9q_-2.svg": "", "assets/photo-IMG_1234.jpg": "", "assets/about.svg": "", "sw.js": "index-DhTxxoCL.js", "registerSW.js": ""},
			"assets/index-BQn0x1fs.css assets/index-DhTxxoCL.js assets/logo-CsW9q_-2.svg"},
		{"angular", map[string]string{
			"index.html": `<script src="main-5INURTSO.js"><link href=styles-K3Q2ZABC.css>`, "main-5INURTSO.js": `import("./chunk-GGQ7LRWG.js")`,
			"chunk-GGQ7LRWG.js": "", "styles-K3Q2ZABC.css": "", "ngsw-worker.js": "", "safety-worker.js": "", "chunk-ABCDEFGH.js": "nobody"},
			"chunk-ABCDEFGH.js chunk-GGQ7LRWG.js main-5INURTSO.js styles-K3Q2ZABC.css"},
		{"esbuild", map[string]string{"out/a-GGQ7LRWG.js": "", "out/b-ABCDEFGH.js": "", "out/c-README22.txt": ""}, "out/a-GGQ7LRWG.js out/b-ABCDEFGH.js"},
		{"conventions", map[string]string{
			"_app/immutable/chunks/x.js": "", "_app/version.json": "", "_astro/a.css": "", "_nuxt/entry.js": "", "_nuxt/builds/latest.json": "",
			"base/_next/static/chunks/main.js": "", "_next/data.json": "", "_astro/page.html": "", "_astro/sw.js": "", "my_astro/x.css": ""},
			"_app/immutable/chunks/x.js _astro/a.css _nuxt/entry.js base/_next/static/chunks/main.js"},
		{"only a hash", map[string]string{"a.html": `"3f9a2c1b.js"`, "3f9a2c1b.js": "3f9a2c1c.js", "3f9a2c1c.js": "", "3f9a2c1d.js": "3f9a2c1d.js"}, "3f9a2c1b.js 3f9a2c1c.js"},
		{"libraries", map[string]string{
			"index.html":          "jquery-3.7.1.min.js jquery-ui-datepick.css lib-DatePick.js three-r150beta.js x-jquery17.js x-20240101.js y-MathJax3.js z-CHANGES2.js w-LICENSES.js",
			"jquery-3.7.1.min.js": "", "jquery-ui-datepick.css": "", "lib-DatePick.js": "", "three-r150beta.js": "", "x-jquery17.js": "",
			"x-20240101.js": "", "y-MathJax3.js": "", "z-CHANGES2.js": "", "w-LICENSES.js": ""}, ""},
		{"pages and workers", map[string]string{
			"index.html": "a-DhTxxoCL.html sw-DhTxxoCL.js service-worker-DhTxxoCL.js", "a-DhTxxoCL.html": "", "sw-DhTxxoCL.js": "",
			"service-worker-DhTxxoCL.js": "", "a.3f9a2c1b.html": ""}, ""},
		{"not referred to", map[string]string{"a.html": "", "b-DhTxxoCL.js": "b-DhTxxoCL.js", "c.js": ""}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := build(t, tree(tt.files), "index: false", Options{Identity: true})
			if got := immutableFiles(s); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// TestImmutableIsTold: by pattern, and what looks like it and was not taken.
func TestImmutableIsTold(t *testing.T) {
	s := build(t, tree(map[string]string{
		"index.html": "i-DhTxxoCL.js", "i-DhTxxoCL.js": "", "plain.js": "", "j-BQn0x1fs.js": "", "k-BQn0x1fs.js": "",
		"_astro/a.css": "", "_astro/b.css": "", "x/main.3f9a2c1b.js": "", "own/a-DhTxxoCL.js": ""}),
		"cache: { '/own/**': 60 }", Options{Identity: true})
	want := []Group{{"_astro/**", 2}, {"*-[hash].js", 1}, {"x/*.[hash].js", 1}}
	if diff := cmp.Diff(want, s.Immutable); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]Group{{"*-[hash].js", 2}}, s.Doubtful); diff != "" {
		t.Error(diff)
	}
	s = build(t, named("a.3f9a2c1b.js"), "cache: { '*': revalidate }", Options{Identity: true})
	if s.Immutable != nil || s.Doubtful != nil {
		t.Errorf("with a rule of the spec's: %v %v", s.Immutable, s.Doubtful)
	}
}
