package codegen_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen"
	"github.com/verbosel/verbosel/codegen/internal/randomspec"
	"github.com/verbosel/verbosel/codegen/internal/testtool"
)

// randomSpecs is how many specs are made to see that they vary.
const randomSpecs = 100

// provedSpecs is how many are proved and go through nasm, which must make the compiler's file
// of each, byte for byte.
const provedSpecs = 70

// fewSpecs are those of which `make test` takes four, others each time, of the run of the long tests: each takes a second or two, and others up to half a minute.
var fewSpecs = []uint64{2, 3, 5, 7, 8, 9, 10, 11}

// TestRandomSpecsVary fails where the generator does not reach what it is for.
func TestRandomSpecsVary(t *testing.T) {
	var all strings.Builder
	most := 0
	for seed := range uint64(randomSpecs) {
		spec := randomspec.New(rand.New(rand.NewPCG(seed, 2)))[specName].Data
		all.Write(spec)
		most = max(most, bytes.Count(spec, []byte("- path:")))
	}
	for _, want := range []string{
		"127.0.0.1:", "[::]:", "unix:/", "unix:@", "${PORT:-", "${HTTP_PORT}", "isolation: request",
		"isolation: connection", "syscalls: ten", "syscalls: hardened", "routes: []", "redirect:", "body:", "json:",
		"large.bin", "status: 204", "[OPTIONS]", "  505:", "clock: true", "access_log: common", "access_log: combined", "access_log: json",
		"${A:-x}", "${N}", "X-Slot: ", "status: ${S}", "status: ${S:-503}", "env: true", "env.txt", "env.json", "redirect: \"${TARGET}", "redirect: \"${BASE:-}/to/${P:-}", "https://${H}/x", "//${L:-www}.", "https://${H}{path}", "${BASE:-/a}{path}", "http://${L:-www}.{host}/${P:-}", "\nauth:", "    auth:\n", "auth: none", "${PASSWORD}", ": \"secret\"",
		"body: busy ${C:-}", "json: { a: \"${A}${A}\"", "markdown: true", "site_files: netlify", "site_files: cloudflare",
	} {
		if !strings.Contains(all.String(), want) {
			t.Errorf("no spec has %s", want)
		}
	}
	if most < 1000 {
		t.Errorf("the largest spec has %d routes", most)
	}
}

// specsRun is the seed of the specs that are proved in each run.
const specsRun = 8001

// TestRandomSpecsThroughNASM takes the same specs each time, so that no change is refused for a spec that was before
// (codegen/README.md, "Hosts that are refused"); where rare tests are asked for they are those of the run's seed.
func TestRandomSpecsThroughNASM(t *testing.T) {
	seeds, run := testtool.Some(t, 4, fewSpecs), uint64(specsRun)
	if testtool.IsRare() {
		run = testtool.Seed(t)
	}
	if testtool.IsRare() || !testing.Short() {
		seeds = nil
		for seed := range uint64(provedSpecs) {
			seeds = append(seeds, seed)
		}
	}
	for _, seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			files := randomspec.New(rand.New(rand.NewPCG(run, seed)))
			r, err := codegen.Compile(files, specName, codegen.Options{})
			if err != nil {
				t.Fatalf("%v\n%.4000s", err, files[specName].Data)
			}
			opts := codegen.ListingOptions{}
			if seed%2 == 1 {
				opts.Side = "server"
			}
			l, err := r.Listing(opts)
			if err != nil {
				t.Fatal(err)
			}
			for name, b := range l.Side {
				files = withFile(files, name, b)
			}
			checkAssembly(t, l.Bytes(), elfBytes(t, r), files)
			if t.Failed() {
				t.Logf("the spec:\n%.4000s", files[specName].Data)
			}
		})
	}
}
