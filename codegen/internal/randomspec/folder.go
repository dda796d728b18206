package randomspec

import (
	"bytes"
	"fmt"
	"net/url"
	"strings"
	"testing/fstest"
)

// folder writes the route of a folder and adds its files: pages, some as Markdown too, or a folder
// that was built for a host, with the host's rules. The names are those of no other route.
func (w *writer) folder(files fstest.MapFS) {
	dir := fmt.Sprintf("public%d", w.number)
	path := w.one("/", "/public/")
	if w.paths["/"] {
		path = "/public/"
	}
	w.printf("  - path: %s\n    dir: %s\n", path, dir)
	add := func(name, text string) { files[dir+"/"+name] = &fstest.MapFile{Data: []byte(text)} }
	var pages []string
	for i := range 1 + w.IntN(3) {
		page := fmt.Sprintf("%spage%d", w.one("", "in/", "ü/"), i)
		pages = append(pages, "/"+page)
		add(page+".html", "<!DOCTYPE html><p>"+strings.Repeat("Hello, World! ", w.IntN(300)))
	}
	add("404.html", "<p>"+w.text())
	add("app.js", string(bytes.Repeat([]byte("go()\n"), w.IntN(100))))
	w.printf("%s", w.one("", "    last_modified: 2026-01-01\n"))
	switch w.IntN(3) {
	case 0:
		w.printf("    site_files: netlify\n")
		add("_redirects", w.rules(pages, w.netlifyRule))
		add("_headers", w.fields(pages, false))
	case 1:
		w.printf("    site_files: cloudflare\n")
		add("_redirects", w.rules(pages, w.cloudflareRule))
		add("_headers", w.fields(pages, true))
	}
	if w.maybe() {
		w.printf("    markdown: true\n")
		for _, page := range pages[w.IntN(len(pages)):] {
			add(page[1:]+".md", "# "+w.one("Hello, World!", strings.Repeat("* Hello\n", 200)))
		}
	}
}

// rules are some lines of _redirects. Each is below a folder of its own, so that each is reached.
func (w *writer) rules(pages []string, rule func(below, page string) string) string {
	text := w.one("", "# moved\n\n")
	for i := range 1 + w.IntN(6) {
		text += rule(fmt.Sprintf("/moved%d", i), uriOf(pages[w.IntN(len(pages))]+".html")) + w.one("\n", "\n\n", " # why\n")
	}
	return text
}

// uriOf is a path as targets have it.
func uriOf(path string) string { return (&url.URL{Path: path}).EscapedPath() }

// netlifyRule is a line: its star matches nothing too, a file wins but where the status has "!".
func (w *writer) netlifyRule(below, page string) string {
	switch w.IntN(5) {
	case 0:
		return below + "/* https://example.com/:splat" + w.one(" 301", " 302!", " 307")
	case 1:
		return below + "/:year/:name\t/" + w.one(":name/:year", "archive/:year?from=:name", "x#:name") + w.one(" 301", " 308")
	case 2:
		return below + w.one("", "/*", "/:id") + " " + page + w.one(" 200", " 200!", " 404", " 410")
	case 3:
		return below + "/:name /:name.html 200"
	}
	return below + w.one("", "/") + " " + page + w.one(" 301", " 302!", " 303")
}

// cloudflareRule is a line: the host's default is 302, a path is exact, a rewrite stays on the site.
func (w *writer) cloudflareRule(below, page string) string {
	switch w.IntN(4) {
	case 0:
		return below + "/* https://example.com/:splat" + w.one(" 301", " 302", " 307")
	case 1:
		return below + "/:year/:name /" + w.one(":name/:year", "archive/:year-:name", "x?y=:name") + w.one(" 303", " 308")
	case 2:
		return below + w.one("", "/*", "/:id") + " " + page + " 200"
	}
	return below + w.one("", "/") + " " + page + w.one(" 301", " 302", " 303")
}

// fields is a file _headers. Cloudflare takes names away again, and has parts of the path in values.
func (w *writer) fields(pages []string, cloudflare bool) string {
	text := w.one("", "# all\n") + "/*\n  X-All: " + w.one("1", "a, \"b\"; c='d'", "`%d` \\ %[x]") + "\n"
	for _, page := range pages[w.IntN(len(pages)):] {
		text += page + ".html\n  X-Page: 1\n"
		switch {
		case !cloudflare:
			text += w.one("", "  X-Page: 2\n")
		case w.maybe():
			text += "  ! X-All\n"
		}
	}
	if cloudflare && w.maybe() {
		return text + "/in/*\n  X-File: of :splat\n"
	}
	return text + w.one("", "/app.js\n  Cache-Control: public, max-age=60\n")
}
