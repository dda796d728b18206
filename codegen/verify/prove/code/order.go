package code

import (
	"slices"
)

// sort numbers the instructions so that, loops apart, each comes before those that
// follow it, and what a call does before what comes behind the call.
func (p *Program) sort() {
	type visit struct {
		addr uint64
		next []uint64
	}
	seen := map[uint64]bool{}
	var order []uint64
	for _, root := range p.roots() {
		if seen[root] {
			continue
		}
		seen[root] = true
		stack := []visit{{root, p.deepFirst(root)}}
		for len(stack) > 0 {
			top := &stack[len(stack)-1]
			if len(top.next) == 0 {
				order = append(order, top.addr)
				stack = stack[:len(stack)-1]
				continue
			}
			to := top.next[0]
			top.next = top.next[1:]
			if !seen[to] {
				seen[to] = true
				stack = append(stack, visit{to, p.deepFirst(to)})
			}
		}
	}
	slices.Reverse(order)
	for i, addr := range order {
		p.Order[addr] = i
	}
}

// roots are the instructions, the entry first.
func (p *Program) roots() []uint64 {
	all := make([]uint64, 0, len(p.Insts)+1)
	for addr := range p.Insts {
		all = append(all, addr)
	}
	slices.Sort(all)
	return append([]uint64{p.Entry}, all...)
}

// deepFirst are the successors in the order in which sort visits them: what comes
// behind a call first, which numbers it last.
func (p *Program) deepFirst(addr uint64) []uint64 {
	next := slices.Clone(successors(p.Insts[addr]))
	slices.Reverse(next)
	return next
}
