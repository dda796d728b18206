package certify

// locals are counters that fall along a way as what stands at one place, and are nothing where that is not found again. They are
// looked for where a way has to be paid for: of most ways of a loop nobody asks.
type locals struct {
	*loop
	found []*counter
	seen  map[string]bool
	asked []bool    // ways
	had   [][]uint8 // of a way and two quantities, by bits: a counter that was found has these, and would be found again
}

func newLocals(l *loop) *locals {
	x := &locals{loop: l, seen: map[string]bool{}, asked: make([]bool, len(l.ways)), had: make([][]uint8, len(l.ways))}
	for w, p := range l.ways {
		x.had[w] = make([]uint8, len(l.quantities[p.a])*len(l.quantities[p.b]))
	}
	return x
}

// along finds those of a way.
func (x *locals) along(w int) {
	if x.asked[w] {
		return
	}
	x.asked[w] = true
	p := x.ways[w]
	for i := 1; i < len(x.quantities[p.a]); i++ {
		for j := 1; j < len(x.quantities[p.b]); j++ {
			if p.a == p.b && i != j || x.unlike(p.a, i, p.b, j) > 0 || x.fall(p, i, j).least <= 0 {
				continue
			}
			for level := range nearest {
				if x.had[w][i*len(x.quantities[p.b])+j]>>level&1 == 0 {
					x.find(w, i, j, level)
				}
			}
		}
	}
}

// find has two quantities at the ends of a way.
func (x *locals) find(w, i, j, level int) {
	p, c, known := x.ways[w], &counter{at: make([]int, len(x.part))}, make([]bool, len(x.part))
	c.at[p.a], c.at[p.b], known[p.a], known[p.b] = i, j, true, true
	x.spread(c, known, nearest[level])
	if key := c.key(); !x.seen[key] {
		x.measure(c)
		x.seen[key], x.found = true, append(x.found, c)
	}
	for k, q := range x.ways {
		x.had[k][c.at[q.a]*len(x.quantities[q.b])+c.at[q.b]] |= 1 << level
	}
}
