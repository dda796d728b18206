package plan

import (
	"encoding/binary"
	"math/bits"
)

// Hash is a perfect hash of paths in two steps: a path's hash chooses a bucket, and
// the bucket's own multiplier turns the hash into one of the bucket's slots, which
// names the one route that it can be. The server compares its path, so that a path
// of no route is never taken for one.
//
// The hash of a path of n bytes, padded with zeros to words of 8:
//
//	h = n; for each word w: h = bswap((h ^ w) * Multiplier)
//	bucket = Buckets[h % len(Buckets)]
//	slot = bucket.Slots[h * bucket.Multiplier >> (64 - SlotBits)]
//
// A table of displacements and one table of slots for all would be smaller, but a
// look-up would touch a place of its own in each; of a bucket and its routes, which
// are stored together, it touches one.
type Hash struct {
	Multiplier uint64
	Buckets    []Bucket // a power of two of them
	SlotBits   int
}

// A Bucket is the routes whose paths have the lower bits of their hash in common.
type Bucket struct {
	Multiplier uint64
	Slots      []int // 1 << SlotBits; index into Plan.Routes, or -1
}

// Sizes of buckets. The first table of a server, where the buckets are, must stay
// small, and so must a bucket.
const (
	bucketRoutes = 10      // in a bucket, on average, at most
	minSlotBits  = 4       // of a bucket's slots three of four are used at most
	slotTries    = 1 << 21 // multipliers for a bucket: of 24 routes in 32 slots one in 200,000 does
	hashTries    = 16      // multipliers for the paths, until buckets get more slots
)

// hashPath is the hash that the server computes.
func hashPath(path string, multiplier uint64) uint64 {
	h := uint64(len(path))
	for off := 0; off < len(path); off += 8 {
		var w [8]byte
		copy(w[:], path[off:])
		h = bits.ReverseBytes64((h ^ binary.LittleEndian.Uint64(w[:])) * multiplier)
	}
	return h
}

// Multipliers are tried in a fixed order, so that a spec has one server.
const firstMultiplier uint64 = 0x9e3779b97f4a7c15 // 2^64 over the golden ratio, odd

func nextMultiplier(m uint64) uint64 {
	return m*6364136223846793005 + 1442695040888963406 // stays odd
}

// planHash is the hash of the routes' paths.
func planHash(routes []Route) *Hash {
	return planTable(len(routes), func(i int, multiplier uint64) uint64 { return hashPath(routes[i].Path, multiplier) })
}

// planTable tries multipliers until one separates n entries, whose hashes hash gives.
func planTable(n int, hash func(i int, multiplier uint64) uint64) *Hash {
	multiplier := firstMultiplier
	for slotBits := minSlotBits; ; slotBits++ {
		for range hashTries {
			if h := tryHash(n, hash, multiplier, slotBits); h != nil {
				return h
			}
			multiplier = nextMultiplier(multiplier)
		}
	}
}

// tryHash is nil where the multiplier gives a bucket too many entries, or two entries
// one hash.
func tryHash(n int, hashOf func(int, uint64) uint64, multiplier uint64, slotBits int) *Hash {
	h := &Hash{Multiplier: multiplier, SlotBits: slotBits}
	buckets := make([][]entry, powerOfTwo(n/bucketRoutes))
	for i := range n {
		hash := hashOf(i, multiplier)
		b := hash % uint64(len(buckets))
		buckets[b] = append(buckets[b], entry{hash, i})
		if len(buckets[b]) > 3<<slotBits/4 {
			return nil
		}
	}
	for _, entries := range buckets {
		bucket, ok := h.place(entries)
		if !ok {
			return nil
		}
		h.Buckets = append(h.Buckets, bucket)
	}
	return h
}

// entry is a route and its path's hash.
type entry struct {
	hash  uint64
	route int
}

// place finds the multiplier that gives each of a bucket's routes a slot of its own.
func (h *Hash) place(entries []entry) (Bucket, bool) {
	if sameHash(entries) {
		return Bucket{}, false
	}
	b := Bucket{Multiplier: firstMultiplier, Slots: make([]int, 1<<h.SlotBits)}
	for range slotTries {
		if b.fill(entries) {
			return b, true
		}
		b.Multiplier = nextMultiplier(b.Multiplier)
	}
	return Bucket{}, false
}

// sameHash: two entries that no multiplier tells apart.
func sameHash(entries []entry) bool {
	for i, e := range entries {
		for _, other := range entries[:i] {
			if e.hash == other.hash {
				return true
			}
		}
	}
	return false
}

// fill puts the entries into their slots, and reports whether no two have the same.
func (b *Bucket) fill(entries []entry) bool {
	for i := range b.Slots {
		b.Slots[i] = -1
	}
	shift := 64 - bits.TrailingZeros(uint(len(b.Slots)))
	for _, e := range entries {
		slot := &b.Slots[e.hash*b.Multiplier>>shift]
		if *slot >= 0 {
			return false
		}
		*slot = e.route
	}
	return true
}

// powerOfTwo is the smallest one that is at least n and at least 1.
func powerOfTwo(n int) int {
	if n < 2 {
		return 1
	}
	return 1 << bits.Len(uint(n-1))
}
