package route

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// Find is the only lookup.
func Find(c *emit.Code) {
	h := c.Plan.Match.Index.Hash
	c.Section("find: where a text leads to")
	c.Routine("find", "in: rdi host or state that it is looked up in; rsi text; ecx its length, not 0",
		"out: rbx the record that it leads to, or 0 where it is not there", "clobbers: rax rcx rdx")
	c.I2(MOV, EAX, ECX, "")
	c.I2(SHL, RAX, Imm(32), "the length")
	c.I2(MOV, EDX, M(4, RDI, keysSeed), "")
	c.I2(OR, RAX, RDX, "and the seed are the first word")
	c.I2(MOV, RBX, Imm(h.Multiplier), "")
	mix(c)
	if !longKeys(c) {
		findShort(c, h)
		return
	}
	c.I2(SUB, ECX, Imm(8), "where the last word starts")
	c.I1(JB, Target("find_short"), "")
	c.I2(XOR, EDX, EDX, "")
	c.I1(JMP, Target("find_more"), "")
	c.Label("find_word")
	c.I2(XOR, RAX, MX(8, RSI, RDX, 0), "")
	mix(c)
	c.I2(ADD, EDX, Imm(8), "")
	c.Label("find_more")
	c.I2(CMP, EDX, ECX, "")
	c.I1(JB, Target("find_word"), "")
	c.I2(XOR, RAX, MX(8, RSI, RCX, 0), "the last word may overlap the one before")
	mix(c)
	bucket(c, h)
	c.I2(CMP, ECX, M(4, RDX, keyLast), "by length,")
	c.I1(JNE, Target("find_end"), "")
	c.I2(MOV, EAX, M(4, RDI, keysSeed), "")
	c.I2(CMP, EAX, M(4, RDX, keySeed), "seed")
	c.I1(JNE, Target("find_end"), "")
	c.I2(XOR, EAX, EAX, "")
	c.I1(JMP, Target("find_compare_more"), "")
	c.Label("find_compare")
	c.I2(MOV, RBX, MX(8, RSI, RAX, 0), "")
	c.I2(CMP, RBX, MX(8, RDX, RAX, keyText), "and words")
	c.I1(JNE, Target("find_end"), "")
	c.I2(ADD, EAX, Imm(8), "")
	c.Label("find_compare_more")
	c.I2(CMP, EAX, ECX, "")
	c.I1(JB, Target("find_compare"), "")
	c.I2(MOV, RBX, MX(8, RSI, RCX, 0), "")
	c.I2(CMP, RBX, MX(8, RDX, RCX, keyText), "")
	c.I1(JNE, Target("find_end"), "")
	c.I1(JMP, Target("find_there"), "")
	c.Routine("find_short", "in: rax, rbx as in find; ecx the length less 8")
	c.I2(ADD, ECX, Imm(8), "")
	findShort(c, h)
}

// longKeys: some key has a word or more.
func longKeys(c *emit.Code) bool {
	return slices.ContainsFunc(c.Plan.Match.Index.Keys, func(k plan.Key) bool { return len(k.Text) >= 8 })
}

// findShort is for texts of less than a word.
func findShort(c *emit.Code, h *plan.Hash) {
	c.I2(SHL, ECX, Imm(3), "")
	c.I1(NEG, ECX, "64 - 8 * length, as a shift takes it")
	c.I2(MOV, RDX, M(8, RSI, 0), "")
	c.I2(SHL, RDX, CL, "the text in the upper bytes, zeros below")
	c.I2(XOR, RAX, RDX, "")
	mix(c)
	bucket(c, h)
	c.I2(CMP, CL, M(1, RDX, keyShift), "by length,")
	c.I1(JNE, Target("find_end"), "")
	c.I2(MOV, EAX, M(4, RDI, keysSeed), "")
	c.I2(CMP, EAX, M(4, RDX, keySeed), "seed")
	c.I1(JNE, Target("find_end"), "")
	c.I2(MOV, RAX, M(8, RSI, 0), "")
	c.I2(XOR, RAX, M(8, RDX, keyText), "")
	c.I2(SHL, RAX, CL, "and text")
	c.I1(JNZ, Target("find_end"), "")
	c.Label("find_there")
	c.I2(MOV, EBX, M(4, RDX, keyTarget), "")
	c.I2(ADD, RBX, R15, "")
	c.I0(RET, "")
	c.Label("find_end")
	c.I2(XOR, EBX, EBX, "")
	c.I0(RET, "")
}

// mix is a step of the hash, as plan.Key has it.
func mix(c *emit.Code) {
	c.I2(IMUL, RAX, RBX, "")
	c.I1(BSWAP, RAX, "")
}

// slotOf finds the slot of a hash: in rax; out rdx the bucket, rax the slot's number in it.
func slotOf(c *emit.Code, h *plan.Hash) {
	c.I2(MOV, EDX, EAX, "")
	c.I2(AND, EDX, Imm(len(h.Buckets)-1), "the bucket")
	c.I2(MOV, EDX, Mem{Base: R15, Index: RDX, Scale: 4, Disp: emit.ClassTableSize, Width: 4}, "")
	c.I2(ADD, RDX, R15, "")
	c.I2(IMUL, RAX, M(8, RDX, bucketMultiplier), "")
	c.I2(SHR, RAX, Imm(64-h.SlotBits), "the slot")
}

// bucket finds the one key that a hash can be of: in rax; out rdx its record.
func bucket(c *emit.Code, h *plan.Hash) {
	slotOf(c, h)
	c.I2(MOV, EDX, Mem{Base: RDX, Index: RAX, Scale: 4, Disp: bucketSlots, Width: 4}, "")
	c.I2(ADD, RDX, R15, "the one key that it can be")
}
