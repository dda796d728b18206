package certify

import (
	"github.com/verbosel/verbosel/codegen/verify/cert"
	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
)

// compact takes out variables of which a node says nothing but what they are: what was said of them could not be
// shown. Nodes are not weakened any more then.
func (g *search) compact() {
	for i := range g.nodes {
		n := &g.nodes[i]
		used := make([]bool, len(n.Vars))
		n.eachVar(func(v *linear.Var) { used[*v-cert.FirstVar] = true })
		number := make([]linear.Var, len(n.Vars))
		var vars []cert.Variable
		n.kept = make([]int, 0, len(n.Vars))
		for k, v := range n.Vars {
			if used[k] {
				number[k] = cert.FirstVar + linear.Var(len(vars))
				vars, n.kept = append(vars, v), append(n.kept, k)
			}
		}
		n.Vars = vars
		n.eachVar(func(v *linear.Var) { *v = number[*v-cert.FirstVar] })
	}
}

// eachVar calls f for each place where a node says something of a variable of its own. Sums are copied.
func (n *node) eachVar(f func(*linear.Var)) {
	sum := func(a *linear.Sum) {
		a.Terms = append([]linear.Term(nil), a.Terms...)
		for i := range a.Terms {
			if t := &a.Terms[i]; t.Var >= cert.FirstVar {
				f(&t.Var)
			}
		}
	}
	each := func(regs []cert.Reg) {
		for r := range regs {
			sum(&regs[r].Sum)
		}
	}
	each(n.Regs[:])
	each(n.Lows[:])
	each(n.Wraps[:])
	for i := range n.Facts {
		sum(&n.Facts[i])
	}
	for i := range n.Cells {
		sum(&n.Cells[i].Sum)
	}
	for i := range n.Texts {
		sum(&n.Texts[i].At)
	}
	for i := range n.Loads {
		f(&n.Loads[i].Is)
		sum(&n.Loads[i].At)
	}
	for i := range n.Choices {
		for k := range n.Choices[i].Vars {
			f(&n.Choices[i].Vars[k])
		}
	}
	for i := range n.Bytes {
		sum(&n.Bytes[i].Lo)
		sum(&n.Bytes[i].Hi)
	}
	for i := range n.Givens {
		f(&n.Givens[i].Is)
		if n.Givens[i].Of != 0 {
			f(&n.Givens[i].Of)
		}
	}
	sum(&n.Instructions)
	sum(&n.Calls)
}
