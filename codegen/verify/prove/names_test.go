package prove

import (
	"fmt"
	"strings"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// varName is how messages of tests name a variable.
func varName(v zone.Var) string {
	switch {
	case v == 0:
		return "0"
	case v < firstSlot:
		return isa.Reg(v - firstReg).String()
	case v < firstRegion:
		return fmt.Sprint("slot", v-firstSlot)
	case v < zerosVar:
		return fmt.Sprint("end", v-firstRegion)
	case v == zerosVar:
		return "zeros"
	case v == lineVar:
		return "line"
	case v < knownVar:
		return fmt.Sprint("ghost", v-firstGhost)
	}
	return fmt.Sprint("v", v)
}

// linString writes an expression.
func linString(l zone.Lin) string {
	var b strings.Builder
	for _, t := range l.Terms() {
		fmt.Fprintf(&b, "%+d%s", t.Coef, varName(t.Var))
	}
	fmt.Fprintf(&b, "%+d", l.C)
	return b.String()
}
