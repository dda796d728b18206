package isa

import (
	"encoding/hex"
	"math/rand/v2"
	"strings"
	"testing"
)

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
					t.Errorf("%s: %s comes too late in %v", OpName(op), s, in.Steps())
				}
				last = max(last, rank[s.Op])
				for _, v := range []Val{s.A, s.B, s.C} {
					if v.Kind == TempVal && !set[v.Temp] {
						t.Errorf("%s: %s reads what is not set", OpName(op), s)
					}
				}
				if s.Dst.Kind == TempVal {
					if set[s.Dst.Temp] || s.Dst.Temp >= MaxTemps {
						t.Errorf("%s: %s", OpName(op), s)
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
