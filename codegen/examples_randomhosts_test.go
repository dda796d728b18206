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

// provedHosts is how many specs of hosts are proved in each run, those of hostsRun.
const provedHosts, hostsRun = 5, 201

// TestRandomHostsThroughNASM is TestRandomSpecsThroughNASM for hosts. Its specs are the same each time, as one in two
// hundred is refused (codegen/README.md, "Hosts that are refused"); where rare tests are asked for they are others.
func TestRandomHostsThroughNASM(t *testing.T) {
	testtool.Long(t, "proves specs of hosts")
	count, run := uint64(provedHosts), uint64(hostsRun)
	if testtool.IsRare() {
		count, run = provedSpecs, testtool.Seed(t)
	}
	for seed := range count {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			files := randomspec.WithHosts(rand.New(rand.NewPCG(run, seed)))
			r, err := codegen.Compile(files, specName, codegen.Options{})
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
