package codegen

import (
	"go/build"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
)

const (
	module    = "github.com/verbosel/verbosel/"
	golangAsm = "github.com/twitchyliquid64/golang-asm"
	x86asm    = "golang.org/x/arch/x86/x86asm"
	cobra     = "github.com/spf13/cobra"
	pflag     = "github.com/spf13/pflag"
	term      = "golang.org/x/term"
	goccy     = "github.com/goccy/go-yaml"

	fsnotify   = "github.com/fsnotify/fsnotify"
	doublestar = "github.com/bmatcuk/doublestar/v4"
	brotli     = "github.com/andybalholm/brotli"
	brrr       = "github.com/molecule-man/go-brrr"
	klauspost  = "github.com/klauspost/compress"
	norm       = "golang.org/x/text/unicode/norm"
)

// allowed is the import policy: what each package may import beside the standard
// library. Ours are written without the module's path. An entry ending in /... allows
// what is below it too. Tests may import anything but golang-asm.
var allowed = map[string][]string{
	"cmd/verbosel": {"codegen", "codegen/attest", "codegen/deploy", "codegen/image", "codegen/policy", "codegen/verify/verdict", "templates", cobra, "cmd/internal/...",
		"golang.org/x/mod/module"},
	"cmd/bench":   {"codegen", "cmd/internal/..."},
	"cmd/release": {"codegen/attest"},

	"cmd/verbosel-verify": {"cmd/internal/judge"},
	"cmd/internal/judge":  {"codegen/verify/verdict"},

	// What the commands of verbosel rest on, from low to high.
	"cmd/internal/usage":     {"codegen", cobra, pflag},
	"cmd/internal/terminal":  {"cmd/internal/judge", "codegen", term},
	"cmd/internal/memory":    {},
	"cmd/internal/cache":     {"codegen"},
	"cmd/internal/specfile":  {"cmd/internal/cache", "cmd/internal/folder", "cmd/internal/output", "cmd/internal/terminal", "cmd/internal/unchanged", "cmd/internal/usage", "codegen", cobra},
	"cmd/internal/summary":   {"codegen", "codegen/verify/verdict"},
	"cmd/internal/benchmark": {"cmd/internal/load", "cmd/internal/measure", "cmd/internal/process", "cmd/internal/report", "cmd/internal/specfile", "cmd/internal/stats", "cmd/internal/subject", "codegen"},

	"cmd/internal/output":    {"codegen"},
	"cmd/internal/unchanged": {"codegen"},
	"cmd/internal/folder":    {"codegen/sitefiles"},
	"cmd/internal/child":     {"codegen"},
	"cmd/internal/dev":       {"codegen", fsnotify, "cmd/internal/child"},
	"cmd/internal/stats":     {},
	"cmd/internal/report":    {"gonum.org/v1/plot/..."},
	"cmd/internal/load":      {"github.com/tsenart/vegeta/v12/lib", "golang.org/x/sys/unix"},
	"cmd/internal/process":   {"golang.org/x/sys/unix"},
	"cmd/internal/measure":   {"cmd/internal/load", "cmd/internal/process", "cmd/internal/report"},
	"cmd/internal/subject":   {"codegen", "cmd/internal/measure", "cmd/internal/process"},

	"codegen": {"codegen/csp", "codegen/diag", "codegen/pattern", "codegen/spec", "codegen/site", "codegen/plan", "codegen/lower", "codegen/lower/slots", "codegen/x64",
		"codegen/elf64", "codegen/listing", "codegen/verify", "codegen/verify/rules", "codegen/verify/rules/words", "codegen/verify/verdict", "codegen/internal/unproved"},
	"codegen/diag":      {},
	"codegen/pattern":   {"codegen/internal/lazy"},
	"codegen/spec":      {"codegen/internal/lazy", "codegen/internal/unproved", "codegen/diag", "codegen/pattern", goccy + "/...", "github.com/invopop/jsonschema", doublestar},
	"codegen/csp":       {"codegen/internal/lazy", "golang.org/x/net/html"},
	"codegen/sitefiles": {"codegen/internal/lazy", "codegen/spec", "codegen/diag", "codegen/pattern"},
	"codegen/site":      {"codegen/internal/lazy", "codegen/csp", "codegen/spec", "codegen/diag", "codegen/pattern", "codegen/sitefiles", doublestar, brotli, brrr, klauspost + "/...", norm},
	"codegen/plan":      {"codegen/spec", "codegen/diag", "codegen/pattern", "codegen/site"},
	"codegen/lower":     {"codegen/lower/boot", "codegen/lower/clock", "codegen/lower/emit", "codegen/lower/log", "codegen/lower/request", "codegen/lower/resource", "codegen/lower/respond", "codegen/lower/route", "codegen/lower/serve", "codegen/lower/slots", "codegen/plan", "codegen/x64"},
	"codegen/x64":       {golangAsm + "/...", x86asm},
	"codegen/elf64":     {"codegen/x64"},
	"codegen/listing":   {"codegen/internal/lazy", "codegen/x64", "codegen/elf64", x86asm},
	"codegen/verify":    {"codegen/verify/cert", "codegen/verify/certify", "codegen/verify/certify/explain", "codegen/verify/certify/record", "codegen/verify/gate", "codegen/verify/prove", "codegen/verify/rules", "codegen/verify/rules/words"},

	"codegen/verify/gate":    {"codegen/verify/cert", "codegen/verify/cert/elf", "codegen/verify/cert/format", "codegen/verify/isa", "codegen/verify/rules"},
	"codegen/verify/verdict": {"codegen/verify/gate", "codegen/verify/rules/words"},

	"codegen/verify/rules":           {},
	"codegen/verify/rules/words":     {"codegen/verify/rules"},
	"codegen/verify/cert":            {"codegen/verify/cert/elf", "codegen/verify/cert/linear", "codegen/verify/cert/x86", "codegen/verify/rules"},
	"codegen/verify/cert/elf":        {},
	"codegen/verify/cert/format":     {"codegen/verify/cert", "codegen/verify/cert/linear"},
	"codegen/verify/cert/linear":     {},
	"codegen/verify/cert/x86":        {},
	"codegen/verify/certify/farkas":  {"codegen/verify/cert/linear"},
	"codegen/verify/isa":             {"codegen/verify/cert/x86", "codegen/verify/rules"},
	"codegen/verify/zone":            {},
	"codegen/verify/certify/record":  {"codegen/verify/cert", "codegen/verify/cert/format", "codegen/verify/cert/linear"},
	"codegen/verify/certify/explain": {"codegen/verify/cert", "codegen/verify/cert/format", "codegen/verify/cert/linear", "codegen/verify/cert/x86"},
	"codegen/verify/certify/lp":      {},
	"codegen/verify/certify":         {"codegen/verify/cert", "codegen/verify/cert/linear", "codegen/verify/cert/x86", "codegen/verify/certify/farkas", "codegen/verify/certify/lp", "codegen/verify/prove", "codegen/verify/rules"},
	"codegen/verify/prove":           {"codegen/verify/cert/linear", "codegen/verify/isa", "codegen/verify/prove/code", "codegen/verify/prove/data", "codegen/verify/prove/domain", "codegen/verify/prove/flow", "codegen/verify/prove/kernel", "codegen/verify/prove/meaning", "codegen/verify/prove/meet", "codegen/verify/prove/rank", "codegen/verify/prove/search", "codegen/verify/prove/step", "codegen/verify/prove/value", "codegen/verify/zone"},

	// The parts of a server, from low to high: each of them imports such as stand above it.
	"codegen/lower/layout":   {"codegen/plan", "codegen/x64"},
	"codegen/lower/emit":     {"codegen/diag", "codegen/lower/layout", "codegen/plan", "codegen/x64"},
	"codegen/lower/clock":    {"codegen/lower/emit", "codegen/lower/layout", "codegen/x64"},
	"codegen/lower/boot":     {"codegen/lower/clock", "codegen/lower/emit", "codegen/lower/layout", "codegen/plan", "codegen/x64"},
	"codegen/lower/route":    {"codegen/lower/emit", "codegen/lower/layout", "codegen/plan", "codegen/x64"},
	"codegen/lower/slots":    {"codegen/lower/boot", "codegen/lower/emit", "codegen/lower/layout", "codegen/plan", "codegen/x64"},
	"codegen/lower/resource": {"codegen/lower/clock", "codegen/lower/emit", "codegen/lower/layout", "codegen/lower/route", "codegen/plan", "codegen/x64"},
	"codegen/lower/log":      {"codegen/lower/clock", "codegen/lower/emit", "codegen/lower/layout", "codegen/lower/resource", "codegen/lower/slots", "codegen/plan", "codegen/x64"},
	"codegen/lower/respond":  {"codegen/lower/clock", "codegen/lower/emit", "codegen/lower/layout", "codegen/lower/log", "codegen/lower/resource", "codegen/lower/route", "codegen/lower/slots", "codegen/plan", "codegen/x64"},
	"codegen/lower/request":  {"codegen/lower/boot", "codegen/lower/clock", "codegen/lower/emit", "codegen/lower/layout", "codegen/lower/log", "codegen/lower/resource", "codegen/lower/respond", "codegen/lower/route", "codegen/lower/slots", "codegen/plan", "codegen/x64"},
	"codegen/lower/serve":    {"codegen/lower/boot", "codegen/lower/clock", "codegen/lower/emit", "codegen/lower/layout", "codegen/lower/log", "codegen/lower/request", "codegen/lower/resource", "codegen/lower/respond", "codegen/lower/route", "codegen/lower/slots", "codegen/plan", "codegen/x64"},

	// The prover, from low to high: each of them imports such as stand above it.
	"codegen/verify/prove/meaning":  {},
	"codegen/verify/prove/graph":    {},
	"codegen/verify/prove/data":     {"codegen/verify/rules", "codegen/verify/zone"},
	"codegen/verify/prove/assemble": {"codegen/elf64", "codegen/verify/prove/data", "codegen/x64"},
	"codegen/verify/prove/value":    {"codegen/verify/isa", "codegen/verify/prove/data", "codegen/verify/prove/meaning", "codegen/verify/zone"},
	"codegen/verify/prove/code":     {"codegen/verify/isa", "codegen/verify/prove/data", "codegen/verify/prove/graph", "codegen/verify/prove/value", "codegen/verify/rules", "codegen/verify/zone"},
	"codegen/verify/prove/domain":   {"codegen/verify/isa", "codegen/verify/prove/code", "codegen/verify/prove/data", "codegen/verify/prove/meaning", "codegen/verify/prove/value", "codegen/verify/rules", "codegen/verify/zone"},
	"codegen/verify/prove/step":     {"codegen/verify/isa", "codegen/verify/prove/code", "codegen/verify/prove/data", "codegen/verify/prove/domain", "codegen/verify/prove/meaning", "codegen/verify/prove/value", "codegen/verify/rules", "codegen/verify/zone"},
	"codegen/verify/prove/kernel":   {"codegen/verify/isa", "codegen/verify/prove/code", "codegen/verify/prove/data", "codegen/verify/prove/domain", "codegen/verify/prove/meaning", "codegen/verify/prove/step", "codegen/verify/prove/value", "codegen/verify/rules", "codegen/verify/zone"},
	"codegen/verify/prove/meet":     {"codegen/verify/isa", "codegen/verify/prove/code", "codegen/verify/prove/data", "codegen/verify/prove/domain", "codegen/verify/prove/meaning", "codegen/verify/prove/value", "codegen/verify/zone"},
	"codegen/verify/prove/contain":  {"codegen/verify/isa", "codegen/verify/prove/code", "codegen/verify/prove/data", "codegen/verify/prove/domain", "codegen/verify/prove/meaning", "codegen/verify/prove/value", "codegen/verify/zone"},
	"codegen/verify/prove/search":   {"codegen/verify/isa", "codegen/verify/prove/code", "codegen/verify/prove/data", "codegen/verify/prove/domain", "codegen/verify/prove/kernel", "codegen/verify/prove/meaning", "codegen/verify/prove/meet", "codegen/verify/prove/step", "codegen/verify/prove/value", "codegen/verify/rules", "codegen/verify/zone"},
	"codegen/verify/prove/flow":     {"codegen/verify/isa", "codegen/verify/prove/code", "codegen/verify/prove/contain", "codegen/verify/prove/domain", "codegen/verify/prove/graph", "codegen/verify/prove/kernel", "codegen/verify/prove/meaning", "codegen/verify/prove/search", "codegen/verify/prove/step", "codegen/verify/prove/value", "codegen/verify/rules", "codegen/verify/zone"},
	"codegen/verify/prove/rank":     {"codegen/verify/isa", "codegen/verify/prove/code", "codegen/verify/prove/data", "codegen/verify/prove/domain", "codegen/verify/prove/flow", "codegen/verify/prove/graph", "codegen/verify/prove/meaning", "codegen/verify/prove/value", "codegen/verify/rules", "codegen/verify/zone"},

	"codegen/verify/dynamic": {"codegen/verify/isa", "codegen/verify/rules"},
	"codegen/verify/mutants": {"codegen/verify", "codegen/verify/dynamic", "codegen/verify/isa", "codegen/verify/rules", "codegen/verify/rules/words"},

	// What is made of a finished server.
	"codegen/attest": {"codegen", "github.com/CycloneDX/cyclonedx-go", "github.com/secure-systems-lab/go-securesystemslib/..."},
	"codegen/deploy": {"codegen/internal/lazy", "codegen", "codegen/image", "codegen/policy", "codegen/spec", "templates"},
	"codegen/image":  {"github.com/google/go-containerregistry/pkg/..."},
	"codegen/policy": {"codegen/internal/lazy", "codegen/verify", "github.com/moby/profiles/seccomp", "github.com/opencontainers/runtime-spec/specs-go"},

	"templates": {},

	"codegen/internal/testtool": {},
	"codegen/internal/unproved": {},
	"codegen/internal/handmade": {},
	"codegen/internal/lazy":     {},
	"codegen/internal/asmtext":  {"codegen/elf64", "codegen/x64"},

	"codegen/internal/randomspec": {"codegen/spec"},
	"codegen/internal/emitted":    {"codegen", "codegen/internal/testtool", "github.com/rogpeppe/go-internal/txtar"},
	"codegen/e2e":                 {},
	"codegen/e2e/release":         {},
	"codegen/e2e/consumers":       {}, // a module of its own, of tests
	"codegen/e2e/sites":           {}, // likewise
}

// banned are packages of the standard library that a package must do without:
// compiling touches no file but through fs.FS, and no network.
var banned = map[string][]string{
	"codegen": {"os", "os/exec", "net/http"}, "codegen/spec": {"os", "os/exec"}, "codegen/site": {"os", "os/exec"}, "codegen/sitefiles": {"os", "os/exec", "time"},
	"codegen/csp":  {"os", "os/exec", "time"},
	"codegen/plan": {"os", "os/exec"}, "codegen/lower": {"os", "os/exec", "time"},
	"codegen/lower/layout":   {"os", "os/exec", "time"},
	"codegen/lower/emit":     {"os", "os/exec", "time"},
	"codegen/lower/clock":    {"os", "os/exec", "time"},
	"codegen/lower/boot":     {"os", "os/exec", "time"},
	"codegen/lower/route":    {"os", "os/exec", "time"},
	"codegen/lower/slots":    {"os", "os/exec", "time"},
	"codegen/lower/resource": {"os", "os/exec", "time"},
	"codegen/lower/log":      {"os", "os/exec", "time"},
	"codegen/lower/respond":  {"os", "os/exec", "time"},
	"codegen/lower/request":  {"os", "os/exec", "time"},
	"codegen/lower/serve":    {"os", "os/exec", "time"},
	"codegen/x64":            {"os", "os/exec", "time"}, "codegen/elf64": {"os", "os/exec", "time"},
	"codegen/verify/gate": {"os", "os/exec", "time", "debug/elf"}, "codegen/verify/verdict": {"os", "os/exec"},
	"codegen/verify": {"os", "os/exec", "time", "debug/elf"}, "codegen/verify/isa": {"os", "os/exec", "time"},
	"codegen/verify/dynamic": {"os", "os/exec", "time"}, "codegen/verify/prove": {"os", "os/exec", "time"},
	"codegen/verify/prove/graph":    {"os", "os/exec", "time"},
	"codegen/verify/prove/data":     {"os", "os/exec", "time"},
	"codegen/verify/prove/value":    {"os", "os/exec", "time"},
	"codegen/verify/prove/code":     {"os", "os/exec", "time"},
	"codegen/verify/prove/domain":   {"os", "os/exec", "time"},
	"codegen/verify/prove/step":     {"os", "os/exec", "time"},
	"codegen/verify/prove/kernel":   {"os", "os/exec", "time"},
	"codegen/verify/prove/meet":     {"os", "os/exec", "time"},
	"codegen/verify/prove/contain":  {"os", "os/exec", "time"},
	"codegen/verify/prove/search":   {"os", "os/exec", "time"},
	"codegen/verify/prove/flow":     {"os", "os/exec", "time"},
	"codegen/verify/prove/rank":     {"os", "os/exec", "time"},
	"codegen/verify/certify/farkas": {"os", "os/exec", "time"}, "codegen/verify/certify/record": {"os", "os/exec", "time"},
	"codegen/verify/zone": {"os", "os/exec", "time"}, "codegen/verify/rules": {"os", "os/exec", "time"}, "codegen/verify/rules/words": {"os", "os/exec", "time"},
}

// basics are all that the lowest parts of a proof may import.
var basics = map[string][]string{
	"codegen/verify/cert":        {"bytes", "encoding/binary", "errors", "fmt", "io", "math/bits", "slices", module + "codegen/verify/cert/elf", module + "codegen/verify/cert/linear", module + "codegen/verify/cert/x86", module + "codegen/verify/rules"},
	"codegen/verify/cert/elf":    {"encoding/binary", "fmt", "io"},
	"codegen/verify/cert/format": {"bytes", "compress/flate", "crypto/sha256", "encoding/binary", "fmt", "io", "slices", module + "codegen/verify/cert", module + "codegen/verify/cert/linear"},
	"codegen/verify/cert/linear": {"math", "math/bits", "slices"},
	"codegen/verify/cert/x86":    {"fmt"},
}

func TestImportPolicy(t *testing.T) {
	for _, dir := range packages(t) {
		t.Run(dir, func(t *testing.T) {
			rules, known := allowed[dir]
			if !known {
				t.Fatalf("the import policy says nothing about %s: add it to the table here and in the design", dir)
			}
			pkg := imports(t, dir)
			for _, imp := range slices.Concat(pkg.TestImports, pkg.XTestImports) {
				if strings.HasPrefix(imp, golangAsm) && dir != "codegen/x64" {
					t.Errorf("a test of %s imports %s", dir, imp)
				}
			}
			for _, imp := range pkg.Imports {
				if !permits(rules, imp) || slices.Contains(banned[dir], imp) {
					t.Errorf("%s imports %s, which the import policy forbids", dir, imp)
				}
				if few, ok := basics[dir]; ok && !slices.Contains(few, imp) {
					t.Errorf("%s imports %s: it may have %v and no more", dir, imp, few)
				}
			}
		})
	}
}

// packages lists the folders of the module that hold Go files.
func packages(t *testing.T) []string {
	var dirs []string
	root := os.DirFS("..")
	for _, top := range []string{"cmd", "codegen", "templates"} {
		dirs = append(dirs, below(t, root, top)...)
	}
	if len(dirs) < len(allowed) {
		t.Errorf("found the packages %v, fewer than the policy has", dirs)
	}
	return dirs
}

// imports reads what the files of a folder import.
func imports(t *testing.T, dir string) *build.Package {
	pkg, err := build.ImportDir(path.Join("..", dir), 0)
	if err != nil {
		t.Fatal(err)
	}
	return pkg
}

func permits(rules []string, imp string) bool {
	own, isOurs := strings.CutPrefix(imp, module)
	if !isOurs && !strings.Contains(strings.Split(imp, "/")[0], ".") {
		return true // the standard library
	}
	for _, rule := range rules {
		base, tree := strings.CutSuffix(rule, "/...")
		if own == base || tree && strings.HasPrefix(own, base+"/") {
			return true
		}
	}
	return false
}

func TestPermits(t *testing.T) {
	rules := []string{"codegen/diag", golangAsm + "/..."}
	for imp, want := range map[string]bool{
		"fmt": true, "encoding/json": true, module + "codegen/diag": true, golangAsm + "/obj/x86": true,
		module + "codegen/spec": false, module + "codegen": false, x86asm: false, cobra: false,
	} {
		if permits(rules, imp) != want {
			t.Errorf("permits(%s) = %v", imp, !want)
		}
	}
}
