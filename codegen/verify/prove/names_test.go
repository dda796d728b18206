package prove

import (
	"fmt"
	"strings"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// varName is how messages of tests name a variable.
func varName(v zone.Var) string {
	switch {
	case v == 0:
		return "0"
	case v < value.FirstSlot:
		return isa.Reg(v - value.FirstReg).String()
	case v < value.FirstRegion:
		return fmt.Sprint("slot", v-value.FirstSlot)
	case v < value.ZerosVar:
		return fmt.Sprint("end", v-value.FirstRegion)
	case v == value.ZerosVar:
		return "zeros"
	case v == value.LineVar:
		return "line"
	case v < value.KnownVar:
		return fmt.Sprint("ghost", v-value.FirstGhost)
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
