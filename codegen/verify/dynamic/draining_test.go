package dynamic

import (
	"bytes"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
)

// A client that drips until its time is over has none left to drip on: draining goes by
// the clock that has run out.
func TestNoTimeBehindTimeout(t *testing.T) {
	for _, v := range emitted.Hardened() {
		s := boot(t, text(t, v.Spec("", "routes: [{ path: /, body: x }]")))
		var segments [][]byte
		for _, c := range []byte("GET / HTTP/1.1\r\nHost: h\r\nX: " + strings.Repeat("x", 40)) {
			segments = append(segments, []byte{c})
		}
		run, err := s.Serve(Script{Segments: segments, Clock: func(n int) uint64 { return uint64(n+7) << 30 }})
		if err != nil || !bytes.HasPrefix(run.Output, []byte("HTTP/1.1 408 ")) {
			t.Fatalf("%v: %v, %.100q", v, err, run.Output)
		}
		if n := len(run.Calls); run.Calls[n-2].Number != Write || run.Calls[n-1].Number != Exit {
			t.Errorf("%v: behind the 408 it goes on: %v", v, run.Calls[n-4:])
		}
	}
}
