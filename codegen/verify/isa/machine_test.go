package isa

import (
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// textBase and stackEnd are where tests put code and the end of the stack.
const (
	textBase = 0x1000
	dataBase = 0x3000
	stackEnd = 0x8000
)

// quiet is a kernel that answers 0.
type quiet struct{}

func (quiet) Syscall(*Machine) (uint64, error) { return 0, nil }
func (quiet) TimeStamp() uint64                { return 5<<32 | 7 }

// newMachine has code, 16 bytes of data, and a stack of 256 bytes of which 64 are the
// frame, none of them written.
func newMachine(t *testing.T, code string) *Machine {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(code, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	m := &Machine{PC: textBase, Kernel: quiet{}, text: NewText(textBase, b), stack: newStack(stackEnd, 256)}
	m.constant = []Region{{"data", dataBase, make([]byte, 16)}}
	m.Regs[RSP] = stackEnd - 64
	m.Regs[RBP], m.Regs[RBX] = m.Regs[RSP], dataBase
	m.SetNoise(1)
	return m
}

// Each case breaks a rule at its last instruction.
func TestFaults(t *testing.T) {
	for name, test := range map[string]struct {
		code string
		rule rules.Rule
		at   uint64
		want string
	}{
		"outside the text":       {"eb10", rules.Decode, 0x1012, "outside the text"},
		"no instruction":         {"90 06", rules.Decode, 0x1001, "bytes 06"},
		"ud2":                    {"0f0b", rules.Decode, 0x1000, "ud2"},
		"division by 0":          {"31c9 f7f1", rules.Decode, 0x1002, "division"},
		"a return without call":  {"c3", rules.Decode, 0x1000, "without its call"},
		"a return of a push":     {"50 c3", rules.Decode, 0x1001, "without its call"},
		"a return from below":    {"e800000000 50 c3", rules.Decode, 0x1006, "without its call"},
		"a store to the data":    {"8803", rules.Writes, 0x1000, "not in the frame"},
		"a store to the text":    {"c6050000000001", rules.Writes, 0x1000, "not in the frame"},
		"a store below rsp":      {"884dff", rules.Writes, 0x1000, "[rsp-1]"},
		"a store behind":         {"488945 39", rules.Writes, 0x1000, "[rsp+57]"},
		"over a return address":  {"e800000000 c6042401", rules.Writes, 0x1005, "a return address"},
		"over a pushed register": {"50 48890424", rules.Writes, 0x1001, "a pushed register"},
		"a copy to the data":     {"4889df 4889de b901000000 f3a4", rules.Writes, 0x100b, "not in the frame"},
		"rsp behind the frame":   {"4883c441", rules.Writes, 0x1000, "leaves the frame"},
		"an unwritten byte":      {"c6450001 668b4500", rules.Reads, 0x1004, "[rsp+1] was not written"},
		"an unwritten vector":    {"f30f6f4500", rules.Reads, 0x1000, "was not written"},
		"popped before":          {"50 58 488b45f8", rules.Reads, 0x1002, "neither in the frame"},
		"pushed again unwritten": {"50 58 4883ec08 488b0424", rules.Reads, 0x1006, "was not written"},
		"a load of the text":     {"8a05faffffff", rules.Reads, 0x1000, "neither"},
		"a load behind the data": {"488b4309", rules.Reads, 0x1000, "neither"},
		"a misaligned operand":   {"660fef4301", rules.Reads, 0x1000, "aligned"},
		"a misaligned store":     {"660f7f4501", rules.Writes, 0x1000, "aligned"},
		"a copy of too much":     {"4889ef 4889de b911000000 f3a4", rules.Reads, 0x100b, "neither"},
		"too deep":               {"4881ec01010000", rules.Bounds, 0x1000, "below its limit"},
		"a push too deep":        {"4881ecc0000000 50", rules.Bounds, 0x1007, "below its limit"},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMachine(t, test.code)
			var err error
			for range 10 {
				if err = m.Step(); err != nil {
					break
				}
			}
			var fault *Fault
			if !errors.As(err, &fault) {
				t.Fatalf("%v, want a fault of %s", err, test.rule)
			}
			if fault.Rule != test.rule || fault.Addr != test.at || !strings.Contains(fault.Error(), test.want) {
				t.Errorf("%v\nwant %s at %#x: %s", fault, test.rule, test.at, test.want)
			}
		})
	}
}

// What the rules allow goes through, and does what it should.
func TestAllowed(t *testing.T) {
	for name, test := range map[string]struct {
		code  string
		check func(*Machine) bool
	}{
		"call and return": {"e802000000 eb01 c3", func(m *Machine) bool { return m.Count == 3 && m.Regs[RSP] == stackEnd-64 }},
		"a frame reused":  {"50 58 4883ec08 48c7042407000000 488b0424", func(m *Machine) bool { return m.Regs[RAX] == 7 }},
		"a copy forwards over itself": {"c6450061 4889ee 488d7d01 b907000000 f3a4 488b4500",
			func(m *Machine) bool { return m.Regs[RAX] == 0x6161616161616161 && m.Regs[RCX] == 0 }},
		"a copy of nothing": {"31c9 31f6 31ff f3a4", func(m *Machine) bool { return m.Regs[RSI] == 0 }},
		"rdtsc":             {"0f31", func(m *Machine) bool { return m.Regs[RAX] == 7 && m.Regs[RDX] == 5 }},
		"a system call":     {"0f05", func(m *Machine) bool { return m.Regs[RCX] == 0x1002 && m.Regs[RAX] == 0 }},
	} {
		m := newMachine(t, test.code)
		for m.PC < textBase+uint64(len(m.text.bytes)) {
			if err := m.Step(); err != nil {
				t.Errorf("%s: %v", name, err)
				break
			}
		}
		if !test.check(m) {
			t.Errorf("%s: %#x", name, m.Regs)
		}
	}
}

// A clone shares nothing that changes.
func TestClone(t *testing.T) {
	m := newMachine(t, "c6450001 8a4500 884500 eb00")
	c := m.Clone(64)
	for range 3 {
		if err := c.Step(); err != nil {
			t.Fatal(err)
		}
	}
	if m.Count != 0 || m.PC != textBase || c.Count != 3 {
		t.Errorf("the original is at %#x, %d instructions on", m.PC, m.Count)
	}
	m.PC += 4
	if err := m.Step(); err == nil {
		t.Error("the original reads what the clone wrote")
	}
}

// Written can take back what was written.
func TestForget(t *testing.T) {
	m := newMachine(t, "")
	base := m.Regs[RSP] - 192
	m.Regs[RSP] = base
	for _, r := range []struct{ at, n uint64 }{{0, 256}, {3, 64}, {60, 130}, {64, 128}, {1, 1}} {
		m.Written(base, 256, true)
		m.Written(base+r.at, r.n, false)
		for i := range uint64(256) {
			_, fault := m.Readable(base+i, 1)
			if inside := i >= r.at && i < r.at+r.n; inside != (fault != nil) {
				t.Fatalf("%v: byte %d: %v", r, i, fault)
			}
		}
	}
}

func TestCond(t *testing.T) {
	for c := CondO; c < Always; c++ {
		for _, f := range []Flags{0, CF, ZF, SF, OF, PF, SF | OF, CF | ZF, ZF | SF | OF, AllFlags} {
			if Holds(c, f) == Holds(c.Not(), f) {
				t.Errorf("%s and %s of %#x", CondName(c), CondName(c.Not()), f)
			}
			if Holds(c, f) != Holds(c, f&Asks(c)) {
				t.Errorf("%s depends on more than %#x", CondName(c), Asks(c))
			}
		}
	}
	if !Holds(Always, 0) {
		t.Error("Always does not hold")
	}
}
