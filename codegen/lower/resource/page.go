package resource

import (
	"encoding/binary"

	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// isAsset tells files that are missing from pages of an application, by the path alone: its last
// segment begins with a dot, or ends with one of the extensions of plan.AssetExtensions.
func isAsset(c *emit.Code) {
	c.Routine("is_asset", "in: rsi path; ecx its length", "out: zero set where its last segment is the name of an asset", "clobbers: rax rcx rdx rdi")
	c.I2(MOV, EDX, ECX, "")
	c.Label("asset_byte")
	c.I1(DEC, EDX, "from the end")
	c.I1(JS, Target("no_asset"), "never: a path begins with a slash")
	c.I2(MOVZX, EAX, MX(1, RSI, RDX, 0), "")
	c.I2(CMP, AL, Imm('/'), "")
	c.I1(JE, Target("no_asset"), "no dot in the segment")
	c.I2(CMP, AL, Imm('.'), "")
	c.I1(JNE, Target("asset_byte"), "")
	c.I2(LEA, EDI, M(0, RDX, 1), "behind the last dot")
	c.Label("asset_segment")
	c.I1(DEC, EDX, "on to the segment's start")
	c.I1(JS, Target("no_asset"), "never")
	c.I2(CMP, MX(1, RSI, RDX, 0), Imm('/'), "")
	c.I1(JNE, Target("asset_segment"), "")
	c.I2(CMP, MX(1, RSI, RDX, 1), Imm('.'), "the segment begins with one")
	c.I1(JE, Target("asset_known"), "")
	c.I2(MOV, RAX, MX(8, RSI, RDI, 0), "the extension's text,")
	c.I2(MOV, RDX, Imm(0x2020202020202020), "")
	c.I2(OR, RAX, RDX, "letters in lower case; no other byte of a path becomes one of the text's")
	c.I2(SUB, ECX, EDI, "and its length")
	c.I2(CMP, ECX, Imm(8), "")
	c.I1(JAE, Target("asset_long"), "")
	c.I2(SHL, ECX, Imm(3), "")
	c.I1(NEG, ECX, "64 - 8 * length, as a shift takes it")
	c.I2(SHL, RAX, CL, "in the upper bytes, zeros below; an empty one stays what stands behind it, and has none")
	c.Lea(RDI, "asset_extensions", "")
	c.I2(MOV, ECX, Imm(len(plan.AssetExtensions)), "")
	c.Label("asset_extension")
	c.I2(CMP, RAX, Mem{Base: RDI, Index: RCX, Scale: 8, Disp: -8, Width: 8}, "")
	c.I1(JE, Target("asset_known"), "")
	c.I1(DEC, ECX, "")
	c.I1(JNZ, Target("asset_extension"), "")
	c.Label("no_asset")
	c.I2(OR, ECX, Imm(1), "zero is clear")
	c.Label("asset_known")
	c.I0(RET, "")
	c.Label("asset_long")
	c.I2(CMP, ECX, Imm(len(plan.AssetLong)), "the one that is longer than a word")
	c.I1(JNE, Target("asset_known"), "")
	c.I2(CMP, RAX, Sym(8, "asset_long_text", 0), "")
	c.I1(JNE, Target("asset_known"), "")
	c.I2(MOV, RAX, MX(8, RSI, RDI, int32(len(plan.AssetLong)-8)), "its last word, which overlaps the one before")
	c.I2(OR, RAX, RDX, "")
	c.I2(CMP, RAX, Sym(8, "asset_long_text", int32(len(plan.AssetLong)-8)), "")
	c.I0(RET, "")
	d := Datum{Label: "asset_extensions", Note: "in the upper bytes of a word"}
	for _, ext := range plan.AssetExtensions {
		var word [8]byte
		copy(word[8-len(ext):], ext)
		d.Fields = append(d.Fields, Word{Size: 8, Value: binary.LittleEndian.Uint64(word[:]), Note: ext})
	}
	c.Datum(d)
	c.Datum(emit.Near("asset_long_text", plan.AssetLong, ""))
}
