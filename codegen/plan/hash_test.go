package plan

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// lookUp is the search that the server makes: one bucket, one slot, one comparison.
func (h *Hash) lookUp(routes []Route, path string) int {
	hash := hashPath(path, h.Multiplier)
	b := h.Buckets[hash%uint64(len(h.Buckets))]
	i := b.Slots[hash*b.Multiplier>>(64-h.SlotBits)]
	if i >= 0 && routes[i].Path == path {
		return i
	}
	return -1
}

// Every path of random sets is found at its own slot, and no other path is.
func TestHashIsPerfect(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	for _, n := range []int{1, 2, 3, 7, 8, 9, 31, 64, 100, 1000, 5000} {
		for range 5 {
			routes, known := randomRoutes(random, n, 40)
			h := planHash(routes)
			checkHash(t, h, len(routes))
			for i, r := range routes {
				if got := h.lookUp(routes, r.Path); got != i {
					t.Fatalf("of %d routes, %q is %d, want %d", n, r.Path, got, i)
				}
				if near := r.Path + "x"; !known[near] && h.lookUp(routes, near) != -1 {
					t.Fatalf("%q is taken for a route", near)
				}
			}
		}
	}
}

// Paths that differ in one bit, in length only, or in their last word only.
func TestHashOfSimilarPaths(t *testing.T) {
	sets := map[string]func(int) string{
		"numbers":    func(i int) string { return fmt.Sprintf("/%d", i) },
		"long":       func(i int) string { return fmt.Sprintf("/%0200d", i) },
		"lengths":    func(i int) string { return "/" + string(make([]byte, i)) },
		"first word": func(i int) string { return fmt.Sprintf("/%06d/the/same/end/of/all/of/them", i) },
		"bits":       func(i int) string { return "/" + string([]byte{byte(i), byte(i >> 8)}) },
	}
	for name, path := range sets {
		var routes []Route
		for i := range 2000 {
			routes = append(routes, Route{Path: path(i)})
		}
		h := planHash(routes)
		checkHash(t, h, len(routes))
		for i, r := range routes {
			if got := h.lookUp(routes, r.Path); got != i {
				t.Fatalf("%s: %q is %d, want %d", name, r.Path, got, i)
			}
		}
	}
}

// checkHash checks the sizes that the server's mask and shift rely on, and that the
// tables are no larger than they need be.
func checkHash(t *testing.T, h *Hash, routes int) {
	t.Helper()
	used := 0
	for _, b := range h.Buckets {
		if len(b.Slots) != 1<<h.SlotBits || b.Multiplier%2 != 1 {
			t.Fatalf("a bucket of %d slots for %d bits, multiplier %#x", len(b.Slots), h.SlotBits, b.Multiplier)
		}
		for _, i := range b.Slots {
			if i >= 0 {
				used++
			}
		}
	}
	if used != routes || h.Multiplier%2 != 1 || len(h.Buckets)&(len(h.Buckets)-1) != 0 {
		t.Fatalf("%d routes of %d in %d buckets, multiplier %#x", used, routes, len(h.Buckets), h.Multiplier)
	}
	if len(h.Buckets) > 1 && len(h.Buckets)*bucketRoutes > 2*routes {
		t.Errorf("%d buckets for %d routes", len(h.Buckets), routes)
	}
	if slots := len(h.Buckets) << h.SlotBits; slots > 16 && slots > 8*routes {
		t.Errorf("%d slots for %d routes", slots, routes)
	}
}

// A multiplier that does not separate the routes is not the end: one that gives all
// of them one hash, one that gives a bucket too many, and one for which no bucket's
// multiplier is found.
func TestHashTriesAgain(t *testing.T) {
	routes, _ := randomRoutes(rand.New(rand.NewPCG(3, 4)), 13, 40)
	hash := func(i int, multiplier uint64) uint64 { return hashPath(routes[i].Path, multiplier) }
	if h := tryHash(2, hash, 0, minSlotBits); h != nil {
		t.Errorf("a multiplier of 0 gives %+v", h)
	}
	if h := tryHash(len(routes), hash, firstMultiplier, minSlotBits); h != nil {
		t.Errorf("13 routes in 16 slots give %+v", h)
	}
	if h := planHash(routes); h.SlotBits != minSlotBits+1 {
		t.Errorf("13 routes give %+v", h)
	}
	full := &Hash{SlotBits: 1} // three routes never fit
	if b, ok := full.place([]entry{{1, 0}, {2, 1}, {3, 2}}); ok {
		t.Errorf("three routes in two slots give %+v", b)
	}
}

// randomRoutes are n routes of different paths of up to length bytes, of few letters.
func randomRoutes(random *rand.Rand, n, length int) (routes []Route, known map[string]bool) {
	known = map[string]bool{}
	for len(routes) < n {
		b := []byte("/")
		for range random.IntN(length) {
			b = append(b, "abcd/-"[random.IntN(6)])
		}
		if path := string(b); !known[path] {
			known[path] = true
			routes = append(routes, Route{Path: path})
		}
	}
	return routes, known
}
