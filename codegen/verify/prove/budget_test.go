package prove

import (
	"errors"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/prove/assemble"
	"github.com/verbosel/verbosel/codegen/verify/prove/code"
	"github.com/verbosel/verbosel/codegen/verify/prove/data"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/flow"
	"github.com/verbosel/verbosel/codegen/verify/prove/kernel"
	"github.com/verbosel/verbosel/codegen/verify/prove/rank"
	"github.com/verbosel/verbosel/codegen/verify/rules"
	"github.com/verbosel/verbosel/codegen/x64"
)

// countdown is a loop of up to 256 rounds.
var countdown = []x64.Item{
	x64.Inst{Op: x64.RDTSC},
	x64.Inst{Op: x64.AND, Dst: x64.EAX, Src: x64.Imm(255)},
	x64.Inst{Op: x64.MOV, Dst: x64.ECX, Src: x64.EAX},
	x64.Label{Name: "again"},
	x64.Inst{Op: x64.DEC, Dst: x64.ECX},
	x64.Inst{Op: x64.JNS, Dst: x64.Target("again")},
	x64.Label{Name: "exit"},
	x64.Inst{Op: x64.XOR, Dst: x64.EDI, Src: x64.EDI},
	x64.Inst{Op: x64.MOV, Dst: x64.EAX, Src: x64.Imm(code.SysExit)},
	x64.Inst{Op: x64.SYSCALL},
	x64.Inst{Op: x64.JMP, Dst: x64.Target("exit")},
}

// A program with larger loops than are worth the time is refused; what was not compared is
// not looked at (it was, and that was a nil pointer).
func TestBoundsBudget(t *testing.T) {
	r := proved(t, countdown)
	f, err := flow.NewFlow(r.engine)
	if err != nil {
		t.Fatal(err)
	}
	f.MostHeld = f.Held
	var refused *data.Failure
	if _, err := new(rank.Worst).Runs(f); !errors.As(err, &refused) || refused.Rule != rules.Bounds {
		t.Errorf("got %v, want a refusal by rule bounds", err)
	}
}

// What was compared to count one thing is given back before another one is counted: of a
// crowded server with a folder and auth it was all held at once, and more than 416 MiB.
func TestComparedIsGivenBack(t *testing.T) {
	f, err := flow.NewFlow(proved(t, countdown).engine)
	if err != nil {
		t.Fatal(err)
	}
	before := f.Held
	var held [3]int64
	for i := range held {
		if _, err := new(rank.Worst).Runs(f); err != nil {
			t.Fatal(err)
		}
		held[i] = f.Held
	}
	if held[0] == before || held[1] != held[0] || held[2] != held[0] || f.Peak != held[0] {
		t.Errorf("from %d on %d bytes were held, at most %d: want the same each time", before, held, f.Peak)
	}
}

// A proof may take all of its budget, and nothing beyond it.
func TestBudget(t *testing.T) {
	items := []x64.Item{
		x64.Inst{Op: x64.RDTSC},
		x64.Inst{Op: x64.AND, Dst: x64.EAX, Src: x64.Imm(7)},
		x64.Inst{Op: x64.LEA, Dst: x64.RCX, Src: x64.Mem{Sym: "table"}},
		x64.Inst{Op: x64.MOV, Dst: x64.EAX, Src: x64.Mem{Base: x64.RCX, Index: x64.RAX, Scale: 4, Width: 4}},
		x64.Inst{Op: x64.CMP, Dst: x64.EAX, Src: x64.Imm(1 << 30)},
		x64.Inst{Op: x64.JB, Dst: x64.Target("exit")},
		x64.Inst{Op: x64.NEG, Dst: x64.EAX},
		x64.Label{Name: "exit"},
		x64.Inst{Op: x64.XOR, Dst: x64.EDI, Src: x64.EDI},
		x64.Inst{Op: x64.MOV, Dst: x64.EAX, Src: x64.Imm(code.SysExit)},
		x64.Inst{Op: x64.SYSCALL},
		x64.Inst{Op: x64.JMP, Dst: x64.Target("exit")},
	}
	with := func(give func(*data.Budget)) (*code.Program, error) {
		p := code.NewProgram(assemble.Image(t, assemble.ELF(t, items)))
		give(&p.Budget)
		if err := p.Scan(); err != nil {
			t.Fatal(err)
		}
		_, err := prove(p, nil)
		return p, err
	}
	p, err := with(func(*data.Budget) {})
	if err != nil || p.Work < 8*data.InstructionWork || p.Held < int64(domain.StateBytes) {
		t.Fatalf("work %d, %d bytes held: %v", p.Work, p.Held, err)
	}
	work, held := p.Work, p.Held
	for name, c := range map[string]struct {
		give func(*data.Budget)
		want string
	}{
		"all":            {func(b *data.Budget) { b.MostWork, b.MostHeld = work, held }, ""},
		"less work":      {func(b *data.Budget) { b.MostWork = work - 1 }, "numbers would have to be looked at"},
		"fewer bytes":    {func(b *data.Budget) { b.MostHeld = held - 1 }, "would have to be kept of it"},
		"hardly a state": {func(b *data.Budget) { b.MostHeld = int64(domain.StateBytes) - 1 }, "would have to be kept of it"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := with(c.give)
			var refused *data.Failure
			switch {
			case c.want == "" && err != nil:
				t.Error(err)
			case c.want != "" && (!errors.As(err, &refused) || refused.Rule != rules.Bounds || !strings.Contains(refused.Msg, c.want)):
				t.Errorf("got %v, want a refusal by rule bounds: %s", err, c.want)
			}
		})
	}
}

// Written parts of the stack that lie apart are few.
func TestWrittenParts(t *testing.T) {
	for _, n := range []int{kernel.MaxParts, kernel.MaxParts + 1} {
		items := []x64.Item{x64.Inst{Op: x64.SUB, Dst: x64.RSP, Src: x64.Imm(4096)}}
		for i := range n {
			items = append(items, x64.Inst{Op: x64.MOV, Dst: x64.M(1, x64.RSP, int32(2*i)), Src: x64.Imm(1)})
		}
		items = append(items,
			x64.Label{Name: "exit"},
			x64.Inst{Op: x64.XOR, Dst: x64.EDI, Src: x64.EDI},
			x64.Inst{Op: x64.MOV, Dst: x64.EAX, Src: x64.Imm(code.SysExit)},
			x64.Inst{Op: x64.SYSCALL},
			x64.Inst{Op: x64.JMP, Dst: x64.Target("exit")})
		_, err := Prove(assemble.Image(t, assemble.ELF(t, items)))
		var refused *data.Failure
		if few := n == kernel.MaxParts; few && err != nil {
			t.Error(err)
		} else if !few && (!errors.As(err, &refused) || refused.Rule != rules.Bounds) {
			t.Errorf("got %v, want a refusal by rule bounds", err)
		}
	}
}

// proved is the proof of a program.
func proved(t *testing.T, items []x64.Item) *Result {
	t.Helper()
	r, err := Prove(assemble.Image(t, assemble.ELF(t, items)))
	if err != nil {
		t.Fatal(err)
	}
	return r
}
