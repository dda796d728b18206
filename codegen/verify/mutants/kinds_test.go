package mutants

import (
	"bytes"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/isa"
)

// The parts that split finds are the operands that Decode reads.
func TestSplit(t *testing.T) {
	s := soundServer(t, "connection")
	displacements, immediates := 0, 0
	for i := range s.insts {
		in := &s.insts[i]
		for _, o := range []isa.Operand{in.Dst, in.Src, in.Third} {
			switch {
			case o.Kind == isa.MemOperand && in.enc.disp >= 0:
				displacements++
				want := o.Mem.Disp
				if in.nearby() {
					want -= int64(in.Next())
				}
				if got := in.field(in.enc.disp, in.enc.dispSize); got != want {
					t.Errorf("% x: displacement %d, want %d", in.code, got, want)
				}
			case o.Kind == isa.ImmOperand && in.enc.imm >= 0:
				immediates++
				mask := ^uint64(0) >> (64 - 8*min(uint(o.Width), 8))
				if got, _ := in.immediate(); uint64(got)&mask != o.Imm&mask {
					t.Errorf("% x: immediate %#x, want %#x", in.code, got, o.Imm)
				}
			}
		}
		if in.Target != 0 && in.Next()+uint64(in.field(in.enc.imm, in.enc.immSize)) != in.Target {
			t.Errorf("% x: not the target", in.code)
		}
	}
	if displacements < 50 || immediates < 50 {
		t.Errorf("only %d displacements and %d immediates", displacements, immediates)
	}
}

// Every kind has enough mutants, each within the file and one byte different at least,
// and most of those of code can be decoded where that is what the kind is about.
func TestKinds(t *testing.T) {
	s := soundServer(t, "connection")
	for k, kind := range kinds {
		if loopKinds[kind.name] {
			continue // TestLoopKinds
		}
		list := kind.all(s.program, rand.New(rand.NewPCG(1, 1)))
		if len(list) < 100 {
			t.Errorf("%s: only %d mutants", kind.name, len(list))
		}
		for _, c := range list {
			if c.off < 0 || len(c.bytes) == 0 || c.off+len(c.bytes) > len(s.file) {
				t.Fatalf("%s: %d bytes at %#x are not in the file", kind.name, len(c.bytes), c.off)
			}
		}
		b, changed := new(bag), 0
		for range 50 {
			c, ok := b.next(s.program, k, rand.NewPCG(4, 1))
			if ok && !bytes.Equal(s.apply(c), s.file) {
				changed++
			}
		}
		if changed != 50 {
			t.Errorf("%s: %d of 50 mutants are changed", kind.name, changed)
		}
	}
}

// A patch of code that leaves its effect alone does not count.
func TestNeutral(t *testing.T) {
	for name, test := range map[string]struct {
		code, changed []byte
		want          bool
	}{
		"the same":            {[]byte{0x31, 0xc0}, []byte{0x31, 0xc0}, true},
		"another encoding":    {[]byte{0x31, 0xc8}, []byte{0x33, 0xc1}, true}, // xor eax, ecx
		"another register":    {[]byte{0x31, 0xc8}, []byte{0x31, 0xc1}, false},
		"no instruction":      {[]byte{0x31, 0xc8}, []byte{0x0f, 0xff}, false},
		"longer than before":  {[]byte{0x31, 0xc8}, []byte{0x81, 0xc8}, false},
		"independent":         {[]byte{0x8b, 0xc1, 0x8b, 0xd3}, []byte{0x8b, 0xd3, 0x8b, 0xc1}, true},  // mov eax, ecx; mov edx, ebx
		"read, then written":  {[]byte{0x8b, 0xc1, 0x8b, 0xcb}, []byte{0x8b, 0xcb, 0x8b, 0xc1}, false}, // mov eax, ecx; mov ecx, ebx
		"both set flags":      {[]byte{0xff, 0xc0, 0xff, 0xc1}, []byte{0xff, 0xc1, 0xff, 0xc0}, false}, // inc eax; inc ecx
		"a load and a store":  {[]byte{0x8b, 0x03, 0x89, 0x0e}, []byte{0x89, 0x0e, 0x8b, 0x03}, false}, // mov eax, [rbx]; mov [rsi], ecx
		"two pushes":          {[]byte{0x50, 0x51}, []byte{0x51, 0x50}, false},
		"nothing, in between": {[]byte{0x90, 0x8b, 0xc1}, []byte{0x8b, 0xc1, 0x90}, true},
	} {
		code := append(append([]byte(nil), test.code...), 0xeb, 0xfe)
		p := &program{file: code, text: code}
		if err := p.walk([]uint64{0}); err != nil {
			t.Fatal(err)
		}
		if got := p.neutral(patch{0, test.changed}); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// More mutants begin with the same ones, all are different, and kinds and servers have
// the same number, and more where those of a loop are too few.
func TestDraw(t *testing.T) {
	programs := []*program{soundServer(t, "request").program, soundServer(t, "connection").program}
	few, many := draw(programs, 5*len(kinds), 4), draw(programs, 10*len(kinds), 4)
	if !reflect.DeepEqual(few, many[:len(few)]) {
		t.Error("more mutants are other mutants")
	}
	pairs := map[[2]int]int{}
	for i, m := range many {
		if loopKinds[kinds[m.kind].name] {
			continue // there are few of these servers
		}
		pairs[[2]int{m.base, m.kind}]++
		for _, other := range many[:i] {
			if reflect.DeepEqual(m, other) {
				t.Errorf("twice: %v", m)
			}
		}
	}
	for pair, n := range pairs {
		if n < 5 || n > 6 {
			t.Errorf("%v has %d mutants", pair, n)
		}
	}
}

// Where there are no more, there are no more.
func TestDrawAll(t *testing.T) {
	code := append(make([]byte, 64+56), 0xeb, 0xfe)
	p := &program{file: code, text: code, data: []span{{0, 4}}}
	if err := p.walk([]uint64{120}); err != nil {
		t.Fatal(err)
	}
	all := draw([]*program{p}, 1<<20, 4)
	if n := len(all); n == 0 || n == 1<<20 {
		t.Errorf("%d mutants of one instruction", n)
	}
}

func TestParseRefuses(t *testing.T) {
	s := soundServer(t, "request")
	for name, c := range map[string]patch{
		"no ELF":           {0, []byte("X")},
		"no instruction":   {s.instruction(t, "_start", 0).off, []byte{0x06}},
		"a jump out of it": {s.instruction(t, "_start", 0).off, []byte{0xe9, 0, 0, 0, 0x40}},
	} {
		if _, err := parse(s.apply(c), nil); err == nil {
			t.Errorf("%s is parsed", name)
		}
	}
}
