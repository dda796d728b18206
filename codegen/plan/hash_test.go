package plan

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// lookUp is the search that the server makes: one slot, one comparison.
func (h *Hash) lookUp(routes []Route, path string) int {
	hash := hashPath(path, h.Multiplier)
	d := h.Displacements[hash%uint64(len(h.Displacements))]
	i := h.Slots[(uint32(hash>>SlotShift)^d)&uint32(len(h.Slots)-1)]
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

// checkHash checks the sizes that the server's masks rely on.
func checkHash(t *testing.T, h *Hash, routes int) {
	t.Helper()
	used := 0
	for _, i := range h.Slots {
		if i >= 0 {
			used++
		}
	}
	if used != routes || h.Multiplier%2 != 1 || len(h.Slots)&(len(h.Slots)-1) != 0 || len(h.Displacements)&(len(h.Displacements)-1) != 0 {
		t.Fatalf("%d routes in %d of %d slots, %d displacements, multiplier %#x", routes, used, len(h.Slots), len(h.Displacements), h.Multiplier)
	}
	if len(h.Slots) > 4*routes+1 {
		t.Errorf("%d slots for %d routes", len(h.Slots), routes)
	}
}

// A multiplier that does not separate the routes is not the end.
func TestHashTriesAgain(t *testing.T) {
	if h := tryHash([]Route{{Path: "/a"}, {Path: "/b"}}, 0); h != nil {
		t.Errorf("a multiplier of 0 gives %+v", h)
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
