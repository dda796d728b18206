package memory

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
)

// softMemory is the memory in bytes from which on garbage is collected at once: a folder
// of large files is built in 512 MiB.
const softMemory = 440 << 20

// Dev is the soft limit of dev, which holds two builds and the proof of one, and where
// somebody waits.
const Dev = 1 << 30

// DevGarbage is how much garbage there may be in dev, in percent of what is in use: what builds
// take is not given back to the system between them, which costs a fifth of the next one.
const DevGarbage = 400

// Limit sets softMemory, unless the environment says what the limit is (package
// runtime). Where more than that is in use, the limit follows it.
func Limit(env func(string) string) (stop func()) {
	if env("GOMEMLIMIT") != "" {
		return func() {}
	}
	debug.SetMemoryLimit(softMemory)
	limit = followHeap(softMemory)
	return limit.stop
}

// limit follows what is in use; nil where the environment says what the limit is.
var limit *follower

// Limited says whether the limit is this program's, and not the environment's.
func Limited() bool { return limit != nil }

// Allow raises the soft limit.
func Allow(soft int64) {
	if limit != nil {
		limit.allow(soft)
	}
}

// limitFor leaves two fifths of what is in use for garbage, and at least the soft limit for all.
// Under a limit that is in use the collector runs without an end, and takes half of the CPU: of
// a folder of 33,000 files built again it took half of 17 s.
func limitFor(soft, live int64) int64 { return max(soft, live+live*2/5) }

// followHeap sets the limit by what is in use, each time that has been found out, until it is stopped.
func followHeap(soft int64) *follower {
	f := &follower{soft: soft}
	f.watch(new(mark))
	return f
}

// mark is garbage, so that each collection finds it.
type mark struct{ _ [32]byte }

type follower struct {
	mu      sync.Mutex
	soft    int64
	stopped bool
}

func (f *follower) stop() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.stopped = true
}

func (f *follower) allow(soft int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.soft = soft
	debug.SetMemoryLimit(soft)
}

func (f *follower) watch(m *mark) { runtime.SetFinalizer(m, f.collected) }

func (f *follower) collected(m *mark) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.stopped {
		return
	}
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	debug.SetMemoryLimit(limitFor(f.soft, int64(live[0].Value.Uint64())))
	f.watch(m)
}
