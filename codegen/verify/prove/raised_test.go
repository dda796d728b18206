package prove

import (
	"slices"
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/prove/code"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// What a loop does where it sets a bit for the first time costs once; as often as the loop
// goes round where the bit is cleared again, was not looked at, or may have been set. That
// a chunked body's trailers come behind it was not known where they begin: the servers of a
// dated folder that may have large bodies could not be proved.
func TestRaised(t *testing.T) {
	const once, often = 4_000, 60_000 // instructions, of 256 rounds in 256
	bts := []Item{Inst{Op: BTS, Dst: R9D, Src: Imm(3)}, Inst{Op: JC, Dst: Target("next")}}
	test := []Item{Inst{Op: TEST, Dst: R9D, Src: Imm(8)}, Inst{Op: JNZ, Dst: Target("next")}}
	set := Inst{Op: OR, Dst: R9D, Src: Imm(8)}
	forget := []Item{Inst{Op: RDTSC}, Inst{Op: MOV, Dst: ESI, Src: EAX}} // numbers that tell the ways apart
	known := slices.Concat(test, waits, []Item{set})                     // to be 0, since it was asked for in front of a loop
	tests := []struct {
		name  string
		ask   []Item // goes to next where the inner loop was done
		later []Item
		often bool
	}{
		{"bts", bts, nil, false},
		{"test, and set behind it", append(test, set), nil, false},
		{"the other branch", []Item{Inst{Op: TEST, Dst: R9D, Src: Imm(8)}, Inst{Op: JZ, Dst: Target("first")}, Inst{Op: JMP, Dst: Target("next")}, Label{Name: "first"}, set}, nil, false},
		{"known to be 0", known, forget, false},
		{"known to be 0, and cleared later", known, append(forget, Inst{Op: AND, Dst: R9D, Src: Imm(^8)}), true},
		{"known to be 1", slices.Concat([]Item{set}, waits, []Item{set}), forget, true},
		{"not known", slices.Concat(waits, []Item{set}), forget, true},
		{"another bit is known", slices.Concat([]Item{Inst{Op: TEST, Dst: R9D, Src: Imm(4)}, Inst{Op: JNZ, Dst: Target("next")}}, waits, []Item{set}), forget, true},
		{"another bit is cleared", bts, []Item{Inst{Op: AND, Dst: R9D, Src: Imm(^4)}}, false},
		{"the bit is cleared", bts, []Item{Inst{Op: AND, Dst: R9D, Src: Imm(^8)}}, true},
		{"the bit is cleared in the low byte", bts, []Item{Inst{Op: AND, Dst: R9B, Src: Imm(^8)}}, true},
		{"btr", bts, []Item{Inst{Op: BTR, Dst: R9D, Src: Imm(3)}}, true},
		{"the register is", bts, []Item{Inst{Op: XOR, Dst: R9D, Src: R9D}}, true},
		{"the upper half is", []Item{Inst{Op: BTS, Dst: R9, Src: Imm(40)}, Inst{Op: JC, Dst: Target("next")}}, []Item{set}, true},
		{"the bit was set before", []Item{set, Inst{Op: BTS, Dst: R9D, Src: Imm(3)}, Inst{Op: JNC, Dst: Target("next")}}, nil, true},
		{"set, and not looked at", []Item{set, Inst{Op: TEST, Dst: R9D, Src: Imm(4)}, Inst{Op: JNZ, Dst: Target("next")}}, nil, true},
		{"another register", []Item{Inst{Op: BTS, Dst: R10D, Src: Imm(3)}, Inst{Op: JC, Dst: Target("next")}}, []Item{Inst{Op: MOV, Dst: R10D, Src: ECX}}, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w, err := proved(t, nested(test.ask, test.later)).Bounds()
			if err != nil {
				t.Fatal(err)
			}
			if n := w.Boot.Instructions; test.often && n < often || !test.often && n > once {
				t.Errorf("at most %d instructions; often: %v", n, test.often)
			}
		})
	}
}

// waits is a loop of its own, where states are joined.
var waits = []Item{
	Inst{Op: RDTSC},
	Inst{Op: AND, Dst: EAX, Src: Imm(7)},
	Inst{Op: MOV, Dst: ESI, Src: EAX},
	Label{Name: "waits"},
	Inst{Op: DEC, Dst: ESI},
	Inst{Op: JNS, Dst: Target("waits")},
}

// nested is a loop of up to 256 rounds with another one in it, and a way around that.
func nested(ask, later []Item) []Item {
	items := []Item{
		Inst{Op: RDTSC},
		Inst{Op: AND, Dst: EAX, Src: Imm(255)},
		Inst{Op: MOV, Dst: ECX, Src: EAX},
		Inst{Op: MOV, Dst: R9D, Src: EDX},
		Inst{Op: XOR, Dst: R10D, Src: R10D},
		Label{Name: "again"},
	}
	items = append(items, ask...)
	items = append(items,
		Inst{Op: MOV, Dst: EDX, Src: Imm(255)},
		Label{Name: "inner"},
		Inst{Op: DEC, Dst: EDX},
		Inst{Op: JNS, Dst: Target("inner")},
		Label{Name: "next"})
	items = append(items, later...)
	return append(items,
		Inst{Op: DEC, Dst: ECX},
		Inst{Op: JNS, Dst: Target("again")},
		Label{Name: "exit"},
		Inst{Op: XOR, Dst: EDI, Src: EDI},
		Inst{Op: MOV, Dst: EAX, Src: Imm(code.SysExit)},
		Inst{Op: SYSCALL},
		Inst{Op: JMP, Dst: Target("exit")})
}
