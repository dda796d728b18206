package cert

import (
	"bytes"
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/cert/x86"
	"github.com/verbosel/verbosel/codegen/x64"
)

// A node says of which number, maybe below 0, a register is the low 4 bytes: behind it a sum that is in
// range has bounds. What arrives must be the low 4 bytes of one that is known, with zeros above.
func TestWraps(t *testing.T) {
	at := func(base x64.Reg, disp int32) x64.Mem { return x64.Mem{Base: base, Disp: disp} }
	for _, c := range []struct {
		name   string
		in     x64.Inst
		reg    x86.Reg
		lo, hi int64
		ok     bool
	}{
		{"moved up to 0", x64.Inst{Op: x64.LEA, Dst: x64.R8D, Src: at(x64.R10, 2)}, x86.R8, 0, 102, true},
		{"below 0", x64.Inst{Op: x64.LEA, Dst: x64.R8D, Src: at(x64.R10, 1)}, x86.R8, -1, 101, true},
		{"of a number from 0 on", x64.Inst{Op: x64.LEA, Dst: x64.R8D, Src: at(x64.RCX, -5)}, x86.R8, -5, 95, true},
		{"of 8 bytes", x64.Inst{Op: x64.LEA, Dst: x64.R8, Src: at(x64.RCX, -5)}, x86.R8, 0, 0, false},
		{"of 8 bytes from 0 on", x64.Inst{Op: x64.LEA, Dst: x64.R8, Src: at(x64.RCX, 5)}, x86.R8, 5, 105, true},
		{"a constant", x64.Inst{Op: x64.MOV, Dst: x64.R8D, Src: x64.Imm(-2)}, x86.R8, -2, -2, true},
		{"one of 8 bytes", x64.Inst{Op: x64.MOV, Dst: x64.R8, Src: x64.Imm(-2)}, x86.R8, 0, 0, false},
		{"of no such register", x64.Inst{Op: x64.MOV, Dst: x64.R8D, Src: x64.EDX}, x86.R8, 0, 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			file, entry := assembled(t, []x64.Item{x64.Label{Name: "_start", Doc: []string{""}}, c.in, x64.Inst{Op: x64.RET}})
			server, err := load(bytes.NewReader(file), int64(len(file)))
			if err != nil {
				t.Fatal(err)
			}
			node := Node{Addr: entry, Vars: []Variable{
				{Bounds: linear.Bounds{Lo: 0, Hi: 1<<32 - 1}}, {Bounds: linear.Bounds{Lo: -2, Hi: 100}}, {Bounds: linear.Bounds{Lo: 0, Hi: 100}},
			}}
			node.Regs[x86.R10], node.Wraps[x86.R10] = Reg{true, linear.Of(FirstVar)}, Reg{true, linear.Of(FirstVar + 1)}
			node.Regs[x86.RCX] = Reg{true, linear.Of(FirstVar + 2)}
			checker := &checker{server: server, proof: &Proof{Nodes: []Node{node}}, guide: oneFact{}}
			s := checker.next(checker.start(0))[0]
			of, ok := s.Wrap(c.reg)
			if r := s.rangeOf(of); ok != c.ok || ok && (r.Lo != c.lo || r.Hi != c.hi) {
				t.Errorf("of %v to %v, %v", r.Lo, r.Hi, ok)
			}
		})
	}
}
