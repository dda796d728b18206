package lower

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// find is the only lookup.
func (c *code) find() {
	h := c.plan.Match.Index.Hash
	c.section("find: where a text leads to")
	c.routine("find", "in: rdi host or state that it is looked up in; rsi text; ecx its length, not 0",
		"out: rbx the record that it leads to, or 0 where it is not there", "clobbers: rax rcx rdx")
	c.i2(MOV, EAX, ECX, "")
	c.i2(SHL, RAX, Imm(32), "the length")
	c.i2(MOV, EDX, M(4, RDI, keysSeed), "")
	c.i2(OR, RAX, RDX, "and the seed are the first word")
	c.i2(MOV, RBX, Imm(h.Multiplier), "")
	c.mix()
	if !c.longKeys() {
		c.findShort(h)
		return
	}
	c.i2(SUB, ECX, Imm(8), "where the last word starts")
	c.i1(JB, Target("find_short"), "")
	c.i2(XOR, EDX, EDX, "")
	c.i1(JMP, Target("find_more"), "")
	c.label("find_word")
	c.i2(XOR, RAX, MX(8, RSI, RDX, 0), "")
	c.mix()
	c.i2(ADD, EDX, Imm(8), "")
	c.label("find_more")
	c.i2(CMP, EDX, ECX, "")
	c.i1(JB, Target("find_word"), "")
	c.i2(XOR, RAX, MX(8, RSI, RCX, 0), "the last word may overlap the one before")
	c.mix()
	c.bucket(h)
	c.i2(CMP, ECX, M(4, RDX, keyLast), "by length,")
	c.i1(JNE, Target("find_end"), "")
	c.i2(MOV, EAX, M(4, RDI, keysSeed), "")
	c.i2(CMP, EAX, M(4, RDX, keySeed), "seed")
	c.i1(JNE, Target("find_end"), "")
	c.i2(XOR, EAX, EAX, "")
	c.i1(JMP, Target("find_compare_more"), "")
	c.label("find_compare")
	c.i2(MOV, RBX, MX(8, RSI, RAX, 0), "")
	c.i2(CMP, RBX, MX(8, RDX, RAX, keyText), "and words")
	c.i1(JNE, Target("find_end"), "")
	c.i2(ADD, EAX, Imm(8), "")
	c.label("find_compare_more")
	c.i2(CMP, EAX, ECX, "")
	c.i1(JB, Target("find_compare"), "")
	c.i2(MOV, RBX, MX(8, RSI, RCX, 0), "")
	c.i2(CMP, RBX, MX(8, RDX, RCX, keyText), "")
	c.i1(JNE, Target("find_end"), "")
	c.i1(JMP, Target("find_there"), "")
	c.routine("find_short", "in: rax, rbx as in find; ecx the length less 8")
	c.i2(ADD, ECX, Imm(8), "")
	c.findShort(h)
}

// longKeys: some key has a word or more.
func (c *code) longKeys() bool {
	return slices.ContainsFunc(c.plan.Match.Index.Keys, func(k plan.Key) bool { return len(k.Text) >= 8 })
}

// findShort is for texts of less than a word.
func (c *code) findShort(h *plan.Hash) {
	c.i2(SHL, ECX, Imm(3), "")
	c.i1(NEG, ECX, "64 - 8 * length, as a shift takes it")
	c.i2(MOV, RDX, M(8, RSI, 0), "")
	c.i2(SHL, RDX, CL, "the text in the upper bytes, zeros below")
	c.i2(XOR, RAX, RDX, "")
	c.mix()
	c.bucket(h)
	c.i2(CMP, CL, M(1, RDX, keyShift), "by length,")
	c.i1(JNE, Target("find_end"), "")
	c.i2(MOV, EAX, M(4, RDI, keysSeed), "")
	c.i2(CMP, EAX, M(4, RDX, keySeed), "seed")
	c.i1(JNE, Target("find_end"), "")
	c.i2(MOV, RAX, M(8, RSI, 0), "")
	c.i2(XOR, RAX, M(8, RDX, keyText), "")
	c.i2(SHL, RAX, CL, "and text")
	c.i1(JNZ, Target("find_end"), "")
	c.label("find_there")
	c.i2(MOV, EBX, M(4, RDX, keyTarget), "")
	c.i2(ADD, RBX, R15, "")
	c.i0(RET, "")
	c.label("find_end")
	c.i2(XOR, EBX, EBX, "")
	c.i0(RET, "")
}

// mix is a step of the hash, as plan.Key has it.
func (c *code) mix() {
	c.i2(IMUL, RAX, RBX, "")
	c.i1(BSWAP, RAX, "")
}

// slotOf finds the slot of a hash: in rax; out rdx the bucket, rax the slot's number in it.
func (c *code) slotOf(h *plan.Hash) {
	c.i2(MOV, EDX, EAX, "")
	c.i2(AND, EDX, Imm(len(h.Buckets)-1), "the bucket")
	c.i2(MOV, EDX, Mem{Base: R15, Index: RDX, Scale: 4, Disp: classTableSize, Width: 4}, "")
	c.i2(ADD, RDX, R15, "")
	c.i2(IMUL, RAX, M(8, RDX, bucketMultiplier), "")
	c.i2(SHR, RAX, Imm(64-h.SlotBits), "the slot")
}

// bucket finds the one key that a hash can be of: in rax; out rdx its record.
func (c *code) bucket(h *plan.Hash) {
	c.slotOf(h)
	c.i2(MOV, EDX, Mem{Base: RDX, Index: RAX, Scale: 4, Disp: bucketSlots, Width: 4}, "")
	c.i2(ADD, RDX, R15, "the one key that it can be")
}
