package codegen_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/verbosel/verbosel/codegen"
	"github.com/verbosel/verbosel/codegen/internal/testtool"
	"github.com/verbosel/verbosel/codegen/spec"
)

// TestRandomHostsAreSpecs: what is written of hosts at random has no mistake, and all that hosts have.
func TestRandomHostsAreSpecs(t *testing.T) {
	var all strings.Builder
	for seed := range uint64(randomSpecs) {
		files := randomFiles(rand.New(rand.NewPCG(seed, 3)), true)
		all.Write(files[specName].Data)
		if _, err := spec.Parse(files, specName); err != nil {
			t.Errorf("%d: %v", seed, err)
		}
	}
	for _, want := range []string{"\n  \"*.example.org\":", "\n  \"[2001:DB8::1]\":", "\n  MY_host:", "\n    redirect: ", "\n    redirects: ",
		"\n        dir: ", "\n    https: required", "\n    auth:", "\n    trailing_slash: any", "/{rest...}", "{$}", "path: \"*\"", "{a}/{b...}", "\n    errors:"} {
		if !strings.Contains(all.String(), want) {
			t.Errorf("no spec has %q", want)
		}
	}
}

// refusedHosts are the refusals of hosts that are known and not mended: see codegen/README.md.
var refusedHosts = []string{"(range_first): what the proof says of this place is not shown", "the program is too large to be proved", "are no bound"}

// TestRandomHostsThroughNASM is TestRandomSpecsThroughNASM for hosts.
func TestRandomHostsThroughNASM(t *testing.T) {
	testtool.Rare(t, "proves specs of hosts, some of which are refused")
	run := testtool.Seed(t)
	for seed := range uint64(provedSpecs) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			files := randomFiles(rand.New(rand.NewPCG(run, seed)), true)
			r, err := codegen.Compile(files, specName, codegen.Options{})
			for _, known := range refusedHosts {
				if err != nil && strings.Contains(err.Error(), known) {
					t.Skipf("refused as is known: %.400v", err)
				}
			}
			if err != nil {
				t.Fatalf("%v\n%.4000s", err, files[specName].Data)
			}
			l, err := r.Listing(codegen.ListingOptions{})
			if err != nil {
				t.Fatal(err)
			}
			checkAssembly(t, l.Bytes(), elfBytes(t, r), files)
		})
	}
}

// block writes what the spec and a host both have: routes, at most as many as the largest of
// counts, patterns and a folder behind them, and what says something of all.
func (w *specWriter) block(files fstest.MapFS, counts ...int) {
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
func (w *specWriter) hosts(files fstest.MapFS) {
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
		h := &specWriter{Rand: w.Rand, files: w.files, paths: map[string]bool{}, auth: w.auth, more: true, number: i + 1, spent: w.spent}
		h.host(files)
		w.printf("  %s:\n    %s\n", name, strings.ReplaceAll(strings.TrimSpace(h.b.String()), "\n", "\n    "))
	}
}

// host writes one block.
func (w *specWriter) host(files fstest.MapFS) {
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
func (w *specWriter) redirects(files fstest.MapFS) {
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
func (w *specWriter) patterns() {
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

func (w *specWriter) pattern(path, methods, redirect string) {
	w.printf("  - path: \"%s\"\n    method: %s\n%s", path, methods, w.one("", "", "    log: false\n"))
	if w.maybe() {
		w.printf("    redirect: %s\n", redirect)
		return
	}
	w.headers("    ", 1)
	w.content("    ")
}
