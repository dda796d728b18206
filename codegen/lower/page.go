package lower

import (
	"encoding/binary"

	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// isAsset tells files that are missing from pages of an application, by the path alone: its last
// segment begins with a dot, or ends with one of the extensions of plan.AssetExtensions.
func (c *code) isAsset() {
	c.routine("is_asset", "in: rsi path; ecx its length", "out: zero set where its last segment is the name of an asset", "clobbers: rax rcx rdx rdi")
	c.i2(MOV, EDX, ECX, "")
	c.label("asset_byte")
	c.i1(DEC, EDX, "from the end")
	c.i1(JS, Target("no_asset"), "never: a path begins with a slash")
	c.i2(MOVZX, EAX, MX(1, RSI, RDX, 0), "")
	c.i2(CMP, AL, Imm('/'), "")
	c.i1(JE, Target("no_asset"), "no dot in the segment")
	c.i2(CMP, AL, Imm('.'), "")
	c.i1(JNE, Target("asset_byte"), "")
	c.i2(LEA, EDI, M(0, RDX, 1), "behind the last dot")
	c.label("asset_segment")
	c.i1(DEC, EDX, "on to the segment's start")
	c.i1(JS, Target("no_asset"), "never")
	c.i2(CMP, MX(1, RSI, RDX, 0), Imm('/'), "")
	c.i1(JNE, Target("asset_segment"), "")
	c.i2(CMP, MX(1, RSI, RDX, 1), Imm('.'), "the segment begins with one")
	c.i1(JE, Target("asset_known"), "")
	c.i2(MOV, RAX, MX(8, RSI, RDI, 0), "the extension's text,")
	c.i2(MOV, RDX, Imm(0x2020202020202020), "")
	c.i2(OR, RAX, RDX, "letters in lower case; no other byte of a path becomes one of the text's")
	c.i2(SUB, ECX, EDI, "and its length")
	c.i2(CMP, ECX, Imm(8), "")
	c.i1(JAE, Target("asset_long"), "")
	c.i2(SHL, ECX, Imm(3), "")
	c.i1(NEG, ECX, "64 - 8 * length, as a shift takes it")
	c.i2(SHL, RAX, CL, "in the upper bytes, zeros below; an empty one stays what stands behind it, and has none")
	c.lea(RDI, "asset_extensions", "")
	c.i2(MOV, ECX, Imm(len(plan.AssetExtensions)), "")
	c.label("asset_extension")
	c.i2(CMP, RAX, Mem{Base: RDI, Index: RCX, Scale: 8, Disp: -8, Width: 8}, "")
	c.i1(JE, Target("asset_known"), "")
	c.i1(DEC, ECX, "")
	c.i1(JNZ, Target("asset_extension"), "")
	c.label("no_asset")
	c.i2(OR, ECX, Imm(1), "zero is clear")
	c.label("asset_known")
	c.i0(RET, "")
	c.label("asset_long")
	c.i2(CMP, ECX, Imm(len(plan.AssetLong)), "the one that is longer than a word")
	c.i1(JNE, Target("asset_known"), "")
	c.i2(CMP, RAX, Sym(8, "asset_long_text", 0), "")
	c.i1(JNE, Target("asset_known"), "")
	c.i2(MOV, RAX, MX(8, RSI, RDI, int32(len(plan.AssetLong)-8)), "its last word, which overlaps the one before")
	c.i2(OR, RAX, RDX, "")
	c.i2(CMP, RAX, Sym(8, "asset_long_text", int32(len(plan.AssetLong)-8)), "")
	c.i0(RET, "")
	d := Datum{Label: "asset_extensions", Note: "in the upper bytes of a word"}
	for _, ext := range plan.AssetExtensions {
		var word [8]byte
		copy(word[8-len(ext):], ext)
		d.Fields = append(d.Fields, Word{Size: 8, Value: binary.LittleEndian.Uint64(word[:]), Note: ext})
	}
	c.datum(d)
	c.datum(near("asset_long_text", plan.AssetLong, ""))
}
