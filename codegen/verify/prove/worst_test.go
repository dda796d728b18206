package prove_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
	"github.com/verbosel/verbosel/codegen/verify/dynamic"
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove"
)

// TestObserved runs the most expensive connections that there may be, on every example:
// none takes longer between two system calls than the worst case, nor makes more of these,
// and the worst case is not far off.
func TestObserved(t *testing.T) {
	for _, dir := range emitted.Examples(t, examples) {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			file := compile(t, os.DirFS(dir))
			w := bounds(t, prove.ImageOf(t, file))
			server, _, err := dynamic.Boot(file, dynamic.Script{})
			if err != nil {
				t.Fatal(err)
			}
			most := uint64(0)
			for what, script := range expensiveScripts() {
				most = max(most, observe(t, w, server, what, script))
			}
			t.Logf("the worst case is %d instructions, the most that was seen %d", w.Child.Instructions, most)
			if most*farthest < uint64(w.Child.Instructions) {
				t.Errorf("the worst case of %d instructions is more than %d times the most that was seen, %d", w.Child.Instructions, farthest, most)
			}
			handler := int64(6) // closes and waits
			if filepath.Base(dir) == "server-asm" {
				handler = 3 // of the ten calls: it exits
			}
			parent := int64(100)
			if filepath.Base(dir) == "site" {
				parent = 150 // has a log, and so a clock: its 503 has a Date
			}
			if w.Parent.Instructions > parent || w.Handler.Instructions != handler || w.Calls < 3 || w.Requests < 1 {
				t.Errorf("%+v", w)
			}
		})
	}
}

// The bounds of a server are the same each time: its flow has one order.
func TestFlowOrder(t *testing.T) {
	r, err := prove.Prove(prove.ImageOf(t, compile(t, os.DirFS(filepath.Join(examples, "landing")))))
	if err != nil {
		t.Fatal(err)
	}
	first, err := r.FlowOrder()
	if err != nil {
		t.Fatal(err)
	}
	again, err := r.FlowOrder()
	if err != nil || !slices.Equal(first, again) {
		t.Errorf("the nodes of a flow come in another order: %v", err)
	}
}

// farthest is how many times what was seen a worst case may be.
const farthest = 40

// observe runs a connection, and gives the most instructions that it took between two
// system calls.
func observe(t *testing.T, w *prove.Worst, server *dynamic.Server, what string, script dynamic.Script) uint64 {
	t.Helper()
	var m *isa.Machine
	last, most := uint64(0), uint64(0)
	script.Before = func(now *isa.Machine) { m = now }
	fault := script.Result
	script.Result = func(c dynamic.Call) (int64, bool) {
		if c.Number != dynamic.Accept && c.Number != dynamic.Fork { // the parent's
			most = max(most, m.Count-last)
		}
		if last = m.Count; fault != nil {
			return fault(c)
		}
		return 0, false
	}
	run, err := server.Serve(script)
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	if most > uint64(w.Child.Instructions) {
		t.Errorf("%s: %d instructions, above the worst case of %d", what, most, w.Child.Instructions)
	}
	if n := calls(run.Calls); n > w.Calls*w.Requests {
		t.Errorf("%s: %d calls, above the worst case of %d for each of %d requests", what, n, w.Calls, w.Requests)
	}
	return most
}

// calls counts those that were not interrupted.
func calls(list []dynamic.Call) int64 {
	n := int64(0)
	for _, c := range list[1:] { // behind accept
		if c.Result != -dynamic.EINTR {
			n++
		}
	}
	return n
}

// expensiveScripts are clients with an expensive request each, and some that do not take
// or send what they should.
func expensiveScripts() map[string]dynamic.Script {
	scripts := map[string]dynamic.Script{
		"nothing": {},
		"silence": {Silent: true, Segments: [][]byte{[]byte("GET /")}},
	}
	for name, request := range expensive() {
		scripts[name] = dynamic.Script{Segments: [][]byte{[]byte(request)}}
	}
	get := [][]byte{[]byte("GET / HTTP/1.1\r\nHost: a\r\n\r\n")}
	for name, result := range map[string]int64{"interrupted": -dynamic.EINTR, "a full socket": -dynamic.EAGAIN, "a byte each time": 1} {
		scripts[name] = dynamic.Script{Segments: get, Result: func(c dynamic.Call) (int64, bool) {
			return result, c.Number == dynamic.Write && c.Index%3 != 0
		}}
	}
	return scripts
}

// expensive are requests of the size of the buffer, 16 KiB.
func expensive() map[string]string {
	const start, host, size = "GET / HTTP/1.1\r\n", "Host: a\r\n", 16 << 10
	fill := func(front, unit, end string) string {
		return front + strings.Repeat(unit, (size-len(front)-len(end))/len(unit)) + end
	}
	return map[string]string{
		"short fields":      fill(start+host, "a:\r\n", "\r\n"),
		"a late Host":       fill(start+"A: ", "\t", "\r\n"+host+"\r\n"),
		"known fields":      fill(start+host, "Expect: 100-continue\r\n", "\r\n"),
		"codings":           fill(start+host+"Accept-Encoding: a", ",", "\r\n\r\n"),
		"tags":              fill(start+host+"If-None-Match: \"a\"", ", \"a\"", "\r\n\r\n"),
		"options":           fill(start+host+"Connection: a", ",a", "\r\n\r\n"),
		"pipelined":         fill("", start+host+"\r\n", ""),
		"tabs":              fill(start+host+"A: ", "\t", "\r\n\r\n"),
		"spaces behind":     fill(start+host+"Transfer-Encoding: chunked", " ", "\r\n\r\n"),
		"spaces in front":   fill(start+host+"Transfer-Encoding: ", " ", "chunked\r\n\r\n"),
		"escapes":           fill("GET /", "%2f", " HTTP/1.1\r\n"+host+"\r\n"),
		"an escaped host":   fill("GET / HTTP/1.1\r\nHost: ", "%2f", "\r\n\r\n"),
		"a long name":       fill(start+host, "a", ": b\r\n\r\n"),
		"chunks":            fill(start+host+"Transfer-Encoding: chunked\r\n\r\n", "1\r\na\r\n", "0\r\n\r\n"),
		"a chunk extension": fill(start+host+"Transfer-Encoding: chunked\r\n\r\n", "1;a=\"\\a\"\r\na\r\n", "0\r\n\r\n"),
		"trailers":          fill(start+host+"Transfer-Encoding: chunked\r\n\r\n0\r\n", "a: b\r\n", "\r\n"),
	}
}
