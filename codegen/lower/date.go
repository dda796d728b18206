package lower

import (
	. "github.com/verbosel/verbosel/codegen/x64"
)

// ifModifiedSince: a resource that is not newer is not modified (RFC 9110, 13.1.3).
func (c *code) ifModifiedSince() {
	c.ifResource("next_field")
	c.i2(BTS, R9D, bit(hadModifiedSince), "with several members it is ignored")
	c.i1(JC, Target("modified_since_twice"), "")
	c.call("date", "")
	c.i2(TEST, RAX, RAX, "a date that is not valid is ignored")
	c.i1(JZ, Target("next_field"), "")
	c.i2(MOV, RDX, M(8, RBX, resourceModified), "")
	c.i2(TEST, RDX, RDX, "a resource without one is always newer")
	c.i1(JZ, Target("next_field"), "")
	c.i2(CMP, RDX, RAX, "")
	c.i1(JA, Target("next_field"), "")
	c.i2(OR, R9D, Imm(notModified), "")
	c.i1(JMP, Target("next_field"), "")
	c.label("modified_since_twice")
	c.i2(AND, R9D, Imm(^notModified), "")
	c.i1(JMP, Target("next_field"), "")
}

// ifUnmodifiedSince: a resource that is newer fails it (RFC 9110, 13.1.4).
func (c *code) ifUnmodifiedSince() {
	c.ifResource("next_field")
	c.i2(BTS, R9D, bit(hadUnmodifiedSince), "likewise")
	c.i1(JC, Target("unmodified_since_twice"), "")
	c.call("date", "")
	c.i2(TEST, RAX, RAX, "a date that is not valid is ignored")
	c.i1(JZ, Target("next_field"), "")
	c.i2(CMP, M(8, RBX, resourceModified), RAX, "")
	c.i1(JBE, Target("next_field"), "")
	c.i2(OR, R9D, Imm(wasModified), "")
	c.i1(JMP, Target("next_field"), "")
	c.label("unmodified_since_twice")
	c.i2(AND, R9D, Imm(^wasModified), "")
	c.i1(JMP, Target("next_field"), "")
}

// Where the parts of a date are in its number: plan.DateKey.
const (
	dateYear, dateMonth, dateDay     = 26, 22, 17
	dateHour, dateMinute, dateSecond = 12, 6, 0
)

// date reads an HTTP-date in each of its three forms (RFC 9110, 5.6.7). The day of the
// week is not looked at.
//
//	Sun, 06 Nov 1994 08:49:37 GMT     IMF-fixdate
//	Sunday, 06-Nov-94 08:49:37 GMT    RFC 850
//	Sun Nov  6 08:49:37 1994          asctime
func (c *code) date() {
	c.routine("date", "in: ecx, edx start and end of a value", "out: rax its number, as plan.DateKey gives it, or 0 where it is no date",
		"clobbers: rcx rdx rsi rdi r8 r11")
	c.i2(XOR, EAX, EAX, "")
	c.i2(MOV, slot(8, slotDate), RAX, "")
	c.i2(AND, R9D, Imm(^isNoDate), "")
	c.i2(LEA, EDI, M(0, RCX, 24), "the shortest form")
	c.i2(CMP, EDI, EDX, "")
	c.i1(JA, Target("date_invalid"), "")
	c.i2(LEA, EDI, M(0, RCX, 4), "")
	c.i2(CMP, at(1, RCX, 3), Imm(' '), "")
	c.i1(JE, Target("date_asctime"), "")
	c.label("date_comma")
	c.i2(CMP, ECX, EDX, "")
	c.i1(JAE, Target("date_invalid"), "")
	c.i1(INC, ECX, "")
	c.i2(CMP, at(1, RCX, -1), Imm(','), "")
	c.i1(JNE, Target("date_comma"), "")
	c.i2(LEA, EDI, M(0, RCX, 23), "a space, and the shortest of what follows")
	c.i2(CMP, EDI, EDX, "")
	c.i1(JA, Target("date_invalid"), "")
	c.i2(LEA, EDI, M(0, RCX, 1), "behind the comma and a space")
	c.number(31, dateDay)
	c.i1(INC, EDI, "")
	c.call("date_month", "")
	if c.loops() && c.hasHosts() {
		c.i2(LEA, EAX, M(0, RDI, -4), "")
		c.i2(CMP, EAX, slot(4, slotStart), "never: it is of this request. With hosts the proof has lost how far behind its start a field is")
		c.i1(JB, Target("date_invalid"), "")
	}
	c.i2(MOVZX, EAX, at(1, RDI, -4), "")
	c.i1(INC, EDI, "")
	c.i2(CMP, AL, Imm('-'), "")
	c.i1(JE, Target("date_short_year"), "")
	c.call("date_year", "")
	c.i1(JMP, Target("date_year_known"), "")
	c.shortYear()
	c.label("date_year_known")
	c.i1(INC, EDI, "")
	c.call("date_time", "")
	c.i2(CMP, at(4, RDI, 0), Imm(le32(" GMT")), "")
	c.i1(JNE, Target("date_invalid"), "")
	c.i2(ADD, EDI, Imm(4), "")
	c.dateEnd()
	c.asctime()
	c.dateParts()
}

// shortYear is RFC 850's, of two digits.
func (c *code) shortYear() {
	c.label("date_short_year")
	c.i2(MOV, R11D, Imm(99), "")
	c.call("two_digits", "")
	c.i2(CMP, EAX, Imm(70), "from 1970 to 2069: there is no clock to ask")
	c.i2(LEA, R8D, M(0, RAX, 2000), "the flags stay")
	c.i1(JB, Target("date_century"), "")
	c.i2(SUB, R8D, Imm(100), "")
	c.label("date_century")
	c.i2(MOV, EAX, R8D, "")
	c.call("date_put_year", "")
}

// dateEnd gives the number of a date that nothing follows.
func (c *code) dateEnd() {
	c.label("date_end")
	c.i2(CMP, EDI, EDX, "and nothing behind it")
	c.i1(JNE, Target("date_invalid"), "")
	c.i2(TEST, R9D, Imm(isNoDate), "")
	c.i1(JNZ, Target("date_invalid"), "")
	c.i2(MOV, RAX, slot(8, slotDate), "")
	c.i0(RET, "")
	c.label("date_invalid")
	c.i2(XOR, EAX, EAX, "")
	c.i0(RET, "")
}

// asctime reads the form that has no comma.
func (c *code) asctime() {
	c.label("date_asctime")
	c.call("date_month", "")
	c.i1(INC, EDI, "")
	c.i2(CMP, at(1, RDI, 0), Imm(' '), "a day of one digit")
	c.i1(JNE, Target("date_asctime_day"), "")
	c.i2(MOV, at(1, RDI, 0), Imm('0'), "")
	c.label("date_asctime_day")
	c.number(31, dateDay)
	c.i1(INC, EDI, "")
	c.call("date_time", "")
	c.i1(INC, EDI, "")
	c.call("date_year", "")
	c.i1(JMP, Target("date_end"), "")
}

// number reads two digits, up to a limit, and puts them into the date.
func (c *code) number(limit int64, shift int) {
	c.i2(MOV, R11D, Imm(limit), "")
	c.call("two_digits", "")
	if shift > 0 {
		c.i2(SHL, EAX, Imm(shift), "")
	}
	c.i2(OR, slot(8, slotDate), RAX, "")
}

// dateParts are the routines that date is made of. Where something is not as it
// should be they say so in r9 and go on.
func (c *code) dateParts() {
	c.routine("date_time", "in: edi hh:mm:ss", "out: edi behind it", "clobbers: rax rsi r11")
	c.number(23, dateHour)
	c.i2(CMP, at(1, RDI, 0), Imm(':'), "")
	c.i1(JNE, Target("digits_invalid"), "")
	c.i1(INC, EDI, "")
	c.number(59, dateMinute)
	c.i2(CMP, at(1, RDI, 0), Imm(':'), "")
	c.i1(JNE, Target("digits_invalid"), "")
	c.i1(INC, EDI, "")
	c.number(60, dateSecond)
	c.i0(RET, "")

	c.monthPart()
	c.yearPart()
	c.twoDigits()
	c.monthData()
}

// monthPart looks a month up.
func (c *code) monthPart() {
	c.routine("date_month", "in: edi Jan to Dec", "out: edi behind it", "clobbers: rax rcx rsi")
	c.i2(MOV, EAX, at(4, RDI, 0), "")
	c.i2(AND, EAX, Imm(0xffffff), "")
	c.lea(RSI, "months", "")
	c.i2(XOR, ECX, ECX, "")
	c.label("month_next")
	c.i1(INC, ECX, "")
	c.i2(CMP, EAX, Mem{Base: RSI, Index: RCX, Scale: 4, Disp: -4, Width: 4}, "")
	c.i1(JE, Target("month_known"), "")
	c.i2(CMP, ECX, Imm(12), "")
	c.i1(JB, Target("month_next"), "")
	c.i1(JMP, Target("digits_invalid"), "")
	c.label("month_known")
	c.i2(SHL, ECX, Imm(dateMonth), "")
	c.i2(OR, slot(8, slotDate), RCX, "")
	c.i2(ADD, EDI, Imm(3), "")
	c.i0(RET, "")
}

// yearPart reads a year of four digits.
func (c *code) yearPart() {
	c.routine("date_year", "in: edi four digits", "out: edi behind them", "clobbers: rax rsi r8 r11")
	c.i2(MOV, R11D, Imm(99), "")
	c.call("two_digits", "")
	c.i2(MOV, R8D, EAX, "the century")
	c.call("two_digits", "")
	c.i2(MOV, ESI, Imm(100), "")
	c.i2(IMUL, R8D, ESI, "")
	c.i2(ADD, EAX, R8D, "")
	c.routine("date_put_year", "in: eax year", "clobbers: rax")
	c.i2(SHL, RAX, Imm(dateYear), "")
	c.i2(OR, slot(8, slotDate), RAX, "")
	c.i0(RET, "")
}

// twoDigits reads a number.
func (c *code) twoDigits() {
	c.routine("two_digits", "in: edi two digits; r11 the most that they may be", "out: eax their number; edi behind them", "clobbers: rsi")
	c.i2(MOVZX, EAX, at(1, RDI, 0), "")
	c.i2(SUB, EAX, Imm('0'), "")
	c.i2(CMP, EAX, Imm(9), "")
	c.i1(JA, Target("digits_invalid"), "")
	c.i2(LEA, EAX, Mem{Base: RAX, Index: RAX, Scale: 4}, "times five")
	c.i2(MOVZX, ESI, at(1, RDI, 1), "")
	c.i2(SUB, ESI, Imm('0'), "")
	c.i2(CMP, ESI, Imm(9), "")
	c.i1(JA, Target("digits_invalid"), "")
	c.i2(LEA, EAX, Mem{Base: RSI, Index: RAX, Scale: 2}, "times two, and the digit")
	c.i2(CMP, EAX, R11D, "")
	c.i1(JA, Target("digits_invalid"), "")
	c.i2(ADD, EDI, Imm(2), "")
	c.i0(RET, "")
	c.label("digits_invalid")
	c.i2(OR, R9D, Imm(isNoDate), "")
	c.i0(RET, "")
}

func (c *code) monthData() {
	d := Datum{Label: "months", Note: "in the order of the year"}
	for _, m := range []string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"} {
		d.Fields = append(d.Fields, Bytes{B: []byte(m + "\x00")})
	}
	c.datum(d)
}
