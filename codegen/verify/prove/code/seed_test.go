package code

import (
	"slices"
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/assemble"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/x64"
)

// A server of several requests is told apart from the beginning by whether there is input,
// and by the bit without which its last byte is looked at. Where one request is served
// nothing is told apart.
func TestFirstSplits(t *testing.T) {
	call := func(number int64, then ...x64.Item) []x64.Item {
		return append([]x64.Item{x64.Inst{Op: x64.MOV, Dst: x64.EAX, Src: x64.Imm(number)}, x64.Inst{Op: x64.SYSCALL}}, then...)
	}
	input := x64.Mem{Base: x64.RBP, Index: x64.R14, Scale: 1, Width: 16}
	last := x64.Mem{Base: x64.RBP, Index: x64.R14, Scale: 1, Disp: -1, Width: 1}
	body := slices.Concat(
		[]x64.Item{x64.Inst{Op: x64.XOR, Dst: x64.R9D, Src: x64.R9D}, x64.Label{Name: "request"}}, call(SysRead, x64.Inst{Op: x64.MOVDQU, Dst: input, Src: x64.XMM3},
			x64.Inst{Op: x64.OR, Dst: x64.R9D, Src: x64.Imm(8)},
			x64.Inst{Op: x64.TEST, Dst: x64.R9D, Src: x64.Imm(8)},
			x64.Inst{Op: x64.JNE, Dst: x64.Target("answer")},
			x64.Inst{Op: x64.MOVZX, Dst: x64.EAX, Src: last},
			x64.Label{Name: "answer"}),
		call(SysWrite))
	for name, c := range map[string]struct {
		end  x64.Item
		want []Split
	}{
		"several": {x64.Inst{Op: x64.JMP, Dst: x64.Target("request")}, []Split{{value.RegVar(isa.R14), IsZero}, {value.RegVar(isa.R9), 3}}},
		"one":     {x64.Inst{Op: x64.RET}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			p := NewProgram(assemble.Image(t, assemble.ELF(t, append(slices.Clone(body), c.end))))
			if err := p.Scan(); err != nil {
				t.Fatal(err)
			}
			if got := p.FirstSplits(); !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}
