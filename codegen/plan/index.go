package plan

import (
	"encoding/binary"
	"math/bits"
	"net/http"
	"strings"

	"github.com/verbosel/verbosel/codegen/pattern"
)

// Index is how a server with patterns or hosts finds a route: one table of keys, which are
// texts with a seed that says what they are texts of. A path of which every segment is
// given is looked up as a whole; if it is not there, its segments are, one after the
// other, from state to state.
type Index struct {
	Hash   *Hash // of the keys
	Keys   []Key
	States []State
	Blocks []Block // the spec's own, then one for each host

	HostBytes int  // of the longest text that is compared with a host's name; 0: there are no hosts
	Wildcards bool // some hosts are *.example.com

	// Bounds of what is looked up, in bytes, and of the way through the states.
	LongestPath, LongestSegment int
	Depth                       int // segments of the longest way from a root

	// Segments is how many of a path's first segments the match keeps the places of,
	// for redirects that carry parts of it.
	Segments int
}

// Key is a text that is looked up.
type Key struct {
	Seed   uint32
	Text   string // as the server compares it: of a host, every byte with 0x20 set
	Kind   KeyKind
	Target int // index into Plan.Routes, Index.States or Index.Blocks
}

// KeyKind is what a key leads to.
type KeyKind uint8

// The kinds.
const (
	KeyRoute KeyKind = iota
	KeyState
	KeyBlock
)

// Block is where the paths of one host begin.
type Block struct {
	Name   string // of the host; empty for the spec's own
	Seed   uint32 // of the keys of its paths
	Root   int    // index into Index.States
	HTTPS  int    // index into Plan.HTTPS, where that is not empty
	Routes int    // how many of Plan.Routes are its own: those of the first block come first
}

// Seeds are numbers of their own for each kind, below 1<<28, in an order that has no
// pattern, as texts and seeds together are hashed.
const (
	seedHost     = 1 << 24 // all names
	seedWildcard = 2 << 24 // all names that others end with
	seedPaths    = 3 << 24 // a block's
	seedState    = 4 << 24 // a state's
	seedMask     = 1<<24 - 1
	seedStep     = 0x9e3779 // odd: no two are the same
)

func seed(kind uint32, number int) uint32 {
	return kind | (uint32(number)*seedStep)&seedMask
}

// HostSeed and WildcardSeed are the seeds of the keys for hosts.
const (
	HostSeed     uint32 = seedHost
	WildcardSeed uint32 = seedWildcard
)

// planIndex plans the routes of all blocks, and how they are found.
func (b *builder) planIndex(all []block, columns []Column) ([]Route, *Index) {
	var routes []Route
	index := &Index{}
	for i, block := range all {
		b.block = block
		g := b.groups()
		s := states{builder: b, index: index, groups: g, base: len(routes), nothing: len(routes) + len(g.list),
			ids: map[*pattern.Node]int{}, known: map[string]int{}}
		routes = append(routes, b.planRoutes(g, columns)...)
		routes = append(routes, b.nothing(columns))
		index.Blocks = append(index.Blocks, Block{Name: block.name, Seed: seed(seedPaths, i), Root: s.root(), Routes: len(g.list)})
		index.addPaths(g, s.base, index.Blocks[i].Seed)
		index.addHost(block.name, i)
		if len(index.Keys)+len(index.States) > maxStates {
			b.tooMany(g.list[0].pos)
			break
		}
	}
	b.block = all[0]
	index.Segments = b.segments
	index.Hash = planTable(len(index.Keys), func(i int, multiplier uint64) uint64 { return index.Keys[i].hash(multiplier) })
	return routes, index
}

// nothing is what a path gets that no route of the block is for.
func (b *builder) nothing(columns []Column) Route {
	status := http.StatusNotFound
	if b.block.misdirected {
		status = http.StatusMisdirectedRequest
	}
	r := Route{Label: b.label("no_route" + identifier(b.block.name)), Responses: make([]int, len(columns)), Resource: -1}
	guard := Guard{}
	if !b.block.misdirected {
		guard = b.guard(b.block.auth)
	}
	for i := range r.Responses {
		r.Responses[i] = b.guarded(guard, func() int { return b.fallback(status) })
		r.Guards = append(r.Guards, guard)
	}
	return r
}

// addPaths adds the keys of paths that are looked up as a whole.
func (x *Index) addPaths(g *groups, base int, seed uint32) {
	for i := range g.list {
		if p := g.list[i].pattern; p.IsLiteral() {
			path := bufferPath(p.String())
			x.Keys = append(x.Keys, Key{Seed: seed, Text: path, Kind: KeyRoute, Target: base + i})
			x.LongestPath = max(x.LongestPath, len(path))
		}
	}
}

// addHost adds the key of a host's block.
func (x *Index) addHost(name string, block int) {
	if name == "" {
		return
	}
	key := Key{Seed: HostSeed, Text: foldHost(name), Kind: KeyBlock, Target: block}
	if below, wildcard := strings.CutPrefix(name, "*"); wildcard {
		key.Seed, key.Text = WildcardSeed, foldHost(below)
		x.Wildcards = true
	}
	x.Keys = append(x.Keys, key)
	x.HostBytes = max(x.HostBytes, len(key.Text))
}

// foldHost is a name as the server compares it, whatever the case of its letters: no two
// characters of a host become the same, but letters.
func foldHost(name string) string {
	out := []byte(name)
	for i := range out {
		out[i] |= 0x20
	}
	return string(out)
}

// hash is the hash of a key that the server computes: of its length and its seed, then of
// its words, of which the last one ends with it and may overlap the one before. A text of
// less than a word is the upper bytes of one.
func (k Key) hash(multiplier uint64) uint64 {
	n := len(k.Text)
	h := uint64(n)<<32 | uint64(k.Seed)
	mix := func() { h = bits.ReverseBytes64(h * multiplier) }
	mix()
	if n < 8 {
		var w [8]byte
		copy(w[8-n:], k.Text)
		h ^= binary.LittleEndian.Uint64(w[:])
		mix()
		return h
	}
	for off := 0; off < n-8; off += 8 {
		h ^= binary.LittleEndian.Uint64([]byte(k.Text[off:]))
		mix()
	}
	h ^= binary.LittleEndian.Uint64([]byte(k.Text[n-8:]))
	mix()
	return h
}
