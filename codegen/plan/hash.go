package plan

import (
	"cmp"
	"encoding/binary"
	"math/bits"
	"slices"
)

// Hash is a perfect hash of paths, by displacement: a path's hash chooses a bucket,
// the bucket's displacement turns the rest of the hash into a slot of its own, and
// the slot names the one route that it can be. The server compares its path, so
// that a path of no route is never taken for one.
//
// The hash of a path of n bytes, padded with zeros to words of 8:
//
//	h = n; for each word w: h = bswap((h ^ w) * Multiplier)
//	h = h * Multiplier >> HashShift
//	slot = (h >> SlotShift ^ Displacements[h % len]) % len(Slots)
type Hash struct {
	Multiplier    uint64
	Displacements []uint32 // a power of two of them
	Slots         []int    // a power of two; index into Plan.Routes, or -1
}

// Where a hash's bits are taken from.
const (
	HashShift = 24 // the low bits of a product are its weakest
	SlotShift = 20
)

// hashPath is the hash that the server computes.
func hashPath(path string, multiplier uint64) uint64 {
	h := uint64(len(path))
	for off := 0; off < len(path); off += 8 {
		var w [8]byte
		copy(w[:], path[off:])
		h = bits.ReverseBytes64((h ^ binary.LittleEndian.Uint64(w[:])) * multiplier)
	}
	return h * multiplier >> HashShift
}

// planHash tries multipliers, in a fixed order, until one separates all routes.
func planHash(routes []Route) *Hash {
	multiplier := uint64(0x9e3779b97f4a7c15) // 2^64 over the golden ratio, odd
	for {
		if h := tryHash(routes, multiplier); h != nil {
			return h
		}
		multiplier = multiplier*6364136223846793005 + 1442695040888963406 // stays odd
	}
}

func tryHash(routes []Route, multiplier uint64) *Hash {
	h := &Hash{
		Multiplier:    multiplier,
		Displacements: make([]uint32, powerOfTwo(len(routes)/4)),
		Slots:         make([]int, powerOfTwo(len(routes)+len(routes)/4)),
	}
	for i := range h.Slots {
		h.Slots[i] = -1
	}
	buckets := make([][]entry, len(h.Displacements))
	for i, r := range routes {
		hash := hashPath(r.Path, multiplier)
		b := hash % uint64(len(buckets))
		buckets[b] = append(buckets[b], entry{uint32(hash >> SlotShift), i})
	}
	order := make([]int, len(buckets))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(len(buckets[b]), len(buckets[a])) })
	for _, b := range order { // large buckets first, while there is room
		d, ok := h.place(buckets[b])
		if !ok {
			return nil
		}
		h.Displacements[b] = d
	}
	return h
}

// entry is a route and the part of its hash that chooses its slot.
type entry struct {
	hash  uint32
	route int
}

// place finds the displacement that puts a bucket into free slots.
func (h *Hash) place(bucket []entry) (uint32, bool) {
	mask := uint32(len(h.Slots) - 1)
	for d := uint32(0); d <= mask; d++ {
		if h.fits(bucket, d) {
			for _, e := range bucket {
				h.Slots[(e.hash^d)&mask] = e.route
			}
			return d, true
		}
	}
	return 0, false
}

func (h *Hash) fits(bucket []entry, d uint32) bool {
	mask := uint32(len(h.Slots) - 1)
	for i, e := range bucket {
		if h.Slots[(e.hash^d)&mask] >= 0 {
			return false
		}
		for _, other := range bucket[:i] {
			if (e.hash^other.hash)&mask == 0 {
				return false
			}
		}
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
