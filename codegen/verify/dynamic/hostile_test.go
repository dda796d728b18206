package dynamic

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/verbosel/verbosel/codegen"
	"github.com/verbosel/verbosel/codegen/internal/emitted"
)

// TestHostile runs servers of every kind under random clients, failures and clocks.
// What they answer is not compared: they must break no rule and exit with status 0.
func TestHostile(t *testing.T) {
	seeds, err := emitted.GoldenRequests("../../../testdata/http")
	if err != nil {
		t.Fatal(err)
	}
	runs := 300
	if testing.Short() {
		runs = 30
	}
	for name, s := range hostileServers(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for i := range runs {
				rng := rand.New(rand.NewPCG(uint64(i), 0))
				request := hostileRequest(rng, seeds)
				if run, err := serve(s, hostileScript(rng, request)); err != nil {
					t.Fatalf("run %d: %v\nthe request: %q\nthe calls: %v", i, err, request, run.Calls)
				}
			}
		})
	}
}

// hostileServers are the examples, the golden specs and some more, each in every
// variant that it can be.
func hostileServers(t *testing.T) map[string]*Server {
	out := map[string]*Server{}
	specs, err := filepath.Glob("../../../examples/*/" + emitted.SpecName)
	if err != nil || len(specs) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	for _, spec := range specs {
		dir := filepath.Dir(spec)
		for _, isolation := range []string{"request", "connection"} {
			out[filepath.Base(dir)+"/"+isolation] = boot(t, compile(t, os.DirFS(dir), codegen.Options{Isolation: isolation}))
		}
	}
	for path, s := range goldenServers(t) {
		out[path] = s.Server
	}
	for _, v := range emitted.All() {
		for name, server := range map[string]string{
			"plain": "", "unix": "listen: unix:/run/s.sock", "common log": "access_log: common",
			"json log": "access_log: json\nlisten: \"[::]:80\"", "small": "limits: { head: 1KiB, body: 20, requests: 2 }",
		} {
			out[name+"/"+v.String()] = boot(t, compile(t, hostileSite(v, server)))
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

// hostileRequest is one to three golden requests, damaged.
func hostileRequest(rng *rand.Rand, seeds [][]byte) []byte {
	var b []byte
	for range 1 + rng.IntN(3) {
		b = append(b, seeds[rng.IntN(len(seeds))]...)
	}
	b = append([]byte(nil), b[:min(len(b), 40_000)]...)
	for range rng.IntN(4) {
		b = damage(rng, b)
	}
	return b
}

// damage changes a byte, or cuts, doubles or inserts something.
func damage(rng *rand.Rand, b []byte) []byte {
	if len(b) == 0 {
		return b
	}
	at := rng.IntN(len(b))
	n := min(len(b)-at, 1+rng.IntN(20))
	switch rng.IntN(5) {
	case 0:
		b[at] = byte(rng.Uint32())
	case 1:
		return b[:at]
	case 2:
		return append(b[:at:at], b[at+n:]...)
	case 3:
		return append(b[:at+n:at+n], b[at:]...)
	case 4:
		texts := []string{"\r\n", "\r", "\n", "\x00", "%", "%41", ": ", "\r\n\r\n", " ", "\xff", "[", "*", "0\r\n"}
		return append(append(b[:at:at], texts[rng.IntN(len(texts))]...), b[at:]...)
	}
	return b
}

// hostileScript delivers a request in random pieces, fails calls at random, and lets
// the clock jump at random.
func hostileScript(rng *rand.Rand, request []byte) Script {
	s := Script{Silent: rng.IntN(3) == 0}
	piece := []int{1, 10, 1000, 100_000}[rng.IntN(4)]
	for rest := request; len(rest) > 0; {
		n := min(len(rest), 1+rng.IntN(piece))
		s.Segments, rest = append(s.Segments, rest[:n]), rest[n:]
	}
	failures := []int{0, 0, 3, 30}[rng.IntN(4)]
	s.Result = func(c Call) (int64, bool) { return hostileResult(rng, c), c.Index > 2 && rng.IntN(100) < failures }
	clock, jumps := rng.Uint64(), rng.IntN(8) == 0
	s.Clock = func(int) uint64 {
		clock += uint64(rng.IntN(100_000))
		if jumps && rng.IntN(20) == 0 {
			clock += uint64(rng.IntN(20)) << 32
		}
		return clock
	}
	return s
}

// hostileResult is an errno or a short count.
func hostileResult(rng *rand.Rand, c Call) int64 {
	list := []int64{-EINTR, -EINTR, -EAGAIN, -EPIPE, -ECONNRESET, 0}
	if c.Number == Read || c.Number == Write {
		list = append(list, 1, int64(rng.IntN(int(min(c.Args[2], 1<<20))+1)), 4096)
	}
	return list[rng.IntN(len(list))]
}
