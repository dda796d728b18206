package isa

import (
	"encoding/hex"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
)

// Each case is bytes that generated code must not have, and a part of the message.
func TestDecodeRefuses(t *testing.T) {
	for name, test := range map[string]struct{ code, want string }{
		"nothing":                    {"", "truncated"},
		"a REX prefix alone":         {"48", "truncated"},
		"a cut displacement":         {"488d05", "truncated"},
		"an invalid opcode":          {"06", "unrecognized"},
		"hlt":                        {"f4", "does not use this operation"},
		"int3":                       {"cc", "does not use this operation"},
		"a jump through a register":  {"ffe0", "does not use these operands"},
		"a jump through memory":      {"ff2500000000", "does not use these operands"},
		"a call through a register":  {"ffd0", "does not use these operands"},
		"a return that frees":        {"c20800", "does not use these operands"},
		"a far return":               {"cb", "does not use this operation"},
		"lock":                       {"f0830000", "prefix"},
		"a segment":                  {"648b00", "prefix"},
		"an address of 32 bits":      {"678b00", "prefix"},
		"a branch with prefix 66":    {"66eb00", "prefix"},
		"a branch with a hint":       {"2e7500", "prefix"},
		"rep without effect":         {"f389c0", "prefix"},
		"rep ret":                    {"f3c3", "prefix"},
		"repne movsb":                {"f2a4", "prefix"},
		"movsb alone":                {"a4", "without its repeat prefix"},
		"rep movsq":                  {"f348a5", "does not use this operation"},
		"a prefix twice":             {"666601c0", "prefix"},
		"an overridden prefix":       {"664801c0", "prefix"},
		"REX in front of a prefix":   {"486601c0", "unrecognized"},
		"ah":                         {"88e0", "no register that generated code uses"},
		"an absolute address":        {"8b042500000000", "without a base"},
		"an index alone":             {"8b048500000000", "without a base"},
		"a segment register":         {"8cd8", "no register that generated code uses"},
		"MMX":                        {"0fefc1", "no register that generated code uses"},
		"VEX of two bytes":           {"c5f9efc1", "VEX"},
		"VEX of three bytes":         {"c4e179efc1", "VEX"},
		"EVEX":                       {"62f17d08efc1", "VEX"},
		"a prefix before VEX":        {"66c5f9efc1", ""},
		"bt of memory by a register": {"0fa300", "does not use these operands"},
		"push of 16 bits":            {"6650", "prefix"},
		"pop into memory":            {"8f00", "does not use these operands"},
		"imul of one operand":        {"f7e8", "does not use these operands"},
		"mul of 8 bits":              {"f6e0", "does not use these operands"},
		"pause":                      {"f390", "does not use this operation"},
		"cpuid":                      {"0fa2", "does not use this operation"},
	} {
		code, err := hex.DecodeString(test.code)
		if err != nil {
			t.Fatal(err)
		}
		in, err := Decode(code, 0x1000)
		var refused *DecodeError
		if !errors.As(err, &refused) {
			t.Errorf("%s: decoded as %v, %v", name, in, err)
			continue
		}
		if refused.Addr != 0x1000 || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "0x1000") {
			t.Errorf("%s: %v, want %q", name, err, test.want)
		}
	}
}

// Each case is an instruction and its steps, as doc.go writes them.
func TestSteps(t *testing.T) {
	for code, want := range map[string]string{
		"2b4b02":               "T0 = load4 [rbx+2]; T1 = sub4 rcx, T0; flags.sub4 rcx, T0, T1; set4 rcx, T1",
		"4288440dff":           "store1 [rbp+r9*1-1], rax",
		"488d05f9ffffff":       "T0 = addr8 [0x1000]; set8 rax, T0",
		"488b80000000f0":       "T0 = load8 [rax-268435456]; set8 rax, T0",
		"ff4d00":               "T0 = load4 [rbp]; T1 = sub4 T0, 0x1; store4 [rbp], T1; flags.dec4 T0, 0x1, T1",
		"7502":                 "jump.ne 0x1004",
		"ebfe":                 "jump.mp 0x1000",
		"e8fbffffff":           "call 0x1000",
		"c3":                   "ret",
		"0f05":                 "syscall",
		"f3a4":                 "repmoveb",
		"57":                   "push8 rdi",
		"6aff":                 "push8 0xffffffffffffffff",
		"5e":                   "pop8 rsi",
		"0f44c1":               "T0 = select4.e rcx, rax; set4 rax, T0",
		"0f94c0":               "T0 = cond1.e; set1 rax, T0",
		"66d3e0":               "T0 = and1 rcx, 0x1f; T1 = shl2 rax, T0; flags.shl2 rax, T0, T1; set2 rax, T1",
		"f30f6f0406":           "T0 = load16 [rsi+rax*1]; set16 xmm0, T0",
		"660fefc1":             "T0 = vxor16 xmm0, xmm1; set16 xmm0, T0",
		"660fd7c1":             "T0 = vmovemask4 xmm1; set4 rax, T0",
		"660f6ec0":             "T0 = zeroext16 rax; set16 xmm0, T0",
		"90":                   "",
		"48b8ffffffffffffff7f": "set8 rax, 0x7fffffffffffffff",
	} {
		b, err := hex.DecodeString(code)
		if err != nil {
			t.Fatal(err)
		}
		in, err := Decode(b, 0x1000)
		if err != nil {
			t.Errorf("%s: %v", code, err)
			continue
		}
		var got []string
		for _, s := range in.Steps() {
			got = append(got, s.String())
		}
		if strings.Join(got, "; ") != want || int(in.Len) != len(b) {
			t.Errorf("%s, %d bytes: %s\nwant %s", code, in.Len, strings.Join(got, "; "), want)
		}
	}
}

// The steps of every row come in the order that doc.go promises: a temporary is set
// before it is read and once only, and nothing is read behind what changes it.
func TestStepOrder(t *testing.T) {
	rank := map[StepOp]int{Store: 1, SetFlags: 2, Set: 3}
	for op := MOV; op < numOps; op++ {
		eachForm(t, op, func(in *Inst) {
			last, set := 0, map[uint8]bool{}
			for _, s := range in.Steps() {
				if rank[s.Op] < last {
					t.Errorf("%s: %s comes too late in %v", op, s, in.Steps())
				}
				last = max(last, rank[s.Op])
				for _, v := range []Val{s.A, s.B, s.C} {
					if v.Kind == TempVal && !set[v.Temp] {
						t.Errorf("%s: %s reads what is not set", op, s)
					}
				}
				if s.Dst.Kind == TempVal {
					if set[s.Dst.Temp] || s.Dst.Temp >= MaxTemps {
						t.Errorf("%s: %s", op, s)
					}
					set[s.Dst.Temp] = true
				}
			}
		})
	}
}

// eachForm gives instructions of every form of a row, from its templates.
func eachForm(t *testing.T, op Op, visit func(*Inst)) {
	rng := rand.New(rand.NewPCG(uint64(op), 3))
	for range 2000 {
		e := encode(rng, templates[op][rng.IntN(len(templates[op]))])
		if in, err := Decode(e.code, hostText); err == nil && in.Op == op {
			visit(&in)
		}
	}
}

// FuzzDecode: whatever the bytes, Decode answers, and what it accepts has steps.
func FuzzDecode(f *testing.F) {
	f.Add([]byte{0x48, 0x8d, 0x05, 1, 0, 0, 0})
	f.Add([]byte{0xf3, 0xa4})
	f.Fuzz(func(t *testing.T, code []byte) {
		in, err := Decode(code, 0x1000)
		if err != nil {
			return
		}
		if in.Len == 0 || int(in.Len) > len(code) || in.Op != NOP && len(in.Steps()) == 0 {
			t.Errorf("% x: %v", code, in)
		}
	})
}
