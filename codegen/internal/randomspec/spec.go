// Package randomspec writes specs at random, all of them valid, for tests that ask of any spec what must
// hold for each: that it is proved, that its listing is its bytes, that its server answers what it says.
package randomspec

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing/fstest"

	"github.com/verbosel/verbosel/codegen/spec"
)

// Name is the name of the spec among the files.
const Name = "routes.yaml"

// A writer writes a valid spec.
type writer struct {
	*rand.Rand
	b     strings.Builder
	files []string // that responses may name
	paths map[string]bool
	auth  bool // something may be protected

	more   bool // hosts, patterns and redirects in bulk
	number int  // of a host, from 1 on
	*spent
}

// spent is what a spec and its hosts have together.
type spent struct {
	slotted   int // responses with slots
	protected int // parts with passwords
}

// New is a spec, and the files beside it.
func New(r *rand.Rand) fstest.MapFS { return newFiles(r, false) }

// WithHosts is a spec with hosts, patterns and redirects in bulk, and the files beside it.
func WithHosts(r *rand.Rand) fstest.MapFS { return newFiles(r, true) }

func newFiles(r *rand.Rand, more bool) fstest.MapFS {
	files := fstest.MapFS{
		"empty.txt":   {Data: nil},
		"it's ü.html": {Data: []byte("<p>Hello, \"World\"!\r\n")},
		"page.html":   {Data: bytes.Repeat([]byte("<p>{%;`\\\n"), 1+r.IntN(700))},
		"blob":        {Data: randomBytes(r, r.IntN(5000))},
		"large.bin":   {Data: randomBytes(r, 64<<10+r.IntN(5000))},
		"env.txt":     {Data: bytes.Repeat([]byte("`$${x}` ${A:-\"} \\\r\n"), r.IntN(3))},
		"env.json":    {Data: []byte(`{ "a\"": "${B}\\", "n": [-1, ${N:-1}] }`)},
	}
	w := &writer{Rand: r, files: []string{"empty.txt", "it's ü.html", "page.html", "blob", "large.bin"}, paths: map[string]bool{}, spent: &spent{}}
	w.server()
	if w.auth = w.IntN(3) == 0; w.auth && w.maybe() {
		w.protect("")
	}
	w.more = more
	if !more || w.IntN(4) > 0 {
		w.block(files, 0, 1, 2, 5, 8, 9, 30, 300, 1500)
	}
	if more {
		w.hosts(files)
	}
	w.errors(400, 404, 405, 408, 413, 414, 417, 431, 501, 503, 505)
	files[Name] = &fstest.MapFile{Data: []byte(w.b.String())}
	return files
}

func randomBytes(r *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

func (w *writer) printf(format string, args ...any) { fmt.Fprintf(&w.b, format, args...) }

// one of the texts.
func (w *writer) one(texts ...string) string { return texts[w.IntN(len(texts))] }

func (w *writer) maybe() bool { return w.IntN(2) == 0 }

func (w *writer) server() {
	calls := w.one("ten", "hardened")
	address := fmt.Sprintf("%q", w.one(
		":8080", "127.0.0.1:1", "0.0.0.0:${PORT:-8080}", "10.1.2.3:${HTTP_PORT}", "[::]:65535",
		"[2001:db8::1]:${PORT:-80}", "unix:/run/site.sock", "unix:@abstract"))
	if calls == "hardened" {
		address = w.one(address, address, address, "systemd", "{ address: \"[::]:${PORT:-80}\", reuse_port: true }")
	}
	w.printf("server:\n  listen: %s\n", address)
	w.printf("  isolation: %s\n  syscalls: %s\n", w.one("request", "connection"), calls)
	if calls == "hardened" {
		log := w.one("", "", "  clock: true\n", "  access_log: common\n", "  access_log: combined\n", "  access_log: json\n")
		w.printf("%s", log)
		if strings.Contains(log, "log") && w.maybe() {
			w.printf("  client_ip: %s\n  trusted: [127.0.0.1%s]\n", w.one("X-Forwarded-For", "X-Real-IP", "Forwarded"), w.one("", ", 10.0.0.0/8, \"2001:db8::/32\""))
		}
	}
	if w.maybe() && address != "systemd" {
		w.printf("  backlog: %d\n", 1+w.IntN(65535))
	}
	if w.maybe() {
		w.printf("  timeouts: { head: %dms, body: %ds, idle: %dms, write: %dms }\n",
			100+w.IntN(20000), 1+w.IntN(60), 100+w.IntN(20000), 100+w.IntN(20000))
	}
	if w.maybe() {
		// Heads of random routes stay below 4 KiB.
		w.printf("  limits: { head: %d, body: %d, requests: %d }\n", 4096+w.IntN(61440), w.Int64N(1<<40), 1+w.IntN(1000000))
	}
}

// protect writes who may see something, in at most so many parts as there is room for users.
func (w *writer) protect(indent string) {
	if w.protected++; w.protected > spec.MaxUsers/2 {
		return
	}
	w.printf("%sauth:\n%s  realm: %s\n%s  users:\n", indent, indent, strconv.Quote(w.one("Staff", `a "b" \c`, "%s;'")), indent)
	for i := range 1 + w.IntN(2) {
		w.printf("%s    %s: %s\n", indent, strconv.Quote(fmt.Sprintf("%s%d", w.one("u", "ü", "%'\""), i)),
			strconv.Quote(w.one("${PASSWORD}", "${A_B_9}", "secret", "%d'\"ü:")))
	}
}

// headers writes up to most fields.
func (w *writer) headers(indent string, most int) {
	n := w.IntN(most + 1)
	if n == 0 {
		return
	}
	w.printf("%sheaders:\n", indent)
	for i := range n {
		name := fmt.Sprintf("X-%c%d", 'A'+w.IntN(26), i)
		w.printf("%s  %s: %s\n", indent, name, strconv.Quote(w.fieldValue()))
	}
}

// slots writes a response with slots; three at most, for what the proof takes.
func (w *writer) slots() {
	w.slotted++
	if w.IntN(4) == 0 {
		w.printf("    redirect: %s\n    query: %s\n", strconv.Quote(w.one("${TARGET}", "${BASE:-}/to/${P:-}?b=${Q:-c}#${Q:-}", "https://${H}/x", "//${L:-www}.example.com:${T:-8443}/",
			"https://${H}{path}", "${BASE:-/a}{path}#${Q:-}", "http://${L:-www}.{host}/${P:-}?b={query}&p={path}")), w.one("keep", "drop"))
		return
	}
	if w.maybe() {
		w.printf("    headers: { X-Slot: %s }\n", strconv.Quote(w.one("${A}", "v${B:-1.0}", "${C:-} $${")))
	}
	form := w.IntN(5)
	if form == 4 || w.IntN(3) == 0 {
		w.printf("    status: %s\n", w.one("${S}", "${S:-503}", "${S:-200}"))
	}
	switch form {
	case 0:
		w.printf("    body: %s\n", strconv.Quote(w.text()+w.one("${A:-x}", "${B}", "${A}${A}")+w.text()))
	case 1:
		w.printf("    json: [ %s ]\n", strconv.Quote(w.text()+w.one("${A:-\"}", "${B}", "$$${C:-}")+w.text()))
	case 2:
		w.printf("    json:\n      n: %s\n", w.one("${N:-1}", "${N}", "${N:-null}"))
	case 3:
		w.printf("    file: %s\n    env: true\n", w.one("env.txt", "env.json"))
	}
}

func (w *writer) fieldValue() string {
	return w.one("", "1.10", "nosniff", "a, \"b\"; c='d'", "`%d` \\ %[x]", "ünicode", "default-src 'none'", strings.Repeat("v", w.IntN(200)))
}

// routes writes so many routes as one of counts says.
func (w *writer) routes(counts ...int) {
	n := counts[w.IntN(len(counts))]
	if n == 0 {
		w.printf("routes: []\n")
		return
	}
	w.printf("routes:\n")
	for range n {
		path := w.path()
		methods := []string{"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
		w.Shuffle(len(methods), func(i, j int) { methods[i], methods[j] = methods[j], methods[i] })
		for i := 0; i < 1+w.IntN(3); i++ {
			w.route(path, methods[2*i:2*i+1+w.IntN(2)])
		}
	}
}

// path is one that no route has yet.
func (w *writer) path() string {
	path := "/"
	for range w.IntN(4) {
		path += w.one("a", "b.html", "über", "with space", "100%25", "semi;colon", "quote'", "%2f", "~user",
			strings.Repeat("long", w.IntN(20)), strconv.Itoa(w.IntN(1000))) + w.one("", "/")
	}
	for w.paths[path] {
		path += strconv.Itoa(w.IntN(1000))
	}
	w.paths[path] = true
	return path
}

func (w *writer) route(path string, methods []string) {
	w.printf("  - path: %s\n    method: [%s]\n", strconv.Quote(path), strings.Join(methods, ", "))
	if w.slotted < 3 && w.IntN(4) == 0 {
		w.slots()
		return
	}
	w.headers("    ", 2)
	switch {
	case w.auth && len(w.paths) < 4 && w.maybe():
		w.protect("    ")
	case w.auth && w.IntN(4) == 0:
		w.printf("    auth: none\n")
	}
	switch w.IntN(6) {
	case 0:
		w.printf("    status: %d\n", []int{200, 204, 205, 299, 304, 404, 418, 503, 599}[w.IntN(9)])
	case 1:
		w.printf("    status: %d\n    redirect: %s\n", []int{301, 302, 303, 307, 308}[w.IntN(5)],
			w.one("https://example.com/?a=b#c", "../up", "//host/path", "?q='%25'", "/fixed#f",
				`"/to{path}?p={path}&{query}"`, `"https://www.{host}{path}"`, `"https://example.com{path}"`))
		if w.maybe() {
			w.printf("    query: %s\n", w.one("keep", "drop"))
		}
	default:
		if w.maybe() {
			w.printf("    status: %d\n", []int{200, 201, 202, 299, 400, 404, 409, 500, 599}[w.IntN(9)])
		}
		w.content("    ")
	}
}

func (w *writer) content(indent string) {
	switch w.IntN(3) {
	case 0:
		w.printf("%sbody: %s\n", indent, strconv.Quote(w.text()))
	case 1:
		w.printf("%sjson: { id: %d, text: %s, list: [null, true, -1.50, {}] }\n", indent, w.IntN(100), strconv.Quote(w.text()))
	case 2:
		w.printf("%sfile: %s\n", indent, strconv.Quote(w.files[w.IntN(len(w.files))]))
	}
}

// text is what could break out of a string, a comment or a line.
func (w *writer) text() string {
	pieces := []string{"", "Hello", "\r\n", "\n", "\"", "'", "`", "\\", "\\\n", ";", "%macro x 0", "%[y]", "ü", "\u2028",
		"\x00", "\t", "\x7f", "{{}}", "db 1", " ", strings.Repeat("0123456789abcdef", 20)}
	var b strings.Builder
	for range w.IntN(8) {
		b.WriteString(pieces[w.IntN(len(pieces))])
	}
	return b.String()
}

// errors writes what some of the statuses are sent with.
func (w *writer) errors(statuses ...int) {
	w.printf("errors:\n")
	for _, status := range statuses[w.IntN(len(statuses)):] {
		w.printf("  %d:\n", status)
		if w.slotted < 3 && w.IntN(4) == 0 {
			w.slotted++
			w.printf("    headers: { X-Slot: %s }\n    %s\n", strconv.Quote(w.one("${A}", "v${B:-1.0}", "plain")), w.one("body: busy ${C:-}", "json: { a: \"${A}${A}\", n: \"${B:-1}\" }"))
			continue
		}
		w.headers("    ", 1)
		if status == 503 {
			w.printf("    body: busy\n") // it is short: the parent sends it
			continue
		}
		w.content("    ")
	}
}
