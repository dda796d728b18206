package isa

import (
	"encoding/hex"
	"math/rand/v2"
	"strings"
)

// templates are the encodings of each row as the Intel SDM, volume 2, writes them:
// prefixes and opcode in hexadecimal, then
//
//	/r, /0 to /7   a ModRM byte, with an address or not
//	+r             a register in the opcode's last bits
//	ib iw id iz iq an immediate; iz is iw with prefix 66, else id
//
// encoding adds prefix 66 and REX at random.
var templates = [numOps][]string{
	MOV:    {"88 /r", "89 /r", "8a /r", "8b /r", "c6 /0 ib", "c7 /0 iz", "b0 +r ib", "b8 +r iv"},
	MOVZX:  {"0f b6 /r", "0f b7 /r"},
	MOVSX:  {"0f be /r", "0f bf /r", "63 /r"},
	LEA:    {"8d /r"},
	XCHG:   {"86 /r", "87 /r"},
	BSWAP:  {"0f c8 +r"},
	PUSH:   {"50 +r", "6a ib", "68 id"},
	POP:    {"58 +r"},
	ADD:    arithmeticTemplates(0),
	OR:     arithmeticTemplates(1),
	ADC:    arithmeticTemplates(2),
	SBB:    arithmeticTemplates(3),
	AND:    arithmeticTemplates(4),
	SUB:    arithmeticTemplates(5),
	XOR:    arithmeticTemplates(6),
	CMP:    arithmeticTemplates(7),
	TEST:   {"84 /r", "85 /r", "a8 ib", "a9 iz", "f6 /0 ib", "f7 /0 iz"},
	INC:    {"fe /0", "ff /0"},
	DEC:    {"fe /1", "ff /1"},
	NEG:    {"f6 /3", "f7 /3"},
	NOT:    {"f6 /2", "f7 /2"},
	IMUL:   {"0f af /r", "6b /r ib", "69 /r iz"},
	MUL:    {"f7 /4"},
	DIV:    {"f7 /6"},
	ROL:    shiftTemplates(0),
	ROR:    shiftTemplates(1),
	SHL:    shiftTemplates(4),
	SHR:    shiftTemplates(5),
	SAR:    shiftTemplates(7),
	BT:     {"0f a3 /r", "0f ba /4 ib"},
	BTS:    {"0f ab /r", "0f ba /5 ib"},
	BTR:    {"0f b3 /r", "0f ba /6 ib"},
	BSF:    {"0f bc /r"},
	CMOVCC: conditional("0f 4", " /r"),
	SETCC:  conditional("0f 9", " /0"),
	JCC:    append(conditional("7", " ib"), conditional("0f 8", " id")...),
	JMP:    {"eb ib", "e9 id"}, CALL: {"e8 id"}, RET: {"c3"},
	SYSCALL: {"0f 05"}, RDTSC: {"0f 31"}, NOP: {"90"}, UD2: {"0f 0b"}, REPMOVSB: {"f3 a4"},

	MOVD: {"66 0f 6e /r", "66 0f 7e /r"}, MOVQ: {"66 0f 6e /r", "66 0f 7e /r", "f3 0f 7e /r", "66 0f d6 /r"},
	MOVDQA: {"66 0f 6f /r", "66 0f 7f /r"}, MOVDQU: {"f3 0f 6f /r", "f3 0f 7f /r"},
	MOVUPS: {"0f 10 /r", "0f 11 /r"},
	PXOR:   {"66 0f ef /r"}, POR: {"66 0f eb /r"}, PAND: {"66 0f db /r"}, PANDN: {"66 0f df /r"},
	PADDB: {"66 0f fc /r"}, PSUBB: {"66 0f f8 /r"}, PSUBUSB: {"66 0f d8 /r"},
	PMINUB: {"66 0f da /r"}, PMAXUB: {"66 0f de /r"}, PCMPEQB: {"66 0f 74 /r"},
	PMOVMSKB: {"66 0f d7 /r"}, PUNPCKLBW: {"66 0f 60 /r"}, PUNPCKLDQ: {"66 0f 62 /r"},
	PUNPCKLQDQ: {"66 0f 6c /r"},
}

// arithmeticTemplates are those of the eight operations that share an encoding.
func arithmeticTemplates(n byte) []string {
	digit := " /" + string('0'+n)
	list := []string{"80" + digit + " ib", "81" + digit + " iz", "83" + digit + " ib"}
	for i, operands := range []string{" /r", " /r", " /r", " /r", " ib", " iz"} {
		list = append(list, hex.EncodeToString([]byte{8*n + byte(i)})+operands)
	}
	return list
}

func shiftTemplates(n byte) []string {
	digit := " /" + string('0'+n)
	return []string{"c0" + digit + " ib", "c1" + digit + " ib", "d0" + digit, "d1" + digit, "d2" + digit, "d3" + digit}
}

func conditional(start, end string) (list []string) {
	for _, c := range "0123456789abcdef" {
		list = append(list, start+string(c)+end)
	}
	return list
}

// encoding is a random instruction of a template. Where its address is relative to
// rip, disp is the offset of the displacement in the code, else 0.
type encoding struct {
	code []byte
	disp int
}

// encode fills a template in.
func encode(rng *rand.Rand, template string) (e encoding) {
	fields := strings.Fields(template)
	var data16, wide bool
	if rng.IntN(4) == 0 && fields[0] != "66" && fields[0] != "f3" {
		e.code, data16 = append(e.code, 0x66), true
	}
	for fields[0] == "66" || fields[0] == "f3" {
		e.code = append(e.code, unhex(fields[0]))
		fields = fields[1:]
	}
	if rng.IntN(2) == 0 {
		rex := 0x40 | byte(rng.IntN(16))
		e.code, wide = append(e.code, rex), rex&8 != 0
	}
	for _, f := range fields {
		switch {
		case f[0] == '/':
			e.modRM(rng, f)
		case f == "+r":
			e.code[len(e.code)-1] |= byte(rng.IntN(8))
		case f[0] == 'i':
			e.code = append(e.code, immediate(rng, f[1], data16, wide)...)
		default:
			e.code = append(e.code, unhex(f))
		}
	}
	return e
}

func unhex(s string) byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic("BUG: template: " + err.Error())
	}
	return b[0]
}

// immediate is random, often with an extreme value.
func immediate(rng *rand.Rand, kind byte, data16, wide bool) []byte {
	size := map[byte]int{'b': 1, 'w': 2, 'd': 4, 'z': 4, 'v': 4}[kind]
	switch {
	case kind == 'v' && wide:
		size = 8
	case data16 && (kind == 'z' || kind == 'v') && !wide:
		size = 2
	}
	b := make([]byte, 8)
	putLittle(b, Value{Lo: interesting(rng)})
	return b[:size]
}

// modRM adds a ModRM byte with what it asks for: SIB, displacement.
func (e *encoding) modRM(rng *rand.Rand, field string) {
	reg := byte(rng.IntN(8))
	if field != "/r" {
		reg = field[1] - '0'
	}
	mod, rm := byte(rng.IntN(4)), byte(rng.IntN(8))
	e.code = append(e.code, mod<<6|reg<<3|rm)
	sib := byte(rng.IntN(256))
	if mod != 3 && rm == 4 {
		e.code = append(e.code, sib)
	}
	size := map[byte]int{1: 1, 2: 4}[mod]
	if mod == 0 && (rm == 5 || rm == 4 && sib&7 == 5) {
		size = 4
		if rm == 5 {
			e.disp = len(e.code)
		}
	}
	b := make([]byte, 8)
	putLittle(b, Value{Lo: rng.Uint64()})
	e.code = append(e.code, b[:size]...)
}

// interesting is a random value, often one where carries, signs or counts change.
func interesting(rng *rand.Rand) uint64 {
	switch rng.IntN(4) {
	case 0:
		return uint64(rng.IntN(70)) - 3
	case 1:
		return 1<<rng.IntN(64) - uint64(rng.IntN(2))
	}
	return rng.Uint64()
}
