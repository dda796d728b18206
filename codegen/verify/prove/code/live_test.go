package code

import (
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/isa"
)

// TestNumberSlots: variables that are stored alone take no numbers away from those that are
// read. Where more than 64 were named, some, others with each proof, were none, and what they
// held was forgotten behind a request.
func TestNumberSlots(t *testing.T) {
	p := &Program{Insts: map[uint64]*Decoded{}, SlotNumbers: map[int64]int{}, Stepped: map[int64]bool{}, SlotSizes: map[int64]uint8{}}
	at := func(op isa.StepOp, disp int64, width uint8) isa.Step {
		return isa.Step{Op: op, Mem: isa.Mem{Base: isa.RBP, Index: isa.NoReg, Disp: disp}, Width: width}
	}
	for i := range int64(100) {
		p.Insts[uint64(i)] = &Decoded{Steps: []isa.Step{at(isa.Store, -16*i, 16)}}
	}
	for i := range int64(64) {
		p.Insts[uint64(100+i)] = &Decoded{Steps: []isa.Step{at(isa.Load, -16*i, 8)}}
	}
	p.numberSlots()
	var all uint64
	for i := range int64(100) {
		all |= p.slotBit(-16 * i)
		if bit := p.slotBit(-16 * i); bit == 0 != (i >= 64) {
			t.Errorf("%d has the bit %#x", -16*i, bit)
		}
	}
	if all != 1<<64-1 || p.SlotSizes[0] != 16 {
		t.Errorf("the bits are %#x, the first one's size %d", all, p.SlotSizes[0])
	}
}
