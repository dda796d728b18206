package memory

import (
	"runtime"
	"runtime/debug"
	"testing"
	"time"
)

// TestLimitFollowsHeap: where more is in use than the soft limit, the limit is above that, and comes
// down again; the collector would run without an end otherwise.
func TestLimitFollowsHeap(t *testing.T) {
	before := debug.SetMemoryLimit(-1)
	t.Cleanup(func() { debug.SetMemoryLimit(before) })
	const soft, size = 1 << 40, 64 << 20 // no limit of this process at all
	for _, test := range []struct{ soft, live, want int64 }{
		{100, 0, 100}, {100, 71, 100}, {100, 72, 100}, {100, 100, 140}, {softMemory, 1000 << 20, 1400 << 20},
	} {
		if got := limitFor(test.soft, test.live); got != test.want {
			t.Errorf("limitFor(%d, %d) = %d, want %d", test.soft, test.live, got, test.want)
		}
	}
	held := make([]byte, size)
	f := followHeap(1)
	awaitLimit(t, func(limit int64) bool { return limit >= size })
	runtime.KeepAlive(held)
	held = nil
	awaitLimit(t, func(limit int64) bool { return limit < size })
	f.allow(size / 2)
	if got := debug.SetMemoryLimit(-1); got != size/2 {
		t.Errorf("allowed %d, it is %d", size/2, got)
	}
	f.stop()
	debug.SetMemoryLimit(soft)
	for range 3 {
		runtime.GC()
	}
	if got := debug.SetMemoryLimit(-1); got != soft {
		t.Errorf("it goes on: %d", got)
	}
}

// awaitLimit collects garbage until the limit is as it is to be.
func awaitLimit(t *testing.T, ok func(int64) bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !ok(debug.SetMemoryLimit(-1)); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("the limit stays at %d", debug.SetMemoryLimit(-1))
		}
		runtime.GC()
	}
}

func TestLimitMemory(t *testing.T) {
	before := debug.SetMemoryLimit(-1) // asks
	t.Cleanup(func() { debug.SetMemoryLimit(before) })
	for given, want := range map[string]int64{"": softMemory, "1GiB": before} {
		debug.SetMemoryLimit(before)
		stop := Limit(func(string) string { return given })
		defer stop()
		if got := debug.SetMemoryLimit(-1); got != want {
			t.Errorf("GOMEMLIMIT=%s: %d, want %d", given, got, want)
		}
	}
}
