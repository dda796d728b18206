package mutants

// encoding says where the parts of an instruction are, as offsets into its bytes; -1 is
// a part that it does not have (Intel SDM, volume 2, 2.1).
type encoding struct {
	rex, opcode, modRM, sib int
	disp, dispSize          int
	imm, immSize            int
	twoBytes                bool // the opcode is 0f and another
}

// split finds the parts of an instruction of the table of package isa.
func split(code []byte) encoding {
	e := encoding{rex: -1, modRM: -1, sib: -1, disp: -1, imm: -1}
	at := 0
	for isPrefix(code[at]) {
		at++
	}
	if code[at]&0xf0 == 0x40 {
		e.rex = at
		at++
	}
	e.opcode = at
	if e.twoBytes = code[at] == 0x0f; e.twoBytes {
		at++
	}
	op := code[at]
	at++
	if e.hasModRM(op) {
		at = e.address(code, at)
	}
	if at < len(code) {
		e.imm, e.immSize = at, len(code)-at
	}
	return e
}

func isPrefix(b byte) bool {
	switch b {
	case 0x66, 0x67, 0xf0, 0xf2, 0xf3, 0x2e, 0x36, 0x3e, 0x26, 0x64, 0x65:
		return true
	}
	return false
}

// hasModRM knows the opcodes of the table (Intel SDM, volume 2, appendix A).
func (e *encoding) hasModRM(op byte) bool {
	if e.twoBytes {
		switch {
		case op == 0x05, op == 0x0b, op == 0x31, op&0xf0 == 0x80, op >= 0xc8 && op <= 0xcf:
			return false // syscall, ud2, rdtsc, jcc, bswap
		}
		return true
	}
	switch {
	case op < 0x40:
		return op&7 < 4
	case op == 0x63, op == 0x69, op == 0x6b, op >= 0x80 && op <= 0x8f:
		return true
	case op == 0xc0, op == 0xc1, op == 0xc6, op == 0xc7, op >= 0xd0 && op <= 0xd3:
		return true
	}
	return op == 0xf6 || op == 0xf7 || op >= 0xfe
}

// address reads ModRM, SIB and displacement from at on, and returns where they end.
func (e *encoding) address(code []byte, at int) int {
	e.modRM = at
	mod, rm := code[at]>>6, code[at]&7
	at++
	if mod == 3 {
		return at
	}
	base := rm
	if rm == 4 {
		e.sib, base = at, code[at]&7
		at++
	}
	switch {
	case mod == 1:
		e.dispSize = 1
	case mod == 2 || base == 5: // with mod 0: relative to rip, or no base
		e.dispSize = 4
	}
	if e.dispSize > 0 {
		e.disp = at
	}
	return at + e.dispSize
}
