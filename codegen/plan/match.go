package plan

import (
	"cmp"
	"encoding/binary"
	"slices"

	"github.com/verbosel/verbosel/codegen/spec"
)

// Match is how the server tells paths apart: a tree of comparisons for few routes, a
// perfect hash for many, and an Index where some are patterns or there are hosts.
type Match struct {
	Tree  *Node // nil where Hash or Index is used
	Hash  *Hash
	Index *Index
	Every *int // with Tree or Hash: the route of every other path; nil: there is none
}

// Bounds of the tree: beyond them its code is larger than the hash's tables.
const (
	treeRoutes = 8
	treePath   = 64 // bytes
)

// maxPrefixes is how many folders within folders can have a 404 of their own without an Index:
// each is compared with a path that has nothing.
const maxPrefixes = 4

// isIndexed: some paths are patterns that take more than to know that no other route has
// the path, or there are hosts, or some of what is answered is protected. A redirect that carries a
// parameter of its path needs to know where that is.
func isIndexed(all []block) bool {
	every := false
	for _, b := range all {
		if b.auth != nil || slices.ContainsFunc(b.routes, func(r spec.Route) bool { return r.Auth != nil }) {
			return true
		}
	}
	for _, r := range all[0].routes {
		switch {
		case r.Dir != nil || r.Pattern.IsLiteral():
		case len(r.Pattern.Segments) > 1, carries(r):
			return true
		case r.Pattern.HasRest():
			every = true
		default:
			return true
		}
	}
	nested := 0
	for _, s := range all[0].sites {
		nested += len(s.Below)
	}
	return len(all) > 1 || nested > maxPrefixes || every && len(all[0].sites) > 0
}

// carries: a parameter of the route's path is in the target of its redirect.
func carries(r spec.Route) bool {
	return slices.ContainsFunc(r.Redirect, func(p spec.Part) bool { return p.Blank == spec.BlankCapture })
}

// planMatch tells routes apart; the last one may be for every path, the others are for one
// each.
func planMatch(routes []Route) Match {
	var every *int
	if n := len(routes) - 1; n >= 0 && routes[n].isEvery() {
		routes, every = routes[:n], &n
	}
	small := len(routes) <= treeRoutes
	for _, r := range routes {
		small = small && len(r.Path) <= treePath
	}
	if small {
		return Match{Tree: planTree(routes), Every: every}
	}
	return Match{Hash: planHash(routes), Every: every}
}

// isEvery: the route is for all paths that no other one is for.
func (r Route) isEvery() bool { return len(r.Pattern.Segments) == 1 && r.Pattern.HasRest() }

// everyLast puts the route for every path behind the others.
func everyLast(routes []Route) []Route {
	slices.SortStableFunc(routes, func(a, b Route) int {
		switch {
		case a.isEvery() == b.isEvery():
			return 0
		case a.isEvery():
			return 1
		}
		return -1
	})
	return routes
}

// A Node is one comparison, or a leaf: Route is then the index of the only route
// left, and Checks is what of its path no comparison above has seen.
type Node struct {
	Length int   // compare the path's length with this, or
	Word   *Word // compare this word of the path
	Equal  *Node
	Below  *Node // nil: no route
	Above  *Node

	Route  int
	Checks []Word
}

// Leaf says that the node is one.
func (n *Node) Leaf() bool { return n.Equal == nil }

// A Word is 1, 2, 4 or 8 bytes of a path, little-endian.
type Word struct {
	Offset, Size int
	Value        uint64
}

// Words cuts a path into the fewest words; the last two may overlap. A path begins
// with a slash, which the parser has checked, so that "/" has no word at all.
func Words(path string) []Word {
	n := len(path)
	if n == 1 {
		return nil
	}
	size := 8
	for size > n {
		size /= 2
	}
	var out []Word
	for off := 0; off < n; off += size {
		out = append(out, word(path, min(off, n-size), size))
	}
	return out
}

func word(path string, off, size int) Word {
	var b [8]byte
	copy(b[:], path[off:off+size])
	return Word{Offset: off, Size: size, Value: binary.LittleEndian.Uint64(b[:])}
}

// planTree compares lengths by bisection, then words.
func planTree(routes []Route) *Node {
	byLength := map[int][]int{}
	for i, r := range routes {
		byLength[len(r.Path)] = append(byLength[len(r.Path)], i)
	}
	lengths := []int{}
	for n := range byLength {
		lengths = append(lengths, n)
	}
	slices.Sort(lengths)
	return bisect(lengths, func(n int) *Node {
		return &Node{Length: n, Equal: planWords(routes, byLength[n], nil)}
	})
}

// bisect builds a balanced tree over sorted keys.
func bisect[K any](keys []K, node func(K) *Node) *Node {
	if len(keys) == 0 {
		return nil
	}
	mid := len(keys) / 2
	n := node(keys[mid])
	n.Below = bisect(keys[:mid], node)
	n.Above = bisect(keys[mid+1:], node)
	return n
}

// planWords tells routes of one length apart by the word in which most of them
// differ; seen are the words that are known to be equal.
func planWords(routes []Route, group []int, seen []Word) *Node {
	if len(group) == 1 {
		return &Node{Route: group[0], Checks: unseen(Words(routes[group[0]].Path), seen)}
	}
	at := mostDistinct(routes, group)
	byValue := map[uint64][]int{}
	var values []Word
	for _, i := range group {
		w := Words(routes[i].Path)[at]
		if byValue[w.Value] == nil {
			values = append(values, w)
		}
		byValue[w.Value] = append(byValue[w.Value], i)
	}
	slices.SortFunc(values, func(a, b Word) int { return cmp.Compare(a.Value, b.Value) })
	return bisect(values, func(w Word) *Node {
		return &Node{Word: &w, Equal: planWords(routes, byValue[w.Value], append(slices.Clone(seen), w))}
	})
}

func mostDistinct(routes []Route, group []int) int {
	best, most := 0, 0
	for at := range Words(routes[group[0]].Path) {
		distinct := map[uint64]bool{}
		for _, i := range group {
			distinct[Words(routes[i].Path)[at].Value] = true
		}
		if len(distinct) > most {
			best, most = at, len(distinct)
		}
	}
	return best
}

func unseen(all, seen []Word) []Word {
	return slices.DeleteFunc(all, func(w Word) bool { return slices.Contains(seen, w) })
}
