package gate

import "github.com/verbosel/verbosel/codegen/verify/isa"

// measure fills in how much of the text the walk reached, and what a linear sweep
// over the same range reads: where the two differ there is dead code or padding.
func (c *code) measure(r *Report) {
	first := -1
	for off, n := range c.size {
		if n == 0 || n == inside {
			continue
		}
		if first < 0 {
			first = off
		}
		r.Instructions++
		r.Reachable += int(n)
	}
	r.Swept = c.sweep(first)
	r.Unreached = c.unreached(first)
}

// sweep counts the instructions from offset from to the end of the text as a
// disassembler reads them, one behind the other; a byte that decodes to nothing is
// skipped and not counted.
func (c *code) sweep(from int) int {
	count := 0
	for off := from; off < len(c.text); {
		in, err := isa.Decode(c.text[off:], c.base+uint64(off))
		if err != nil {
			off++
			continue
		}
		off += int(in.Len)
		count++
	}
	return count
}

// unreached lists the gaps behind offset from that belong to no reachable
// instruction.
func (c *code) unreached(from int) []Span {
	var list []Span
	for off := from; off < len(c.text); off++ {
		if c.size[off] != 0 {
			continue
		}
		start := off
		for off < len(c.text) && c.size[off] == 0 {
			off++
		}
		list = append(list, Span{Addr: c.base + uint64(start), Len: off - start})
	}
	return list
}
