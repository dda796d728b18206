package certify

import "math/bits"

// set is one of a node's quantities, by number.
type set [4]uint64

// maxQuantities bounds what is looked at of a node.
const maxQuantities = 64 * len(set{})

func (s *set) add(i int) { s[i/64] |= 1 << (i % 64) }

func (s *set) meets(o *set) bool {
	for i := range s {
		if s[i]&o[i] != 0 {
			return true
		}
	}
	return false
}

func (s *set) join(o *set) {
	for i := range s {
		s[i] |= o[i]
	}
}

func (s set) both(o *set) set {
	for i := range s {
		s[i] &= o[i]
	}
	return s
}

func (s *set) len() (n int) {
	for _, x := range s {
		n += bits.OnesCount64(x)
	}
	return n
}

func (s *set) each(f func(int)) {
	for i, x := range s {
		for ; x != 0; x &= x - 1 {
			f(64*i + bits.TrailingZeros64(x))
		}
	}
}
