// Package folder finds out how a folder without a spec is best served, and writes that
// down as a spec.
package folder

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"sync"

	"github.com/verbosel/verbosel/codegen/sitefiles"
)

// Guess is how a folder is served.
type Guess struct {
	Empty     bool   // it has nothing to serve
	Index     bool   // it has an index page
	CleanURLs bool   // its pages link to about, where about.html is
	SPA       string // the page that answers what looks like a page; empty for none
	NotFound  bool   // it has a 404.html
	Better    string // a folder in it that looks like the site instead; empty for none
	SiteFiles string // the host whose meaning its _redirects and _headers have; empty for none
	Evidence  string // by what that is known; empty where nothing tells
}

// Bounds of looking: a folder may be any.
const (
	maxEntries  = 20_000
	maxPages    = 200
	maxPageSize = 1 << 20 // bytes
)

// site is what was seen of a folder.
type site struct {
	fsys  fs.FS
	files map[string]bool
	pages []string // HTML
}

// Look looks at a folder: at its names, and into its pages.
func Look(fsys fs.FS) Guess {
	s := &site{fsys: fsys, files: map[string]bool{}}
	_ = fs.WalkDir(fsys, ".", s.see) // what cannot be read is the build's to report
	g := Guess{Empty: len(s.files) == 0, Index: s.files["index.html"] || s.files["index.htm"], NotFound: s.files["404.html"]}
	for _, page := range s.pages {
		g.CleanURLs = g.CleanURLs || s.linksCleanly(page)
	}
	switch {
	case s.files["200.html"]:
		g.SPA = "200.html"
	case len(s.pages) == 1 && s.files["index.html"] && !g.NotFound && s.isShell("index.html"):
		g.SPA = "index.html"
	}
	g.SiteFiles, g.Evidence = s.siteFiles()
	if !g.Index {
		for _, name := range []string{"dist", "public", "build", "out", "_site", "site", "www", "html"} {
			if s.files[name+"/index.html"] {
				g.Better = name
				break
			}
		}
	}
	return g
}

// siteFiles is whose _redirects and _headers the folder has, and by what that is known.
func (s *site) siteFiles() (dialect, why string) {
	if !s.files[sitefiles.RedirectsFile] && !s.files[sitefiles.HeadersFile] {
		return "", ""
	}
	var names []string
	for name := range s.files {
		names = append(names, name)
	}
	d, why := sitefiles.Guess(s.read(sitefiles.RedirectsFile), s.read(sitefiles.HeadersFile), names)
	return string(d), why
}

// see notes a file, but for what would not be served.
func (s *site) see(name string, e fs.DirEntry, err error) error {
	switch {
	case err != nil:
		return nil
	case name != "." && strings.HasPrefix(e.Name(), "."), e.IsDir() && e.Name() == "node_modules":
		if e.IsDir() {
			return fs.SkipDir
		}
		return nil
	case len(s.files) >= maxEntries:
		return fs.SkipAll
	case e.IsDir():
		return nil
	}
	s.files[name] = true
	if path.Ext(name) == ".html" && len(s.pages) < maxPages {
		s.pages = append(s.pages, name)
	}
	return nil
}

func (s *site) read(name string) []byte {
	info, err := fs.Stat(s.fsys, name)
	if err != nil || info.Size() > maxPageSize || !info.Mode().IsRegular() {
		return nil
	}
	text, err := fs.ReadFile(s.fsys, name)
	if err != nil {
		return nil
	}
	return text
}

var link = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)\shref\s*=\s*["']?([^"'\s>?#]+)`) })

// linksCleanly reports whether a page links to one by its name without .html.
func (s *site) linksCleanly(page string) bool {
	for _, m := range link().FindAllSubmatch(s.read(page), -1) {
		target := string(m[1])
		if strings.Contains(target, ":") || strings.HasPrefix(target, "//") || strings.HasSuffix(target, "/") {
			continue
		}
		name := path.Join(path.Dir(page), target)
		if strings.HasPrefix(target, "/") {
			name = path.Clean(strings.TrimPrefix(target, "/"))
		}
		if s.files[name+".html"] && !s.files[name] && !s.files[name+"/index.html"] && path.Base(name) != "index" {
			return true
		}
	}
	return false
}

var (
	script = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?is)<script\b[^>]*\ssrc\s*=`) })
	hidden = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?is)<(script|style|noscript|template|head)\b.*?</(script|style|noscript|template|head)>|<[^>]*>`)
	})
)

// isShell reports whether a page is hardly more than a script that makes the pages.
func (s *site) isShell(page string) bool {
	text := s.read(page)
	visible := bytes.TrimSpace(hidden().ReplaceAll(text, nil))
	return script().Match(text) && len(visible) < 100
}

// Says tells in words what the guess is.
func (g Guess) Says() string {
	var parts []string
	if g.CleanURLs {
		parts = append(parts, "clean URLs")
	}
	if g.SPA != "" {
		parts = append(parts, g.SPA+" for every page (a single-page app)")
	}
	if g.NotFound {
		parts = append(parts, "404.html for what is not there")
	}
	says := "served as a site"
	if len(parts) > 0 {
		says += ", with " + strings.Join(parts, " and ")
	}
	if g.SiteFiles != "" {
		says += "; its _redirects and _headers have " + sitefiles.Dialect(g.SiteFiles).Host() + "'s meaning"
		if g.Evidence != "" {
			says += " (" + g.Evidence + ")"
		} else {
			says += ", as nothing tells whose they are"
		}
	}
	if g.Better != "" {
		says += "; it has no index page, but " + g.Better + " in it has one"
	}
	return says
}

// Spec writes the guess as a spec. dir is the folder's name in it.
func (g Guess) Spec(dir string) []byte {
	name, err := json.Marshal(dir) // a text of JSON is one of YAML
	if err != nil {
		panic("BUG: a text is no JSON: " + err.Error())
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "routes:\n  - path: /\n    dir: %s\n", name)
	if g.CleanURLs {
		b.WriteString("    clean_urls: true\n")
	}
	if g.SiteFiles != "" {
		fmt.Fprintf(&b, "    site_files: %s\n", g.SiteFiles)
	}
	if g.SPA != "" {
		fmt.Fprintf(&b, "    spa: %s\n", g.SPA)
	}
	return b.Bytes()
}
