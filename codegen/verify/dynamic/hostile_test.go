package dynamic

import (
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/verbosel/verbosel/codegen"
	"github.com/verbosel/verbosel/codegen/internal/emitted"
	"github.com/verbosel/verbosel/codegen/internal/testtool"
)

// TestHostile runs servers of every kind, in a -short run some, under random clients, failures and clocks.
// What they answer is not compared: they must break no rule and exit with status 0.
func TestHostile(t *testing.T) {
	seeds, err := emitted.GoldenRequests("../../../testdata/http")
	if err != nil {
		t.Fatal(err)
	}
	const few = 60
	runs := 300
	if testing.Short() {
		runs = 30
	}
	seed, servers := testtool.Seed(t), hostileServers(t)
	for _, name := range testtool.Some(t, few, slices.Sorted(maps.Keys(servers))) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := servers[name](t)
			for i := range runs {
				rng := rand.New(rand.NewPCG(seed, uint64(i)))
				script := Hostile(rng, seeds)
				if run, err := serve(s, script); err != nil {
					t.Fatalf("run %d: %v\nthe request: %q\nthe calls: %v", i, err, script.Segments, run.Calls)
				}
			}
		})
	}
}

// hostileServers start the examples, the golden specs and some more, each in every
// variant that it can be.
func hostileServers(t *testing.T) map[string]func(*testing.T) *Server {
	out := map[string]func(*testing.T) *Server{}
	for _, dir := range emitted.Examples(t, "../../../examples") {
		for _, isolation := range []string{"request", "connection"} {
			out[filepath.Base(dir)+"/"+isolation] = func(t *testing.T) *Server {
				return boot(t, compile(t, os.DirFS(dir), codegen.Options{Isolation: isolation}))
			}
		}
	}
	for path, s := range goldenSites(t) {
		if s.Variant != emitted.Proof {
			out[path] = func(t *testing.T) *Server { return s.server(t).Server }
		}
	}
	for _, v := range emitted.All() {
		for name, server := range map[string]string{
			"plain": "", "unix": "listen: unix:/run/s.sock", "common log": "access_log: common", "combined log": "access_log: combined",
			"json log": "access_log: json\nlisten: \"[::]:80\"", "small": "limits: { head: 1KiB, body: 20, requests: 2 }",
		} {
			if v.Syscalls == "ten" && strings.Contains(server, "access_log") {
				continue // which is no spec: a log makes more calls
			}
			out[name+"/"+v.String()] = func(t *testing.T) *Server { return boot(t, compile(t, hostileSite(v, server))) }
		}
	}
	return out
}

// hostileSite has a response of each form, content that is stored apart, and errors
// with and without content of their own.
func hostileSite(v emitted.Variant, server string) fstest.MapFS {
	large := make([]byte, 70_000)
	for i := range large {
		large[i] = 'a' + byte(i%26)
	}
	spec := v.Spec(server, `
routes:
  - path: /
    method: [GET, POST]
    body: "root\n"
  - path: /a
    file: large.txt
  - path: /again
    headers: { X-Again: "1" }
    file: large.txt
  - path: /none
    status: 204
  - path: /old
    redirect: /new
errors:
  404: { file: large.txt }
  400: { body: "no\n" }
`)
	return fstest.MapFS{emitted.SpecName: {Data: []byte(spec)}, "large.txt": {Data: large}}
}
