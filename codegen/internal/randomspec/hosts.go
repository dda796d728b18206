package randomspec

import (
	"fmt"
	"strings"
	"testing/fstest"
)

// block writes what the spec and a host both have: routes, at most as many as the largest of
// counts, patterns and a folder behind them, and what says something of all.
func (w *writer) block(files fstest.MapFS, counts ...int) {
	w.headers("", 3)
	w.printf("%s", w.one("", "", "https: optional\n", "https: required\n"))
	if w.more {
		w.printf("%s", w.one("", "", "", "trailing_slash: any\n"))
		w.printf("%s", w.one("", "", "", "security: { frame: sameorigin, referrer: no-referrer }\n"))
		if w.IntN(6) == 0 {
			w.redirects(files)
		}
	}
	w.routes(counts...)
	if len(w.paths) == 0 {
		return
	}
	if w.more && w.IntN(3) == 0 {
		w.patterns()
	}
	if w.IntN(4) == 0 {
		w.folder(files)
	}
}

// hosts writes blocks of names: of one address, of all below a name, of what no name is.
func (w *writer) hosts(files fstest.MapFS) {
	names := []string{"example.org", "\"*.example.org\"", "www.example.org", "\"*.www.example.org\"", "MY_host",
		"\"[2001:DB8::1]\"", "xn--bcher-kva.example", strings.Repeat("long-", 12) + "x." + strings.Repeat("x", 63)}
	for i := range 20 {
		names = append(names, fmt.Sprintf("h%d.example.net", i))
	}
	n := []int{1, 2, 4, 8, len(names)}[w.IntN(5)]
	if n < len(names) {
		w.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	}
	w.printf("hosts:\n")
	for i, name := range names[:n] {
		h := &writer{Rand: w.Rand, files: w.files, paths: map[string]bool{}, auth: w.auth, more: true, number: i + 1, spent: w.spent}
		h.host(files)
		w.printf("  %s:\n    %s\n", name, strings.ReplaceAll(strings.TrimSpace(h.b.String()), "\n", "\n    "))
	}
}

// host writes one block.
func (w *writer) host(files fstest.MapFS) {
	if w.auth && w.IntN(3) == 0 {
		w.protect("")
	}
	if w.IntN(3) == 0 {
		w.headers("", 1)
		w.printf("redirect: %s\n", w.one("https://example.com/?a#b", `"https://example.com{path}"`, `"https://www.{host}{path}?{query}"`, `"//a.example/to{path}"`))
		return
	}
	w.block(files, 1, 2, 5, 9, 30)
	statuses := []int{404, 405}
	if strings.Contains(w.b.String(), " dir: ") {
		statuses = append(statuses, 412)
	}
	if strings.Contains(w.b.String(), "realm: ") {
		statuses = append(statuses, 401)
	}
	if w.maybe() {
		w.errors(statuses...)
	}
}

// redirects writes a file of redirects, of paths that nothing else has.
func (w *writer) redirects(files fstest.MapFS) {
	name := fmt.Sprintf("moved%d.csv", w.number)
	w.printf("redirects: %s\n", name)
	text := w.one("", "from,to,status\n", "# moved\n")
	for i := range 1 + w.IntN(40) {
		text += fmt.Sprintf("/csv/%d%s,%s%s\n", i, w.one("", "/old", "/ü"), w.one("/new", "https://example.com/", `"/a,b?c"`), w.one("", ",301", ",308"))
	}
	files[name] = &fstest.MapFile{Data: []byte(text)}
}

// patterns writes routes with parameters, none of which overlaps with another one, of which
// the one that is said first is the widest.
func (w *writer) patterns() {
	if w.IntN(3) == 0 {
		w.pattern(w.one("*", "/{a}/{b...}", "/{rest...}"), w.one("any", "[GET, POST]"), `"https://{host}/to{path}"`)
	}
	for i := range 1 + w.IntN(4) {
		below := fmt.Sprintf("/%s%d", w.one("p", "ü", "segment-longer-than-a-word-", "with space "), i)
		if w.maybe() {
			w.pattern(below+"/{rest...}", w.one("GET", "[GET, POST]"), `"https://blog.example.com/{rest}"`)
		}
		if w.maybe() {
			w.pattern(below+"/{id}"+w.one("", "/{name}", "/b"), "GET", `"/to/{id}?id={id}"`)
		}
		if w.maybe() {
			w.pattern(below+"/me/{a}/b"+w.one("", "/{$}"), "GET", `"https://{host}/{a}{path}"`)
		}
	}
}

func (w *writer) pattern(path, methods, redirect string) {
	w.printf("  - path: \"%s\"\n    method: %s\n%s", path, methods, w.one("", "", "    log: false\n"))
	if w.maybe() {
		w.printf("    redirect: %s\n", redirect)
		return
	}
	w.headers("    ", 1)
	w.content("    ")
}
