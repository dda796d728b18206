package x86

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/testtool"
)

// addr is where the instructions of the tests lie.
const addr = 0x1000

// prefixStrings are prefixes by themselves, twice, and in any order, none first.
var prefixStrings = func() [][]byte {
	single := []byte{0x66, 0xf3, 0xf2, 0x67, 0xf0, 0x2e, 0x36, 0x3e, 0x26, 0x64, 0x65}
	list := [][]byte{nil}
	for _, p := range single {
		list = append(list, []byte{p})
	}
	for _, p := range single {
		for _, q := range single {
			list = append(list, []byte{p, q})
		}
	}
	return append(list, []byte{0x66, 0xf3, 0x66}, []byte{0xf3, 0x66, 0xf3}, bytes.Repeat([]byte{0x66}, 15))
}()

// tried is what tests met.
type tried struct {
	random   *rand.Rand
	accepted int
	names    map[Inst]bool // of what was accepted
	left     []int         // by reason
}

func newTried(t *testing.T) *tried {
	return &tried{random: rand.New(rand.NewPCG(testtool.Seed(t), 0)), names: map[Inst]bool{}, left: make([]int, len(left))}
}

// compare compares an instruction that begins with some bytes, others following, with x86asm.
func (tr *tried) compare(t *testing.T, parts ...[]byte) {
	t.Helper()
	var code []byte
	for _, p := range parts {
		code = append(code, p...)
	}
	for len(code) < 24 {
		code = append(code, byte(tr.random.Uint32()))
	}
	reasons, err := compare(code, addr)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range reasons {
		tr.left[r]++
	}
	in, err := Decode(code, addr)
	if err != nil {
		return
	}
	tr.accepted++
	tr.names[kind(in.Op, in.Cond)] = true
	if again, err := Decode(code[:in.Len], addr); err != nil || again != in {
		t.Fatalf("% x: %+v, but %+v, %v without what follows", code, in, again, err)
	}
	n := tr.random.IntN(int(in.Len))
	if _, err := Decode(code[:n], addr); err == nil || !strings.Contains(err.Error(), "truncated") {
		t.Fatalf("% x: %+v; cut off after %d bytes: %v", code, in, n, err)
	}
}

// kind is an operation, with its condition where it has one.
func kind(op Op, cond Cond) Inst {
	if op == JCC || op == CMOVCC || op == SETCC {
		return Inst{Op: op, Cond: cond}
	}
	return Inst{Op: op, Cond: Always}
}

// opcodeBytes are all opcodes of one byte, and of 0f and another.
func opcodeBytes() (list [][]byte) {
	for b := range 256 {
		list = append(list, []byte{byte(b)}, []byte{0x0f, byte(b)})
	}
	return list
}

// rexes are none and all REX prefixes.
func rexes() [][]byte {
	list := [][]byte{nil}
	for b := byte(0x40); b < 0x50; b++ {
		list = append(list, []byte{b})
	}
	return list
}

// TestPrefixes tries all opcodes with all prefixes, twice and in any order, and all REX.
func TestPrefixes(t *testing.T) {
	tr := newTried(t)
	for _, opcode := range opcodeBytes() {
		for _, rex := range rexes() {
			for _, prefixes := range prefixStrings[:12] {
				tr.compare(t, prefixes, rex, opcode)
			}
		}
		for _, prefixes := range prefixStrings {
			tr.compare(t, prefixes, rexes()[tr.random.IntN(17)], opcode)
			tr.compare(t, rexes()[tr.random.IntN(17)], prefixes, opcode)
		}
	}
	t.Logf("%d of them are instructions", tr.accepted)
}

// TestModRM tries all opcodes, with the prefixes that may be a part of them, with all ModRM bytes.
func TestModRM(t *testing.T) {
	tr := newTried(t)
	all := !testing.Short()
	if !all {
		t.Log("left out with -short: all REX prefixes but one, at random, of each opcode and ModRM byte")
	}
	for _, opcode := range opcodeBytes() {
		for modrm := range 256 {
			for _, prefixes := range prefixStrings[:3] {
				tr.compare(t, prefixes, opcode, []byte{byte(modrm)})
				list := rexes()[1:]
				if !all {
					list = list[tr.random.IntN(16):][:1]
				}
				for _, rex := range list {
					tr.compare(t, prefixes, rex, opcode, []byte{byte(modrm)})
				}
			}
		}
	}
	for i, n := range tr.left {
		if n == 0 && i > 0 { // of the first, TestPrefixes has enough
			t.Errorf("no instruction was left out for %q", left[i].what)
		}
	}
	for op := MOV; op < NumOps; op++ {
		for cond := range Always {
			if in := kind(op, cond); !tr.names[in] {
				t.Errorf("no instruction was %+v", in)
			}
		}
	}
	t.Logf("%d of them are instructions, %d left out", tr.accepted, tr.left)
}

// TestSIB tries all SIB bytes with all ModRM bytes that have one, and all REX.
func TestSIB(t *testing.T) {
	tr := newTried(t)
	for _, opcode := range [][]byte{{0x8b}, {0x8d}, {0x81}, {0x0f, 0xb6}, {0x0f, 0x11}} {
		for _, rex := range rexes() {
			for sib := range 256 {
				modrm := byte(tr.random.IntN(8))<<3 | 4
				for mod := range byte(3) {
					tr.compare(t, rex, opcode, []byte{mod<<6 | modrm, byte(sib)})
				}
			}
		}
	}
	t.Logf("%d of them are instructions", tr.accepted)
}

// Each case is bytes that servers do not have, and a part of the message.
func TestDecodeRefuses(t *testing.T) {
	for name, test := range map[string]struct{ code, want string }{
		"nothing":                     {"", "truncated"},
		"a REX prefix alone":          {"\x48", "truncated"},
		"a cut displacement":          {"\x48\x8d\x05", "truncated"},
		"an invalid opcode":           {"\x06", "opcode or prefix: 06"},
		"hlt":                         {"\xf4", "opcode or prefix: f4"},
		"int3":                        {"\xcc", "opcode or prefix: cc"},
		"cpuid":                       {"\x0f\xa2", "opcode or prefix: 0f a2"},
		"a jump through a register":   {"\xff\xe0", "a branch to where a register"},
		"a jump through memory":       {"\xff\x25\x00\x00\x00\x00", "a branch to where"},
		"a call through a register":   {"\xff\xd0", "a branch to where"},
		"a far call":                  {"\xff\x18", "a branch to where"},
		"a push of memory":            {"\xff\x30", "opcode: ff /6"},
		"a return that frees":         {"\xc2\x08\x00", "opcode or prefix: c2"},
		"a far return":                {"\xcb", "opcode or prefix: cb"},
		"lock":                        {"\xf0\x83\x00\x00", "opcode or prefix: f0"},
		"a segment":                   {"\x64\x8b\x00", "opcode or prefix: 64"},
		"an address of 32 bits":       {"\x67\x8b\x00", "opcode or prefix: 67"},
		"a branch with prefix 66":     {"\x66\xeb\x00", "without effect"},
		"a branch with a hint":        {"\x2e\x75\x00", "opcode or prefix: 2e"},
		"rep without effect":          {"\xf3\x89\xc0", "opcode or prefix: f3 89"},
		"rep ret":                     {"\xf3\xc3", "opcode or prefix: f3 c3"},
		"repne movsb":                 {"\xf2\xa4", "opcode or prefix: f2"},
		"movsb alone":                 {"\xa4", "opcode or prefix: a4"},
		"rep movsq":                   {"\xf3\x48\xa5", "opcode or prefix: f3 48 a5"},
		"a prefix twice":              {"\x66\x66\x01\xc0", "opcode or prefix: 66 66"},
		"an overridden prefix":        {"\x66\x48\x01\xc0", "without effect"},
		"REX in front of a prefix":    {"\x48\x66\x01\xc0", "opcode or prefix: 48 66"},
		"REX for nothing":             {"\x40\x89\xc0", "without effect"},
		"REX.W of a byte":             {"\x48\x88\xc0", "without effect"},
		"REX.R of a digit":            {"\x44\xff\xc0", "without effect"},
		"REX.X without an index":      {"\x42\x8b\x00", "without effect"},
		"REX.B relative to rip":       {"\x41\x8b\x05\x00\x00\x00\x00", "without effect"},
		"ah":                          {"\x88\xe0", "ah, ch, dh or bh"},
		"an absolute address":         {"\x8b\x04\x25\x00\x00\x00\x00", "without a base"},
		"an index alone":              {"\x8b\x04\x85\x00\x00\x00\x00", "without a base"},
		"lea of a register":           {"\x8d\xc0", "these operands"},
		"a segment register":          {"\x8c\xd8", "opcode or prefix: 8c"},
		"MMX":                         {"\x0f\xef\xc1", "opcode or prefix: 0f ef"},
		"VEX of two bytes":            {"\xc5\xf9\xef\xc1", "opcode or prefix: c5"},
		"VEX of three bytes":          {"\xc4\xe1\x79\xef\xc1", "opcode or prefix: c4"},
		"EVEX":                        {"\x62\xf1\x7d\x08\xef\xc1", "opcode or prefix: 62"},
		"bt of memory by a register":  {"\x0f\xa3\x00", "these operands"},
		"push of 16 bits":             {"\x66\x50", "without effect"},
		"push of a number of 16 bits": {"\x66\x68\x00\x00\x00\x00", "without effect"},
		"pop into memory":             {"\x8f\x00", "opcode or prefix: 8f"},
		"imul of one operand":         {"\xf7\xe8", "opcode: f7 /5"},
		"mul of 8 bits":               {"\xf6\xe0", "opcode: f6 /4"},
		"pause":                       {"\xf3\x90", "opcode or prefix: f3 90"},
	} {
		in, err := Decode([]byte(test.code), addr)
		var refused *Error
		if !errors.As(err, &refused) {
			t.Errorf("%s: decoded as %+v, %v", name, in, err)
			continue
		}
		if refused.Addr != addr || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "0x1000") {
			t.Errorf("%s: %v, want %q", name, err, test.want)
		}
	}
}

// FuzzDecode: whatever the bytes, Decode says what x86asm says, or why not.
func FuzzDecode(f *testing.F) {
	for _, code := range []string{"\x48\x8d\x05\x01\x00\x00\x00", "\xf3\xa4", "\x66\x48\x0f\x6e\xc0", "\x41\x0f\xba\xa4\x88\x00\x01\x00\x00\x07"} {
		f.Add([]byte(code), uint64(addr))
	}
	f.Fuzz(func(t *testing.T, code []byte, addr uint64) {
		if _, err := compare(code, addr); err != nil {
			t.Error(err)
		}
	})
}
