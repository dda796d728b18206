package prove

import (
	"errors"
	"maps"
	"slices"
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/rules"
	"github.com/verbosel/verbosel/codegen/verify/zone"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// lies are what a search may do wrong, each from some join or visit on.
var lies = map[string]func(e *engine, from int){
	"skips joins": func(e *engine, from int) {
		e.lieFrom(from, func(before, joined *state) { joined.copyFrom(before) })
	},
	"keeps bounds": func(e *engine, from int) {
		e.lieFrom(from, func(before, joined *state) { // as a widening that goes too short
			for v := firstReg; v < firstSlot; v++ {
				if joined.vals[v].Like(before.vals[v].Meaning) {
					joined.zone.Require(zone.Of(v).PlusConst(-before.zone.Hi(v)))
				}
			}
		})
	},
	"keeps relations": func(e *engine, from int) {
		e.lieFrom(from, func(before, joined *state) { joined.zone.Copy(before.zone) })
	},
	"keeps what is written": func(e *engine, from int) {
		e.lieFrom(from, func(before, joined *state) { joined.written = slices.Clone(before.written) })
	},
	"keeps what is made of an address": func(e *engine, from int) {
		e.lieFrom(from, func(before, joined *state) { joined.traces, joined.marked = before.traces, before.marked })
	},
	"stops early": func(e *engine, from int) {
		visits := 0
		e.stop = func() bool {
			visits++
			return visits > from
		}
	},
}

// lieFrom lies at each join from a number on.
func (e *engine) lieFrom(from int, lie func(before, joined *state)) {
	joins := 0
	e.lie = func(before, joined *state) {
		if joins++; joins > from {
			lie(before, joined)
		}
	}
}

// searched is the proof of a program by a search that lies, or does not, and what the second
// pass says of that.
func searched(t *testing.T, img Image, lie func(*engine, int), from int) (search, confirmed error) {
	t.Helper()
	p := newProgram(img)
	if err := p.scan(); err != nil {
		t.Fatal(err)
	}
	r, err := prove(p, func(e *engine) func(*state, uint64) {
		if lie != nil {
			lie(e, from)
		}
		return nil
	})
	if err != nil {
		return err, err
	}
	return r.engine.leakedError(), r.confirm()
}

func (e *engine) leakedError() error {
	if e.leaked == nil {
		return nil
	}
	return e.leaked
}

// Each program breaks a rule, and a search that lies does not see it: the second pass does,
// by which joins, widening, order and agenda need not be trusted.
func TestLiesAreRefused(t *testing.T) {
	exit := []Item{Label{Name: "exit"}, Inst{Op: XOR, Dst: EDI, Src: EDI}, Inst{Op: MOV, Dst: EAX, Src: Imm(sysExit)}, Inst{Op: SYSCALL},
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
		img := imageOf(t, assembled(t, c.items))
		var f *Failure
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
	e := newEngine(newProgram(Image{}))
	base := func() *state {
		s := e.entry()
		s.phase = serving
		s.assign(regVar(isa.RCX), between(0, 9))
		return s
	}
	for name, more := range map[string]func(s *state){
		"phase":     func(s *state) { s.phase = reading },
		"request":   func(s *state) { s.began = 1 },
		"family":    func(s *state) { s.family = 2 },
		"peer":      func(s *state) { s.peer = span{-16, 0} },
		"named":     func(s *state) { s.named = span{-16, 0} },
		"byte":      func(s *state) { s.env.loading = true },
		"loop":      func(s *state) { s.loop = looping },
		"events":    func(s *state) { s.reported, s.base, s.room = true, -24, 12 },
		"unwatched": func(s *state) { s.unwatched = true },
		"blocking":  func(s *state) { s.nonBlocking = true },
		"read":      func(s *state) { s.incoming.live = true },
		"zeros":     func(s *state) { s.zeros = true },
		"line":      func(s *state) { s.line = true },
		"frame":     func(s *state) { s.frames = []frame{{off: -8, saved: true}} },
		"zero flag": func(s *state) { s.cmp.zero = isSet },
		"carry":     func(s *state) { s.cmp.carry = isClear },
		"trace":     func(s *state) { s.setTrace(isa.RBX, 8, ofNothing) },
		"vector":    func(s *state) { s.vecs[3] = vector{isByte: true} },
		"bound":     func(s *state) { s.zone.Require(zone.Of(regVar(isa.RCX)).PlusConst(-8)) },
		"bits":      func(s *state) { s.vals[regVar(isa.RCX)].zeros = 1 },
		"kind":      func(s *state) { s.vals[regVar(isa.RBX)] = s.vals[rspVar] },
		"fd":        func(s *state) { s.vals[regVar(isa.RCX)].fd = client },
		"written":   func(s *state) { s.written = []span{{-8, 0}} },
		"first":     func(s *state) { s.first = []span{{-8, 0}} },
		"region":    func(s *state) { s.startRegion(0, -8); s.assign(endOf(0), constant(-4)) },
		"ages":      func(s *state) { s.ages = span{-64, 0} },
		"zeroing":   func(s *state) { s.zeroing = true },
		"fixed":     func(s *state) { s.fixed.add(isa.R12) },
		"guard":     func(s *state) { s.guards = []guard{{regVar(isa.RCX), 0, true, span{-8, 0}}} },
		"choice": func(s *state) {
			s.syms[0] = e.intern([]int64{1, 3})
			s.vals[regVar(isa.RCX)].org = self(0)
		},
		"preference": func(s *state) {
			s.prefers = []preference{{regVar(isa.RCX), 0, true, regVar(isa.RBX), e.intern([]int64{1})}}
		},
		"slot": func(s *state) { s.slots[0] = slot{-8, 4}; s.assign(firstSlot, between(0, 3)) },
	} {
		a, b := base(), base()
		if why, ok := e.contained(a, b, e.renamingOf(a, b)); !ok {
			t.Fatalf("a state is not contained in itself: %s", why)
		}
		if more(a); name == "region" {
			b.zone.Copy(a.zone) // that it is written is what b does not say
		}
		if _, ok := e.contained(a, b, e.renamingOf(a, b)); ok {
			t.Errorf("%s: a state is contained in one that says more of it", name)
		}
	}
	for name, less := range map[string]func(s *state){
		"answered": func(s *state) { s.answered = true },
		"may wait": func(s *state) { s.mayNotWait = true },
		"later":    func(s *state) { s.later = true },
		"own":      func(s *state) { s.own = []span{{-8, 0}} },
		"served":   func(s *state) { s.served = true },
		"marked":   func(s *state) { s.marked[0] = []span{{-8, 0}} },
		"unasked":  func(s *state) { s.unasked = isa.AllFlags },
		"null":     func(s *state) { s.vals[rspVar].Meaning = s.vals[rspVar].OrNull() },
		"low": func(s *state) {
			s.assign(regVar(isa.RCX), between(0, 1<<40))
			s.vals[regVar(isa.RCX)].Meaning = s.vals[regVar(isa.RCX)].Low()
		},
		"stale":          func(s *state) { s.vecs[0].stale = true },
		"stale register": func(s *state) { s.stale.add(isa.RBX) },
	} {
		a, b := base(), base()
		less(b)
		if _, ok := e.contained(a, b, e.renamingOf(a, b)); ok {
			t.Errorf("%s: a state of which less is known is contained", name)
		}
	}
}
