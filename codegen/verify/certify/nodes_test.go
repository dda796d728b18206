package certify

import (
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/cert"
	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
)

// A fact of things that has the form of one of the node's variables says something else: of access_log: combined that of a field's
// end was left out, and what is copied of it was not known to be written.
func TestFactOfThings(t *testing.T) {
	less := func(a, b linear.Var) linear.Sum {
		return linear.Sum{Terms: []linear.Term{{Var: a, Coef: 1}, {Var: b, Coef: -1}}}
	}
	v := func(i linear.Var) linear.Sum { return linear.Of(cert.FirstVar + i) }
	is := []linear.Sum{v(0), v(1), v(2), v(3)}
	n := node{Node: new(cert.Node)}
	for _, f := range []linear.Sum{less(0, 1), less(2, 3), less(0, 1)} { // the first one is of the variables 2 and 3
		n.fact(f, is)
	}
	if len(n.Facts) != 2 || !linear.Equal(n.Facts[0], less(2, 3)) || !linear.Equal(n.Facts[1], less(4, 5)) {
		t.Errorf("the node has %v", n.Facts)
	}
}
