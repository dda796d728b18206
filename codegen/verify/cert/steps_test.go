package cert

import (
	"bytes"
	"encoding/binary"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/cert/x86"
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/x64"
)

const (
	frame = 64 // bytes of the stack, all written
	bias  = 0x555555554000
	room  = 400 // bytes of code
)

// TestSteps follows random instructions from a node whose variables are what registers and stack
// hold, and executes them with package isa's machine from random values. On the way that the
// machine goes there must be numbers for all later variables so that registers and cells are what
// the machine has, modulo their width, and that facts and bounds hold; each byte that counts as
// written must be. Where the machine breaks a rule, the way must have been refused.
func TestSteps(t *testing.T) {
	file, entry := blank(t)
	n := 20_000
	if testing.Short() {
		n = 4_000
	}
	var total trialCounts
	for seed := range uint64(n) {
		r := &trial{t: t, seed: seed, rng: rand.New(rand.NewPCG(seed, 7)), total: &total}
		r.start(file, entry)
		r.run()
		if t.Failed() {
			return
		}
	}
	t.Logf("%+v", total)
	if total.steps < 3*n || total.facts < 20*n || total.determined < 50*n {
		t.Errorf("too few to say anything: %+v", total)
	}
}

// trialCounts are how many instructions were compared, of how many facts and variables, and how many
// trials ended because of something that is not followed.
type trialCounts struct{ steps, facts, determined, open, refused, faults int }

// blank is a server of nothing but room for code behind its first instruction.
func blank(t *testing.T) (file []byte, entry uint64) {
	items := []x64.Item{x64.Label{Name: "_start", Doc: []string{""}}, x64.Inst{Op: x64.SUB, Dst: x64.RSP, Src: x64.Imm(frame)}}
	for range room {
		items = append(items, x64.Inst{Op: x64.NOP})
	}
	return assembled(t, items)
}

type trial struct {
	t     *testing.T
	seed  uint64
	rng   *rand.Rand
	total *trialCounts
	file  []byte
	code  []byte
	m     *isa.Machine
	c     *checker
	ways  []*State
	end   uint64
	vars  map[linear.Var]*big.Int // of the node
}

// start puts code into the server, and node and machine behind its first instruction.
func (r *trial) start(file []byte, entry uint64) {
	for range 3 + r.rng.IntN(14) {
		r.code = append(r.code, r.instruction()...)
	}
	file = bytes.Clone(file)
	r.file = file
	begin := entry + 4 // behind sub rsp, 64
	copy(file[begin:], r.code)
	r.end = begin + uint64(len(r.code))
	server, err := load(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		r.t.Fatal(err)
	}
	r.m = r.machine(begin)
	node := Node{Addr: begin, Bytes: []Range{{linear.Const(-frame), linear.Sum{}}}}
	r.vars = map[linear.Var]*big.Int{StackBase: new(big.Int).SetUint64(r.m.Regs[isa.RSP] + frame), ImageBase: big.NewInt(bias)}
	for i := range x86.Reg(16) {
		if i != x86.RSP {
			v := r.variable(&node)
			r.m.Regs[i] = v.value
			node.Regs[i] = Reg{true, v.sum}
		}
	}
	node.Regs[x86.RSP] = Reg{true, linear.Sum{C: -frame, Terms: []linear.Term{{Var: StackBase, Coef: 1}}}}
	b, fault := r.m.Writable(r.m.Regs[isa.RSP], frame)
	if fault != nil {
		r.t.Fatal(fault)
	}
	r.m.Written(r.m.Regs[isa.RSP], frame, true)
	for off := 0; off < frame; off += 8 {
		v := r.variable(&node)
		binary.LittleEndian.PutUint64(b[off:], v.value)
		if r.rng.IntN(4) > 0 {
			width := []uint8{1, 2, 4, 8}[r.rng.IntN(4)]
			node.Cells = append(node.Cells, Cell{int64(off) - frame, width, v.sum})
		}
	}
	for i := range node.Vars {
		for j := range i {
			a, _ := linear.Of(FirstVar+linear.Var(i)).Plus(linear.Of(FirstVar+linear.Var(j)), -1)
			if d := value(a, r.vars); r.rng.IntN(8) == 0 && d.BitLen() < 62 {
				a, _ = a.PlusConst(-d.Int64() - int64(r.rng.IntN(3)))
				node.Facts = append(node.Facts, a)
			}
		}
	}
	r.c = &checker{server: server, proof: &Proof{Nodes: []Node{node}}, guide: oneFact{}, nodes: map[uint64][]int{}}
	r.c.figures.Calls = map[int64]bool{}
	if err := node.wellFormed(Span{}); err != nil {
		r.t.Fatal(err)
	}
	r.ways = []*State{r.c.start(0)}
}

// machine is one that is about to execute what is at an address, behind its first instruction.
func (r *trial) machine(begin uint64) *isa.Machine {
	m, err := isa.Start(r.file, isa.Process{Bias: bias, Stack: 4096}, nil)
	if err == nil {
		err = m.Step()
	}
	if err != nil || m.PC != begin+bias {
		r.t.Fatal(err, m)
	}
	m.Flags = 0
	return m
}

type randomVariable struct {
	value uint64
	sum   linear.Sum
}

// variable is a new one of the node, with a value and maybe with bounds.
func (r *trial) variable(n *Node) randomVariable {
	v := []uint64{
		uint64(r.rng.IntN(200)), uint64(r.rng.IntN(8)), -uint64(r.rng.IntN(100)), r.rng.Uint64(), uint64(r.rng.Uint32()),
		1<<31 + uint64(r.rng.IntN(5)) - 2, 1<<32 + uint64(r.rng.IntN(5)) - 2, 1<<63 + uint64(r.rng.IntN(5)) - 2, 1<<62 + uint64(r.rng.IntN(5)) - 2,
	}[r.rng.IntN(9)]
	is := Variable{Bounds: linear.Bounds{Lo: -linear.NoBound, Hi: linear.NoBound}}
	if x := int64(v); r.rng.IntN(3) > 0 && x > -1<<62 && x < 1<<62 {
		is.Lo = x - int64(r.rng.IntN(2)*r.rng.IntN(30))
	}
	if x := int64(v); r.rng.IntN(3) > 0 && x > -1<<62 && x < 1<<62 {
		is.Hi = x + int64(r.rng.IntN(2)*r.rng.IntN(30))
	}
	n.Vars = append(n.Vars, is)
	name := FirstVar + linear.Var(len(n.Vars)-1)
	r.vars[name] = big.NewInt(int64(v))
	return randomVariable{v, linear.Of(name)}
}

// oneFact is a guide that knows what one fact shows.
type oneFact struct{}

func (oneFact) Premises(s *State, goal linear.Sum) ([]linear.Premise, bool) {
	for i := range s.facts {
		if p := []linear.Premise{{Fact: i, Factor: 1}}; linear.Follows(s.facts, p, goal, s.Bounds) {
			return p, true
		}
	}
	return nil, false
}

func (oneFact) Most(s *State, sum linear.Sum) (best int64, by []linear.Premise, ok bool) {
	best = linear.NoBound
	for i, f := range s.facts {
		if rest, ok := sum.Plus(f, -1); ok && rest.Range(s.Bounds).Hi < best && rest.Range(s.Bounds).Hi > -linear.NoBound {
			best, by = rest.Range(s.Bounds).Hi, []linear.Premise{{Fact: i, Factor: 1}}
		}
	}
	return best, by, by != nil
}

func (oneFact) Bytes(*State, linear.Sum, linear.Sum) (int, bool) { return 0, true }
func (oneFact) Stands(*State, linear.Sum) bool                   { return true }
func (oneFact) Chooses(*State, linear.Sum) bool                  { return true }
func (oneFact) Node(*State, []int) (int, []linear.Sum)           { return -1, nil }

// run executes and follows, and compares behind each instruction.
func (r *trial) run() {
	for r.m.PC-bias < r.end && r.total.steps < 1<<30 {
		at := r.m.PC - bias
		next, refused := r.follow()
		if refused {
			r.total.refused++
			return
		}
		if err := r.m.Step(); err != nil {
			r.total.faults++
			r.t.Errorf("seed %d, % x at %#x: the machine says %v, and the checker follows", r.seed, r.code, at, err)
			return
		}
		r.total.steps++
		r.ways = slices.DeleteFunc(next, func(s *State) bool { return s.pc != r.m.PC-bias })
		var wrong string
		ok := false
		for _, s := range r.ways {
			if why := r.contradiction(s); why == "" {
				ok = true
			} else {
				wrong = why
			}
		}
		if !ok {
			r.t.Errorf("seed %d, % x behind %#x: none of %d ways: %s", r.seed, r.code, at, len(r.ways), wrong)
			return
		}
		if len(r.ways) > 16 {
			return
		}
	}
}

// follow follows each way; refused says that one is.
func (r *trial) follow() (next []*State, refused bool) {
	defer func() {
		if x := recover(); x != nil {
			if _, ok := x.(*Refusal); !ok {
				r.t.Errorf("seed %d, % x", r.seed, r.code)
				panic(x)
			}
			refused = true
		}
	}()
	for _, s := range r.ways {
		next = append(next, r.c.next(s.Clone())...)
	}
	return next, false
}

// value is what a sum is.
func value(a linear.Sum, vars map[linear.Var]*big.Int) *big.Int {
	v := big.NewInt(a.C)
	for _, t := range a.Terms {
		v.Add(v, new(big.Int).Mul(big.NewInt(t.Coef), vars[t.Var]))
	}
	return v
}

// modulo is a number modulo 1<<(8*width).
func modulo(v *big.Int, width uint8) uint64 {
	m := new(big.Int).Lsh(big.NewInt(1), 8*uint(width))
	return m.Mod(v, m).Uint64()
}

// equation: a sum is a number modulo 1<<(8*width).
type equation struct {
	sum   linear.Sum
	width uint8
	is    uint64
}

// equations are what registers and cells say.
func (r *trial) equations(s *State) (out []equation) {
	for i, a := range s.regs[:16] {
		out = append(out, equation{a, 8, r.m.Regs[i]})
	}
	base := r.vars[StackBase].Uint64()
	rsp := r.m.Regs[isa.RSP]
	for _, c := range s.cells {
		var b [8]byte
		for i := range c.Width {
			if at, fault := r.m.Readable(base+uint64(c.Off)+uint64(i), 1); fault == nil && base+uint64(c.Off) >= rsp {
				b[i] = at[0]
			} else {
				r.t.Errorf("seed %d, % x: a cell at %d is not in the frame", r.seed, r.code, c.Off)
			}
		}
		out = append(out, equation{c.Sum, c.Width, binary.LittleEndian.Uint64(b[:])})
	}
	return out
}

// contradiction says what does not hold; "" where there are numbers for all variables.
func (r *trial) contradiction(s *State) string {
	vars := map[linear.Var]*big.Int{}
	for v, x := range r.vars {
		vars[v] = x
	}
	equations := r.equations(s)
	for again := true; again; {
		again = false
		for _, c := range s.cuts { // first: their variables are exact
			if v, ok := plain(c.is); ok && known(c.of, vars) && vars[v] == nil {
				vars[v] = new(big.Int).SetUint64(modulo(value(c.of, vars), c.width))
				again = true
			}
		}
		for _, e := range equations {
			again = solve(s, e, vars) || again
		}
	}
	for _, e := range equations {
		if known(e.sum, vars) && modulo(value(e.sum, vars), e.width) != modulo(new(big.Int).SetUint64(e.is), e.width) {
			return "a register or cell is " + value(e.sum, vars).String()
		}
	}
	for i := range s.vars {
		x := vars[linear.Var(i)]
		if x == nil {
			r.total.open++
			continue
		}
		r.total.determined++
		b := s.vars[i].Bounds
		if b.Lo != -linear.NoBound && x.Cmp(big.NewInt(b.Lo)) < 0 || b.Hi != linear.NoBound && x.Cmp(big.NewInt(b.Hi)) > 0 {
			return "a variable is out of bounds: " + x.String()
		}
		if k := s.vars[i].Bits; x.Sign() >= 0 && k != (Bits{}) && (!x.IsUint64() || x.Uint64()&k.Zeros != 0 || ^x.Uint64()&k.Ones != 0) {
			return "a variable has other bits: " + x.String()
		}
	}
	for _, f := range s.facts {
		if known(f, vars) {
			r.total.facts++
			if value(f, vars).Sign() > 0 {
				return "a fact does not hold"
			}
		}
	}
	if z := s.flags.known; z != NoZero && isa.Holds(x86.CondE, r.m.Flags) != (z == ZeroSet) {
		return "ZF is another"
	}
	base := r.vars[StackBase].Uint64()
	for _, w := range s.bytes {
		if known(w.Lo, vars) && known(w.Hi, vars) {
			lo, hi := value(w.Lo, vars).Int64(), value(w.Hi, vars).Int64()
			if _, fault := r.m.Readable(base+uint64(lo), uint64(max(0, hi-lo))); fault != nil {
				return "bytes are not written: " + fault.Error()
			}
		}
	}
	return ""
}

func known(a linear.Sum, vars map[linear.Var]*big.Int) bool {
	return !slices.ContainsFunc(a.Terms, func(t linear.Term) bool { return vars[t.Var] == nil })
}

// solve finds the one variable of an equation that is not known, where it has the factor 1 or -1:
// of the numbers that it can be, that in its bounds.
func solve(s *State, e equation, vars map[linear.Var]*big.Int) bool {
	rest := linear.Const(e.sum.C)
	var open []linear.Term
	for _, t := range e.sum.Terms {
		if vars[t.Var] == nil {
			open = append(open, t)
		} else {
			rest.Terms = append(rest.Terms, t)
		}
	}
	if len(open) != 1 || open[0].Coef != 1 && open[0].Coef != -1 {
		return false
	}
	v := open[0].Var
	b := s.vars[v].Bounds
	if e.width < 8 && (b.Lo == -linear.NoBound || b.Hi == linear.NoBound || uint64(b.Hi)-uint64(b.Lo) >= limit(e.width)) {
		return false // more than one number may do
	}
	x := new(big.Int).SetUint64(e.is)
	x.Sub(x, value(rest, vars)).Mul(x, big.NewInt(open[0].Coef))
	if e.width < 8 {
		lo := big.NewInt(b.Lo)
		x.Add(lo, new(big.Int).SetUint64(modulo(x.Sub(x, lo), e.width)))
	} else if x.SetUint64(modulo(x, 8)); b.Lo < 0 && x.Cmp(big.NewInt(linear.NoBound)) > 0 {
		x.Sub(x, new(big.Int).Lsh(big.NewInt(1), 64))
	}
	vars[v] = x
	return true
}

// instruction is a random one of those that are followed, maybe with a jump over it.
func (r *trial) instruction() []byte {
	in := r.plain()
	switch r.rng.IntN(6) {
	case 0: // a comparison, then a jump over another
		return slices.Concat(r.compare(), []byte{0x70 + byte(r.rng.IntN(16)), byte(len(in))}, in)
	case 1: // a comparison, then cmov
		return slices.Concat(r.compare(), r.encode([]byte{0x0f, 0x40 + byte(r.rng.IntN(16))}, 4, false))
	}
	return in
}

func (r *trial) pick(list ...byte) byte { return list[r.rng.IntN(len(list))] }

func (r *trial) compare() []byte {
	if r.rng.IntN(2) == 0 {
		return r.immediate(0x38)
	}
	return r.encode([]byte{r.pick(0x39, 0x3b, 0x85, 0x29, 0x2b, 0x01, 0x21, 0x38, 0x3a, 0x84)}, 0, true)
}

// immediate is an operation of 80, 81 or 83 with the digit that op has in its middle bits.
func (r *trial) immediate(op byte) []byte {
	imm := []byte{r.pick(0, 1, 2, 7, 8, 40, 127, 128, 200, 255)}
	code := r.pick(0x80, 0x83)
	if r.rng.IntN(4) == 0 {
		code, imm = 0x81, binary.LittleEndian.AppendUint32(nil, r.rng.Uint32()>>r.rng.IntN(32))
	}
	return append(r.digit(code, op), imm...)
}

// digit is an opcode with a digit in ModRM, of a register or the stack.
func (r *trial) digit(code, digit byte) []byte {
	rex := 0x40 | r.pick(0, 0, 8)
	if r.rng.IntN(3) == 0 && code != 0x8f {
		return []byte{rex, code, 0x44 | digit, 0x24, byte(r.rng.IntN(frame)) &^ r.pick(7, 7, 3, 0)}
	}
	reg := r.pick(0, 1, 2, 3, 5, 6, 7)
	if code&1 == 0 || rex == 0x40 && code == 0 {
		rex = 0x40
	} else if rex == 0x40 {
		return []byte{code, 0xc0 | digit | reg}
	}
	return []byte{rex, code, 0xc0 | digit | reg}
}

// encode has a register and a register or memory.
func (r *trial) encode(op []byte, forbid byte, bytesToo bool) []byte {
	reg, rm := r.pick(0, 1, 2, 3, 5, 6, 7), r.pick(0, 1, 2, 3, 5, 6, 7)
	isByte := bytesToo && op[0]&1 == 0
	prefix := []byte{}
	switch {
	case isByte:
		if reg >= 4 || rm >= 4 {
			prefix = []byte{0x40}
		}
	case r.rng.IntN(2) == 0:
		prefix = []byte{0x48}
	}
	if r.rng.IntN(3) > 0 {
		return slices.Concat(prefix, op, []byte{0xc0 | reg<<3 | rm})
	}
	if isByte {
		prefix = nil
		if reg >= 4 {
			prefix = []byte{0x40}
		}
	}
	disp := byte(r.rng.IntN(frame + 2))
	if r.rng.IntN(3) > 0 {
		return slices.Concat(prefix, op, []byte{0x44 | reg<<3, 0x24, disp &^ r.pick(7, 7, 3, 0)})
	}
	return slices.Concat(prefix, op, []byte{0x44 | reg<<3, 0x04 | rm<<3 | r.pick(0, 0x40, 0x80, 0xc0), disp})
}

// plain is an instruction that neither jumps nor moves on a condition.
func (r *trial) plain() []byte {
	switch r.rng.IntN(15) {
	case 12:
		return r.ofBits()
	case 0:
		return r.immediate(r.pick(0, 8, 0x20, 0x28, 0x30, 0x38))
	case 1: // shifts
		if r.rng.IntN(4) == 0 {
			return r.digit(r.pick(0xd3, 0xd2), r.pick(0x20, 0x28)) // by cl
		}
		return append(r.digit(r.pick(0xc1, 0xc0), r.pick(0x20, 0x28)), r.pick(0, 1, 2, 3, 4, 8, 16, 30, 31, 33, 60))
	case 2: // neg, not
		return r.digit(r.pick(0xf7, 0xf6), r.pick(0x10, 0x18))
	case 3: // inc, dec
		return r.digit(r.pick(0xff, 0xfe), r.pick(0, 8))
	case 4: // push, pop
		reg := r.pick(0, 1, 2, 3, 5, 6, 7)
		return []byte{r.pick(0x50, 0x58) + reg}
	case 5:
		return append([]byte{0x6a}, byte(r.rng.IntN(256)))
	case 6: // movzx, movsx
		return r.encode([]byte{0x0f, r.pick(0xb6, 0xb7, 0xbe, 0xbf)}, 0, false)
	case 7:
		return append([]byte{0x48}, append([]byte{0x63}, 0xc0|r.pick(0, 1, 2)<<3|r.pick(3, 6, 7))...)
	case 8: // lea of a base and an index
		return []byte{r.pick(0x48, 0x48, 0x40), 0x8d, 0x44 | r.pick(0, 1, 2, 3)<<3, r.pick(0, 0x40, 0x80, 0xc0) | r.pick(0, 1, 2, 3)<<3 | r.pick(0, 1, 2, 3, 4, 6), byte(r.rng.IntN(256))}
	case 9:
		return r.encode([]byte{r.pick(0x87, 0x86)}, 0, true)
	case 10:
		return r.encode([]byte{r.pick(0x88, 0x89, 0x8a, 0x8b)}, 0, true)
	case 11: // mov of an immediate
		return binary.LittleEndian.AppendUint32([]byte{0xb8 + r.pick(0, 1, 2, 3)}, r.rng.Uint32()>>r.rng.IntN(32))
	}
	return r.encode([]byte{r.pick(0, 8, 0x20, 0x28, 0x30, 0x38) + r.pick(0, 1, 2, 3)}, 0, true)
}

// ofBits is an instruction that looks at bits, or of whose result little is known.
func (r *trial) ofBits() []byte {
	reg, rm := r.pick(0, 1, 2, 3, 5, 6, 7), r.pick(0, 1, 2, 3, 5, 6, 7)
	modrm, rex := 0xc0|reg<<3|rm, []byte{0x48}[:r.rng.IntN(2)]
	switch r.rng.IntN(6) {
	case 0: // bsf, often of 0
		return slices.Concat([]byte{0x31, 0xc0 | rm<<3 | rm}[:2*r.rng.IntN(2)], rex, []byte{0x0f, 0xbc, modrm})
	case 1: // imul; bt, bts, btr of a register
		return slices.Concat(rex, []byte{0x0f, r.pick(0xaf, 0xa3, 0xab, 0xb3), modrm})
	case 2: // bt, bts, btr of a constant
		return slices.Concat(rex, []byte{0x0f, 0xba, 0xc0 | r.pick(0x20, 0x28, 0x30) | rm, r.pick(0, 1, 7, 31, 33, 63)})
	case 3: // adc, sbb
		return slices.Concat(rex, []byte{r.pick(0x11, 0x13, 0x19, 0x1b), modrm})
	case 4: // rol, ror, sar
		return slices.Concat(rex, []byte{0xc1, 0xc0 | r.pick(0, 8, 0x38) | rm, r.pick(0, 1, 4, 8, 31, 33)})
	}
	return []byte{0x0f, 0x90 | byte(r.rng.IntN(16)), 0xc0 | rm&3} // setcc
}
