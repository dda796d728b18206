package codegen_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen"
	"github.com/verbosel/verbosel/codegen/internal/randomspec"
	"github.com/verbosel/verbosel/codegen/internal/testtool"
	"github.com/verbosel/verbosel/codegen/spec"
)

// TestRandomHostsAreSpecs: what is written of hosts at random has no mistake, and all that hosts have.
func TestRandomHostsAreSpecs(t *testing.T) {
	var all strings.Builder
	for seed := range uint64(randomSpecs) {
		files := randomspec.WithHosts(rand.New(rand.NewPCG(seed, 3)))
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

// What was written at random, and is no spec: the path that a redirect gives where its variables are
// not set was a path of its own, /a/.
func TestRandomRedirectsGoElsewhere(t *testing.T) {
	for _, seed := range [][2]uint64{{29, 0}, {81, 21}} {
		files := randomspec.WithHosts(rand.New(rand.NewPCG(seed[0], seed[1])))
		if _, err := spec.Parse(files, specName); err != nil {
			t.Errorf("%v: %v", seed, err)
		}
	}
}

// refusedHosts is the refusal of hosts that is known and not mended: see codegen/README.md.
const refusedHosts = "the program is too large to be proved"

// TestRandomHostsThroughNASM is TestRandomSpecsThroughNASM for hosts.
func TestRandomHostsThroughNASM(t *testing.T) {
	testtool.Rare(t, "proves specs of hosts, some of which are refused")
	run := testtool.Seed(t)
	for seed := range uint64(provedSpecs) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			files := randomspec.WithHosts(rand.New(rand.NewPCG(run, seed)))
			r, err := codegen.Compile(files, specName, codegen.Options{})
			if err != nil && strings.Contains(err.Error(), refusedHosts) {
				t.Skipf("refused as is known: %.400v", err)
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
