package site

import (
	"fmt"
	"strings"
	"testing"
)

// TestForeign: files for other servers are not served, and known, unless the spec includes one
// by its name.
func TestForeign(t *testing.T) {
	files := []string{".nojekyll", "CNAME", ".htaccess", "web.config", "vercel.json", "staticwebapp.config.json",
		"a/CNAME", "a/vercel.json", "a/.htaccess", "a/web.config", "index.html"}
	const all = ".htaccess .nojekyll CNAME a/.htaccess a/web.config staticwebapp.config.json vercel.json web.config"
	for _, c := range []struct{ keys, served, found string }{
		{"", "a/CNAME a/vercel.json index.html", all},
		{"dotfiles: true", "a/CNAME a/vercel.json index.html", all},
		{"include: [CNAME, '*.html', '/vercel.json']", "CNAME a/CNAME index.html vercel.json", ".htaccess .nojekyll a/.htaccess a/web.config staticwebapp.config.json web.config"},
		{"exclude: [CNAME, web.config, .htaccess]", "a/vercel.json index.html", ".nojekyll staticwebapp.config.json vercel.json"},
	} {
		s := build(t, named(files...), c.keys+"\n    index: false", Options{Identity: true})
		var found []string
		for _, f := range s.Foreign {
			found = append(found, f.Name)
			if f.Instead == "" {
				t.Errorf("%s: write what instead?", f.Name)
			}
		}
		if got := strings.Join(names(s), " "); got != c.served {
			t.Errorf("%s: %s are served, want %s", c.keys, got, c.served)
		}
		if got := strings.Join(found, " "); got != c.found {
			t.Errorf("%s: %s are found, want %s", c.keys, got, c.found)
		}
	}
}

// TestWorker: Cloudflare's program is not sent, be it a file or a folder, which is named once; a
// real folder of SvelteKit's brought it along, and it was.
func TestWorker(t *testing.T) {
	for _, c := range []struct{ files, keys, served, found string }{
		{"_worker.js _routes.json index.html", "", "index.html", "_routes.json _worker.js"},
		{"_worker.js/index.js _worker.js/chunks/a.js index.html", "", "index.html", "_worker.js"},
		{"a/_worker.js b_worker.js c/_worker.js/d.js", "", "a/_worker.js b_worker.js c/_worker.js/d.js", ""},
		{"_worker.js index.html", "include: [_worker.js, '*.html']", "_worker.js index.html", ""},
	} {
		s := build(t, named(strings.Fields(c.files)...), c.keys+"\n    index: false", Options{Identity: true})
		var found []string
		for _, f := range s.Foreign {
			found = append(found, f.Name)
		}
		if got := strings.Join(names(s), " "); got != c.served || strings.Join(found, " ") != c.found {
			t.Errorf("%s: %s are served, want %s, and found is %s", c.files, got, c.served, found)
		}
	}
}

// TestTwoNotFoundPages: of 404.html and 404/index.html, which generators write both, the former
// has the address; other files that want one address are a mistake as before.
func TestTwoNotFoundPages(t *testing.T) {
	for _, slash := range []string{"keep", "always", "never"} {
		s := build(t, named("404.html", "404/index.html", "fr/404.html", "fr/404/index.html", "index.html"), "clean_urls: true\n    trailing_slash: "+slash, Options{Identity: true})
		if s.NotFound == nil || s.NotFound.File != "public/404.html" || len(s.Below) != 1 || s.Below[0].NotFound.File != "public/fr/404.html" || s.Below[0].Prefix != "/fr/" {
			t.Errorf("%s: %+v %+v", slash, s.NotFound, s.Below)
		}
		for _, r := range s.Resources {
			if strings.Trim(r.Path, "/") == "404" && r.File != "public/404.html" && slash != "keep" {
				t.Errorf("%s: %s is %s", slash, r.Path, r.File)
			}
		}
	}
	got := fails(t, named("a.html", "a/index.html"), "clean_urls: true\n    trailing_slash: always", Options{Identity: true})
	if want := "both answer /a/"; !strings.Contains(got, want) {
		t.Error(fmt.Sprint(got))
	}
}
