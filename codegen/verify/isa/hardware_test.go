package isa

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// trials is how many random states each row is tried on: the first of them, with -short, as they are the same in each
// run, and differ only where the table or the processor does.
const trials, trialsShort = 3000, 750

// TestHardware runs every row of the table on the processor: random encodings, random
// registers, flags and memory. What the table says and what the processor did must be
// the same, but for what both leave undefined.
func TestHardware(t *testing.T) {
	h := newHost(t)
	for op := MOV; op < numOps; op++ {
		if len(templates[op]) == 0 {
			t.Errorf("%s: a row without a template", OpName(op))
			continue
		}
		rng := rand.New(rand.NewPCG(uint64(op), 1))
		t.Run(OpName(op), func(t *testing.T) { tryRow(t, h, op, rng) })
	}
}

// tryRow tries a row until it has had its trials, and demands that each of its forms
// had some.
func tryRow(t *testing.T, h *host, op Op, rng *rand.Rand) {
	seen, n := map[string]int{}, trials
	if testing.Short() {
		n = trialsShort
	}
	tryMany(t, h, n, func(slot int) *trial {
		e := encode(rng, templates[op][rng.IntN(len(templates[op]))])
		tr := newTrial(rng, e, slot)
		if tr == nil || tr.in.Op != op {
			return nil
		}
		seen[tr.kind()]++
		return tr
	})
	for _, kind := range kinds(op) {
		if seen[kind] == 0 {
			t.Errorf("%s: no instruction was tried; those that were: %v", kind, seen)
		}
	}
}

// TestHardwareBytes runs what bytes decode to: those of each opcode with each ModRM byte, then
// random ones. Decode must not accept what the processor reads otherwise.
func TestHardwareBytes(t *testing.T) {
	h := newHost(t)
	rng := rand.New(rand.NewPCG(1, 2))
	n := 0
	tryMany(t, h, 30*trials, func(slot int) *trial {
		n++
		return newTrial(rng, encoding{code: someBytes(rng, n)}, slot)
	})
}

// tryMany runs n trials of those that next makes for a slot.
func tryMany(t *testing.T, h *host, n int, next func(slot int) *trial) {
	for done, attempts := 0, 0; done < n; {
		var together []*trial
		for ; len(together) < batchSize && done < n; attempts++ {
			if attempts > 1000*n {
				t.Fatalf("only %d of %d random instructions could be tried", done, attempts)
			}
			tr := next(len(together))
			if tr == nil || !tr.predict() {
				continue
			}
			done++
			if tr.alone() {
				tr.sig, tr.err = h.run(tr)
				tr.check(t)
				continue
			}
			together = append(together, tr)
		}
		if err := h.batch(together); err != nil {
			t.Fatal(err)
		}
		for _, tr := range together {
			tr.check(t)
		}
	}
}

// maxLen is the longest instruction in bytes (Intel SDM, volume 2, 2.3.11).
const maxLen = 15

// someBytes are as long as an instruction can be. The first of them have in turn each opcode,
// of one byte or two, with each ModRM byte, behind prefixes that may be a part of it; the
// others are random, with prefixes more often than by chance.
func someBytes(rng *rand.Rand, n int) []byte {
	b := make([]byte, maxLen)
	for i := range b {
		b[i] = byte(rng.Uint32())
	}
	if n >= 3*512*256 {
		prefixes := []byte{0x66, 0xf3, 0xf2, 0x67, 0x2e, 0xf0, 0x40, 0x48, 0x4f, 0x0f}
		for i := 0; i < 3 && rng.IntN(2) == 0; i++ {
			b[i] = prefixes[rng.IntN(len(prefixes))]
		}
		return b
	}
	var start []byte
	if p := n / (512 * 256); p > 0 {
		start = append(start, []byte{0x66, 0xf3}[p-1])
	}
	if rng.IntN(2) == 0 {
		start = append(start, 0x40|byte(rng.IntN(16)))
	}
	if n/256%2 == 1 {
		start = append(start, 0x0f)
	}
	copy(b, append(start, byte(n/512), byte(n)))
	return b
}

// kind names the shapes of the operands.
func (tr *trial) kind() string {
	return kindOf(shapeOf(tr.in.Dst)&^cl, tr.in.Src.Kind, tr.in.Third.Kind)
}

func kindOf(dst shape, src, third OperandKind) string {
	return fmt.Sprintf("first %#x, others %d %d", dst, src, third)
}

// kinds are all that the forms of a row allow.
func kinds(op Op) (list []string) {
	for _, f := range forms[op] {
		for dst := none; dst <= place; dst <<= 1 {
			if f.dst&dst == 0 {
				continue
			}
			for _, src := range sourceKinds(f.src) {
				third := NoOperand
				if f.third != 0 {
					third = ImmOperand
				}
				list = append(list, kindOf(dst, src, third))
			}
		}
	}
	return list
}

func sourceKinds(s shape) (list []OperandKind) {
	for kind, shapes := range map[OperandKind]shape{
		NoOperand: none, ImmOperand: imm, RegOperand: regs | xmm | cl, MemOperand: mems | m128 | place,
	} {
		if s&shapes != 0 {
			list = append(list, kind)
		}
	}
	return list
}
