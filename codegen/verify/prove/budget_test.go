package prove

import (
	"errors"
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/rules"
	"github.com/verbosel/verbosel/codegen/x64"
)

// A program with larger loops than are worth the time is refused; what was not compared is
// not looked at (it was, and that was a nil pointer).
func TestBoundsBudget(t *testing.T) {
	r := proved(t, []x64.Item{
		x64.Inst{Op: x64.RDTSC},
		x64.Inst{Op: x64.AND, Dst: x64.EAX, Src: x64.Imm(255)},
		x64.Inst{Op: x64.MOV, Dst: x64.ECX, Src: x64.EAX},
		x64.Label{Name: "again"},
		x64.Inst{Op: x64.DEC, Dst: x64.ECX},
		x64.Inst{Op: x64.JNS, Dst: x64.Target("again")},
		x64.Label{Name: "exit"},
		x64.Inst{Op: x64.XOR, Dst: x64.EDI, Src: x64.EDI},
		x64.Inst{Op: x64.MOV, Dst: x64.EAX, Src: x64.Imm(sysExit)},
		x64.Inst{Op: x64.SYSCALL},
		x64.Inst{Op: x64.JMP, Dst: x64.Target("exit")},
	})
	f, err := r.engine.newFlow()
	if err != nil {
		t.Fatal(err)
	}
	f.budget = 0
	var refused *Failure
	if err := new(Worst).runs(f); !errors.As(err, &refused) || refused.Rule != rules.Bounds {
		t.Errorf("got %v, want a refusal by rule bounds", err)
	}
}

// proved is the proof of a program.
func proved(t *testing.T, items []x64.Item) *Result {
	t.Helper()
	r, err := Prove(imageOf(t, assembled(t, items)))
	if err != nil {
		t.Fatal(err)
	}
	return r
}
