package plan

import (
	"cmp"
	"encoding/binary"
	"math/rand/v2"
	"strings"
	"testing"
)

// lookUp walks the tree as the server does, and counts its comparisons.
func (n *Node) lookUp(path string) (route, comparisons int) {
	for n != nil && !n.Leaf() {
		comparisons++
		order := 0
		if n.Word == nil {
			order = cmp.Compare(len(path), n.Length)
		} else {
			order = cmp.Compare(valueAt(path, *n.Word), n.Word.Value)
		}
		n = []*Node{n.Below, n.Equal, n.Above}[order+1]
	}
	if n == nil {
		return -1, comparisons
	}
	for _, w := range n.Checks {
		comparisons++
		if valueAt(path, w) != w.Value {
			return -1, comparisons
		}
	}
	return n.Route, comparisons
}

// valueAt is the word of a path at the place of another one.
func valueAt(path string, w Word) uint64 {
	var b [8]byte
	copy(b[:], path[w.Offset:w.Offset+w.Size])
	return binary.LittleEndian.Uint64(b[:])
}

// The tree finds every route, and nothing a byte away from one.
func TestTreeIsRight(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		routes, known := randomRoutes(random, 1+random.IntN(treeRoutes), []int{2, 3, 9, 30}[random.IntN(4)]+3)
		tree := planTree(routes)
		for i, r := range routes {
			if got, _ := tree.lookUp(r.Path); got != i {
				t.Fatalf("%q of %v is %d, want %d", r.Path, routes, got, i)
			}
			for at := 1; at < len(r.Path); at++ {
				near := r.Path[:at] + string("abcd/-x"[random.IntN(7)]) + r.Path[at+1:]
				if got, _ := tree.lookUp(near); !known[near] && got != -1 {
					t.Fatalf("%q is taken for %q", near, routes[got].Path)
				}
			}
			for _, near := range []string{r.Path + "a", r.Path[:len(r.Path)-1] + "//", r.Path + r.Path} {
				if got, _ := tree.lookUp(near); !known[near] && got != -1 {
					t.Fatalf("%q is taken for %q", near, routes[got].Path)
				}
			}
		}
	}
}

// It is a search, not a walk: as many comparisons as its depth and the path's words.
func TestTreeIsNoWalk(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 500 {
		routes, _ := randomRoutes(random, treeRoutes, 30)
		tree := planTree(routes)
		for _, r := range routes {
			if _, n := tree.lookUp(r.Path); n > 4+4+len(Words(r.Path)) {
				t.Errorf("%q of %v takes %d comparisons", r.Path, routes, n)
			}
		}
	}
}

func TestTreeOfNothing(t *testing.T) {
	if m := planMatch(nil); m.Tree != nil || m.Hash != nil {
		t.Errorf("no routes give %+v", m)
	}
}

// Few short routes have a tree, all others the hash.
func TestTreeOrHash(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	few, _ := randomRoutes(random, treeRoutes, 20)
	many, _ := randomRoutes(random, treeRoutes+1, 20)
	long := []Route{{Path: "/" + strings.Repeat("x", treePath)}}
	for name, c := range map[string]struct {
		routes []Route
		tree   bool
	}{"few": {few, true}, "many": {many, false}, "long": {long, false}, "fits": {[]Route{{Path: long[0].Path[1:]}}, true}} {
		m := planMatch(c.routes)
		if (m.Tree != nil) != c.tree || (m.Hash != nil) == c.tree {
			t.Errorf("%s: tree %v, hash %v", name, m.Tree != nil, m.Hash != nil)
		}
	}
}

// The words of a path cover it, the slash in front aside where it stands alone.
func TestWords(t *testing.T) {
	for n := 1; n <= 40; n++ {
		path := "/" + strings.Repeat("x", n-1)
		covered := make([]bool, n)
		for _, w := range Words(path) {
			if w.Value != valueAt(path, w) || w.Offset+w.Size > n {
				t.Errorf("%d bytes: word %+v", n, w)
			}
			for i := range w.Size {
				covered[w.Offset+i] = true
			}
		}
		for i, ok := range covered {
			if !ok && n > 1 {
				t.Errorf("%d bytes: byte %d is in no word", n, i)
			}
		}
		if got, most := len(Words(path)), (n+7)/8+2; got > most {
			t.Errorf("%d bytes are %d words", n, got)
		}
	}
}
