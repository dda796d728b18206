package rank

import (
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/prove/assemble"
	"github.com/verbosel/verbosel/codegen/verify/prove/code"
	"github.com/verbosel/verbosel/codegen/verify/prove/flow"
	"github.com/verbosel/verbosel/codegen/verify/prove/search"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// twoLoops is a loop in a loop, whose rounds depend on the clock.
var twoLoops = []Item{
	Inst{Op: RDTSC}, Inst{Op: AND, Dst: EAX, Src: Imm(63)}, Inst{Op: MOV, Dst: ECX, Src: EAX},
	Label{Name: "outer"}, Inst{Op: RDTSC}, Inst{Op: AND, Dst: EAX, Src: Imm(15)}, Inst{Op: MOV, Dst: EDX, Src: EAX},
	Label{Name: "inner"}, Inst{Op: DEC, Dst: EDX}, Inst{Op: JNS, Dst: Target("inner")},
	Inst{Op: DEC, Dst: ECX}, Inst{Op: JNS, Dst: Target("outer")},
	Label{Name: "exit"}, Inst{Op: XOR, Dst: EDI, Src: EDI}, Inst{Op: MOV, Dst: EAX, Src: Imm(code.SysExit)}, Inst{Op: SYSCALL}, Label{Name: "behind"}, Inst{Op: JMP, Dst: Target("behind")},
}

// measured is the account of the instructions of a program.
func measured(t *testing.T, items []Item) *account {
	t.Helper()
	p := code.NewProgram(assemble.Image(t, assemble.ELF(t, items)))
	if err := p.Scan(); err != nil {
		t.Fatal(err)
	}
	e := search.NewEngine(p)
	if err := e.Run(); err != nil {
		t.Fatal(err)
	}
	f, err := flow.NewFlow(e)
	if err != nil {
		t.Fatal(err)
	}
	a := &account{Flow: f, cost: func(e *flow.Edge) int64 { return e.Count }, cut: func(e *flow.Edge) bool { return e.To != flow.None && f.Vertices[e.To].Node == nil }}
	if err := a.settle(); err != nil {
		t.Fatal(err)
	}
	if a.measure(); a.loop() == nil {
		t.Fatal("no loop was ranked")
	}
	return a
}

// loop is the first ranking.
func (a *account) loop() *ranking {
	for _, r := range a.ranks {
		if r != nil {
			return r
		}
	}
	return nil
}

// A ranking in which one thing is wrong is refused, whoever made it.
func TestWrongRankings(t *testing.T) {
	a := measured(t, twoLoops)
	if err := a.counted(); err != nil {
		t.Fatal(err)
	}
	counters := len(a.loop().counters)
	for c := range counters {
		for name, spoil := range map[string]func(a *account, r *ranking, c *counter){
			"a rate":         func(_ *account, _ *ranking, c *counter) { c.rate-- },
			"no rate":        func(_ *account, _ *ranking, c *counter) { c.rate = 0 },
			"negative":       func(_ *account, _ *ranking, c *counter) { c.rate = -c.rate },
			"the direction":  func(_ *account, _ *ranking, c *counter) { c.what.falling = !c.what.falling },
			"the quantity":   func(_ *account, r *ranking, c *counter) { c.other(r) },
			"a level":        func(_ *account, _ *ranking, c *counter) { c.what.plus[0] += 1 << 20 },
			"most":           func(_ *account, r *ranking, _ *counter) { r.most[0]-- },
			"no counters":    func(_ *account, r *ranking, _ *counter) { r.counters = nil },
			"an edge":        func(_ *account, r *ranking, _ *counter) { r.numbers[0] = r.numbers[len(r.numbers)-1] },
			"a missing edge": func(_ *account, r *ranking, _ *counter) { r.numbers = r.numbers[1:] },
			"ahead": func(a *account, r *ranking, _ *counter) {
				for _, v := range r.vertices {
					a.ahead[v] = 0
				}
			},
			"what follows": func(a *account, _ *ranking, _ *counter) {
				for v, vertex := range a.Vertices {
					if vertex.First {
						a.ahead[v]--
					}
				}
			},
			"the order": func(a *account, _ *ranking, _ *counter) {
				for _, v := range a.Vertices {
					v.Part = -v.Part
				}
			},
		} {
			a := measured(t, twoLoops)
			r := a.loop()
			if spoil(a, r, r.counters[c]); a.counted() == nil {
				t.Errorf("%s of counter %d is wrong, and the ranking is believed", name, c)
			}
		}
	}
	if counters < 2 {
		t.Errorf("%d counters, want one for each loop", counters)
	}
}

// other lets a counter count another quantity.
func (c *counter) other(r *ranking) {
	for v, set := range c.what.sets {
		if set != 0 {
			c.what.sets[v] = 1 << ((63 - leading(set) + 1) % len(r.qs))
		}
	}
}

func leading(set uint64) (n int) {
	for ; set>>63 == 0; set <<= 1 {
		n++
	}
	return n
}
