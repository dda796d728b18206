package prove

import (
	"errors"
	"maps"
	"slices"
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/assemble"
	"github.com/verbosel/verbosel/codegen/verify/prove/code"
	"github.com/verbosel/verbosel/codegen/verify/prove/contain"
	"github.com/verbosel/verbosel/codegen/verify/prove/data"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/meet"
	"github.com/verbosel/verbosel/codegen/verify/prove/search"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/rules"
	"github.com/verbosel/verbosel/codegen/verify/zone"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// lies are what a search may do wrong, each from some join or visit on.
var lies = map[string]func(e *search.Engine, from int){
	"skips joins": func(e *search.Engine, from int) {
		lieFrom(e, from, func(before, joined *domain.State) { joined.CopyFrom(before) })
	},
	"keeps bounds": func(e *search.Engine, from int) {
		lieFrom(e, from, func(before, joined *domain.State) { // as a widening that goes too short
			for v := value.FirstReg; v < value.FirstSlot; v++ {
				if joined.Vals[v].Like(before.Vals[v].Meaning) {
					joined.Zone.Require(zone.Of(v).PlusConst(-before.Zone.Hi(v)))
				}
			}
		})
	},
	"keeps relations": func(e *search.Engine, from int) {
		lieFrom(e, from, func(before, joined *domain.State) { joined.Zone.Copy(before.Zone) })
	},
	"keeps what is written": func(e *search.Engine, from int) {
		lieFrom(e, from, func(before, joined *domain.State) { joined.Written = slices.Clone(before.Written) })
	},
	"keeps what is made of an address": func(e *search.Engine, from int) {
		lieFrom(e, from, func(before, joined *domain.State) { joined.Traces, joined.Marked = before.Traces, before.Marked })
	},
	"stops early": func(e *search.Engine, from int) {
		visits := 0
		e.Stop = func() bool {
			visits++
			return visits > from
		}
	},
}

// lieFrom lies at each join from a number on.
func lieFrom(e *search.Engine, from int, lie func(before, joined *domain.State)) {
	joins := 0
	e.Lie = func(before, joined *domain.State) {
		if joins++; joins > from {
			lie(before, joined)
		}
	}
}

// searched is the proof of a program by a search that lies, or does not, and what the second
// pass says of that.
func searched(t *testing.T, img data.Image, lie func(*search.Engine, int), from int) (searching, confirmed error) {
	t.Helper()
	p := code.NewProgram(img)
	if err := p.Scan(); err != nil {
		t.Fatal(err)
	}
	r, err := prove(p, func(e *search.Engine) func(*domain.State, uint64) {
		if lie != nil {
			lie(e, from)
		}
		return nil
	})
	if err != nil {
		return err, err
	}
	return leakedError(r.engine), r.confirm()
}

func leakedError(e *search.Engine) error {
	if e.Leaked == nil {
		return nil
	}
	return e.Leaked
}

// Each program breaks a rule, and a search that lies does not see it: the second pass does,
// by which joins, widening, order and agenda need not be trusted.
func TestLiesAreRefused(t *testing.T) {
	exit := []Item{Label{Name: "exit"}, Inst{Op: XOR, Dst: EDI, Src: EDI}, Inst{Op: MOV, Dst: EAX, Src: Imm(code.SysExit)}, Inst{Op: SYSCALL},
		Label{Name: "behind"}, Inst{Op: JMP, Dst: Target("behind")}}
	frame := Inst{Op: SUB, Dst: RSP, Src: Imm(64)}
	byClock := func(label string) []Item {
		return []Item{Inst{Op: RDTSC}, Inst{Op: TEST, Dst: EAX, Src: Imm(1)}, Inst{Op: JE, Dst: Target(label)}}
	}
	number := []Item{Inst{Op: RDTSC}, Inst{Op: AND, Dst: EAX, Src: Imm(7)}, Inst{Op: MOV, Dst: ECX, Src: EAX}}
	beyond := slices.Concat([]Item{frame}, number, []Item{Label{Name: "l"},
		Inst{Op: MOV, Dst: Mem{Base: RSP, Index: RCX, Scale: 1, Width: 1}, Src: Imm(1)}, Inst{Op: INC, Dst: ECX},
		Inst{Op: CMP, Dst: ECX, Src: Imm(65)}, Inst{Op: JB, Dst: Target("l")}}, exit)
	unwritten := slices.Concat([]Item{frame}, byClock("m"), []Item{Inst{Op: MOV, Dst: Mem{Base: RSP, Width: 8}, Src: Imm(1)},
		Label{Name: "m"}, Inst{Op: MOV, Dst: RAX, Src: Mem{Base: RSP, Width: 8}}}, exit)
	address := slices.Concat([]Item{frame, Inst{Op: MOV, Dst: RCX, Src: RSP}, Inst{Op: SHR, Dst: RCX, Src: Imm(12)}}, byClock("m"), number, []Item{
		Label{Name: "m"}, Inst{Op: TEST, Dst: ECX, Src: Imm(1)}, Inst{Op: JE, Dst: Target("exit")}}, exit)
	programs := map[string]struct {
		items []Item
		rule  rules.Rule
		lies  []string
	}{
		"beyond the frame": {beyond, rules.Writes, []string{"skips joins", "keeps bounds", "keeps relations", "stops early"}},
		"unwritten":        {unwritten, rules.Reads, []string{"skips joins", "keeps what is written", "stops early"}},
		"an address":       {address, rules.Reads, []string{"skips joins", "keeps what is made of an address", "stops early"}},
	}
	for _, name := range slices.Sorted(maps.Keys(programs)) {
		c := programs[name]
		img := assemble.Image(t, assemble.ELF(t, c.items))
		var f *data.Failure
		if _, err := searched(t, img, nil, 0); !errors.As(err, &f) || f.Rule != c.rule {
			t.Errorf("%s: an honest search finds %v, want %s broken", name, err, c.rule)
		}
		for _, lie := range c.lies {
			mattered := false
			for from := range 4 {
				search, confirmed := searched(t, img, lies[lie], from)
				mattered = mattered || search == nil
				if search == nil && !errors.As(confirmed, &f) {
					t.Errorf("%s: a search that %s from %d on is believed: %v", name, lie, from, confirmed)
				}
			}
			if !mattered {
				search, confirmed := searched(t, img, lies[lie], 0)
				t.Errorf("%s: that a search %s makes no difference: %v, %v", name, lie, search, confirmed)
			}
		}
	}
}

// A state is not contained in one that says more of it, in whatever.
func TestContained(t *testing.T) {
	e := search.NewEngine(code.NewProgram(data.Image{}))
	base := func() *domain.State {
		s := e.AtEntry()
		s.Phase = domain.Serving
		s.Assign(value.RegVar(isa.RCX), value.Between(0, 9))
		return s
	}
	for name, more := range map[string]func(s *domain.State){
		"phase":     func(s *domain.State) { s.Phase = domain.Reading },
		"request":   func(s *domain.State) { s.Began = 1 },
		"family":    func(s *domain.State) { s.Family = 2 },
		"peer":      func(s *domain.State) { s.Peer = value.Span{Lo: -16, Hi: 0} },
		"named":     func(s *domain.State) { s.Named = value.Span{Lo: -16, Hi: 0} },
		"byte":      func(s *domain.State) { s.Env.Loading = true },
		"loop":      func(s *domain.State) { s.Loop = domain.Looping },
		"events":    func(s *domain.State) { s.Reported, s.Base, s.Room = true, -24, 12 },
		"unwatched": func(s *domain.State) { s.Unwatched = true },
		"blocking":  func(s *domain.State) { s.NonBlocking = true },
		"read":      func(s *domain.State) { s.Incoming.Live = true },
		"zeros":     func(s *domain.State) { s.Zeros = true },
		"line":      func(s *domain.State) { s.Line = true },
		"frame":     func(s *domain.State) { s.Frames = []domain.Frame{{Off: -8, Saved: true}} },
		"zero flag": func(s *domain.State) { s.Flags.Zero = domain.IsSet },
		"carry":     func(s *domain.State) { s.Flags.Carry = domain.IsClear },
		"trace":     func(s *domain.State) { s.SetTrace(isa.RBX, 8, value.OfNothing) },
		"vector":    func(s *domain.State) { s.Vecs[3] = value.Vector{IsByte: true} },
		"bound":     func(s *domain.State) { s.Zone.Require(zone.Of(value.RegVar(isa.RCX)).PlusConst(-8)) },
		"bits":      func(s *domain.State) { s.Vals[value.RegVar(isa.RCX)].Zeros = 1 },
		"kind":      func(s *domain.State) { s.Vals[value.RegVar(isa.RBX)] = s.Vals[value.RspVar] },
		"fd":        func(s *domain.State) { s.Vals[value.RegVar(isa.RCX)].FD = value.Client },
		"written":   func(s *domain.State) { s.Written = []value.Span{{Lo: -8, Hi: 0}} },
		"first":     func(s *domain.State) { s.First = []value.Span{{Lo: -8, Hi: 0}} },
		"region":    func(s *domain.State) { meet.StartRegion(s, 0, -8); s.Assign(domain.EndOf(0), value.Constant(-4)) },
		"ages":      func(s *domain.State) { s.Ages = value.Span{Lo: -64, Hi: 0} },
		"zeroing":   func(s *domain.State) { s.Zeroing = true },
		"fixed":     func(s *domain.State) { s.Fixed.Add(isa.R12) },
		"guard": func(s *domain.State) {
			s.Guards = []domain.Guard{{Var: value.RegVar(isa.RCX), Bit: 0, Set: true, Span: value.Span{Lo: -8, Hi: 0}}}
		},
		"choice": func(s *domain.State) {
			s.Syms[0] = e.Intern([]int64{1, 3})
			s.Vals[value.RegVar(isa.RCX)].Origin = data.Self(0)
		},
		"preference": func(s *domain.State) {
			s.Prefers = []domain.Preference{{Var: value.RegVar(isa.RCX), Bit: 0, Set: true, Reg: value.RegVar(isa.RBX), To: e.Intern([]int64{1})}}
		},
		"slot": func(s *domain.State) {
			s.Slots[0] = domain.Slot{Off: -8, Size: 4}
			s.Assign(value.FirstSlot, value.Between(0, 3))
		},
	} {
		a, b := base(), base()
		if why, ok := contain.Contained(e.Program, a, b, contain.RenamingOf(e.Program, a, b)); !ok {
			t.Fatalf("a state is not contained in itself: %s", why)
		}
		if more(a); name == "region" {
			b.Zone.Copy(a.Zone) // that it is written is what b does not say
		}
		if _, ok := contain.Contained(e.Program, a, b, contain.RenamingOf(e.Program, a, b)); ok {
			t.Errorf("%s: a state is contained in one that says more of it", name)
		}
	}
	for name, less := range map[string]func(s *domain.State){
		"answered": func(s *domain.State) { s.Answered = true },
		"may wait": func(s *domain.State) { s.MayNotWait = true },
		"later":    func(s *domain.State) { s.Later = true },
		"own":      func(s *domain.State) { s.Own = []value.Span{{Lo: -8, Hi: 0}} },
		"served":   func(s *domain.State) { s.Served = true },
		"marked":   func(s *domain.State) { s.Marked[0] = []value.Span{{Lo: -8, Hi: 0}} },
		"unasked":  func(s *domain.State) { s.Unasked = isa.AllFlags },
		"null":     func(s *domain.State) { s.Vals[value.RspVar].Meaning = s.Vals[value.RspVar].OrNull() },
		"low": func(s *domain.State) {
			s.Assign(value.RegVar(isa.RCX), value.Between(0, 1<<40))
			s.Vals[value.RegVar(isa.RCX)].Meaning = s.Vals[value.RegVar(isa.RCX)].Low()
		},
		"stale":          func(s *domain.State) { s.Vecs[0].Stale = true },
		"stale register": func(s *domain.State) { s.Stale.Add(isa.RBX) },
	} {
		a, b := base(), base()
		less(b)
		if _, ok := contain.Contained(e.Program, a, b, contain.RenamingOf(e.Program, a, b)); ok {
			t.Errorf("%s: a state of which less is known is contained", name)
		}
	}
}
