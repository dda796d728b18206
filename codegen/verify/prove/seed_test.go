package prove

import (
	"slices"
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// A server of several requests is told apart from the beginning by whether there is input,
// and by the bit without which its last byte is looked at. Where one request is served
// nothing is told apart.
func TestFirstSplits(t *testing.T) {
	call := func(number int64, then ...Item) []Item {
		return append([]Item{Inst{Op: MOV, Dst: EAX, Src: Imm(number)}, Inst{Op: SYSCALL}}, then...)
	}
	input := Mem{Base: RBP, Index: R14, Scale: 1, Width: 16}
	last := Mem{Base: RBP, Index: R14, Scale: 1, Disp: -1, Width: 1}
	body := slices.Concat(
		[]Item{Inst{Op: XOR, Dst: R9D, Src: R9D}, Label{Name: "request"}}, call(sysRead, Inst{Op: MOVDQU, Dst: input, Src: XMM3},
			Inst{Op: OR, Dst: R9D, Src: Imm(8)},
			Inst{Op: TEST, Dst: R9D, Src: Imm(8)},
			Inst{Op: JNE, Dst: Target("answer")},
			Inst{Op: MOVZX, Dst: EAX, Src: last},
			Label{Name: "answer"}),
		call(sysWrite))
	for name, c := range map[string]struct {
		end  Item
		want []split
	}{
		"several": {Inst{Op: JMP, Dst: Target("request")}, []split{{regVar(isa.R14), isZero}, {regVar(isa.R9), 3}}},
		"one":     {Inst{Op: RET}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			p := newProgram(imageOf(t, assembled(t, append(slices.Clone(body), c.end))))
			if err := p.scan(); err != nil {
				t.Fatal(err)
			}
			if got := p.firstSplits(); !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}
