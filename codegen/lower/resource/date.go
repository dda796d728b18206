package resource

import (
	"github.com/verbosel/verbosel/codegen/lower/clock"
	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// IfModifiedSince: a resource that is not newer is not modified (RFC 9110, 13.1.3).
func IfModifiedSince(c *emit.Code) {
	ifResource(c, "next_field")
	c.I2(BTS, R9D, layout.Bit(hadModifiedSince), "with several members it is ignored")
	c.I1(JC, Target("modified_since_twice"), "")
	c.Call("date", "")
	c.I2(TEST, RAX, RAX, "a date that is not valid is ignored")
	c.I1(JZ, Target("next_field"), "")
	c.I2(MOV, RDX, M(8, RBX, layout.ResourceModified), "")
	c.I2(TEST, RDX, RDX, "a resource without one is always newer")
	c.I1(JZ, Target("next_field"), "")
	c.I2(CMP, RDX, RAX, "")
	c.I1(JA, Target("next_field"), "")
	c.I2(OR, R9D, Imm(notModified), "")
	c.I1(JMP, Target("next_field"), "")
	c.Label("modified_since_twice")
	c.I2(AND, R9D, Imm(^notModified), "")
	c.I1(JMP, Target("next_field"), "")
}

// IfUnmodifiedSince: a resource that is newer fails it (RFC 9110, 13.1.4).
func IfUnmodifiedSince(c *emit.Code) {
	ifResource(c, "next_field")
	c.I2(BTS, R9D, layout.Bit(hadUnmodifiedSince), "likewise")
	c.I1(JC, Target("unmodified_since_twice"), "")
	c.Call("date", "")
	c.I2(TEST, RAX, RAX, "a date that is not valid is ignored")
	c.I1(JZ, Target("next_field"), "")
	c.I2(CMP, M(8, RBX, layout.ResourceModified), RAX, "")
	c.I1(JBE, Target("next_field"), "")
	c.I2(OR, R9D, Imm(wasModified), "")
	c.I1(JMP, Target("next_field"), "")
	c.Label("unmodified_since_twice")
	c.I2(AND, R9D, Imm(^wasModified), "")
	c.I1(JMP, Target("next_field"), "")
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
func date(c *emit.Code) {
	c.Routine("date", "in: ecx, edx start and end of a value", "out: rax its number, as plan.DateKey gives it, or 0 where it is no date",
		"clobbers: rcx rdx rsi rdi r8 r11")
	c.I2(XOR, EAX, EAX, "")
	c.I2(MOV, layout.Slot(8, layout.SlotDate), RAX, "")
	c.I2(AND, R9D, Imm(^isNoDate), "")
	c.I2(LEA, EDI, M(0, RCX, 24), "the shortest form")
	c.I2(CMP, EDI, EDX, "")
	c.I1(JA, Target("date_invalid"), "")
	c.I2(LEA, EDI, M(0, RCX, 4), "")
	c.I2(CMP, layout.At(1, RCX, 3), Imm(' '), "")
	c.I1(JE, Target("date_asctime"), "")
	c.Label("date_comma")
	c.I2(CMP, ECX, EDX, "")
	c.I1(JAE, Target("date_invalid"), "")
	c.I1(INC, ECX, "")
	c.I2(CMP, layout.At(1, RCX, -1), Imm(','), "")
	c.I1(JNE, Target("date_comma"), "")
	c.I2(LEA, EDI, M(0, RCX, 23), "a space, and the shortest of what follows")
	c.I2(CMP, EDI, EDX, "")
	c.I1(JA, Target("date_invalid"), "")
	c.I2(LEA, EDI, M(0, RCX, 1), "behind the comma and a space")
	number(c, 31, dateDay)
	c.I1(INC, EDI, "")
	c.Call("date_month", "")
	if c.Loops() && c.HasHosts() {
		c.I2(LEA, EAX, M(0, RDI, -4), "")
		c.I2(CMP, EAX, layout.Slot(4, layout.SlotStart), "never: it is of this request. With hosts the proof has lost how far behind its start a field is")
		c.I1(JB, Target("date_invalid"), "")
	}
	c.I2(MOVZX, EAX, layout.At(1, RDI, -4), "")
	c.I1(INC, EDI, "")
	c.I2(CMP, AL, Imm('-'), "")
	c.I1(JE, Target("date_short_year"), "")
	c.Call("date_year", "")
	c.I1(JMP, Target("date_year_known"), "")
	shortYear(c)
	c.Label("date_year_known")
	c.I1(INC, EDI, "")
	c.Call("date_time", "")
	c.I2(CMP, layout.At(4, RDI, 0), Imm(emit.Le32(" GMT")), "")
	c.I1(JNE, Target("date_invalid"), "")
	c.I2(ADD, EDI, Imm(4), "")
	dateEnd(c)
	asctime(c)
	dateParts(c)
}

// shortYear is RFC 850's, of two digits.
func shortYear(c *emit.Code) {
	c.Label("date_short_year")
	c.I2(MOV, R11D, Imm(99), "")
	c.Call("two_digits", "")
	c.I2(CMP, EAX, Imm(70), "from 1970 to 2069: there is no clock to ask")
	c.I2(LEA, R8D, M(0, RAX, 2000), "the flags stay")
	c.I1(JB, Target("date_century"), "")
	c.I2(SUB, R8D, Imm(100), "")
	c.Label("date_century")
	c.I2(MOV, EAX, R8D, "")
	c.Call("date_put_year", "")
}

// dateEnd gives the number of a date that nothing follows.
func dateEnd(c *emit.Code) {
	c.Label("date_end")
	c.I2(CMP, EDI, EDX, "and nothing behind it")
	c.I1(JNE, Target("date_invalid"), "")
	c.I2(TEST, R9D, Imm(isNoDate), "")
	c.I1(JNZ, Target("date_invalid"), "")
	c.I2(MOV, RAX, layout.Slot(8, layout.SlotDate), "")
	c.I0(RET, "")
	c.Label("date_invalid")
	c.I2(XOR, EAX, EAX, "")
	c.I0(RET, "")
}

// asctime reads the form that has no comma.
func asctime(c *emit.Code) {
	c.Label("date_asctime")
	c.Call("date_month", "")
	c.I1(INC, EDI, "")
	c.I2(CMP, layout.At(1, RDI, 0), Imm(' '), "a day of one digit")
	c.I1(JNE, Target("date_asctime_day"), "")
	c.I2(MOV, layout.At(1, RDI, 0), Imm('0'), "")
	c.Label("date_asctime_day")
	number(c, 31, dateDay)
	c.I1(INC, EDI, "")
	c.Call("date_time", "")
	c.I1(INC, EDI, "")
	c.Call("date_year", "")
	c.I1(JMP, Target("date_end"), "")
}

// number reads two digits, up to a limit, and puts them into the date.
func number(c *emit.Code, limit int64, shift int) {
	c.I2(MOV, R11D, Imm(limit), "")
	c.Call("two_digits", "")
	if shift > 0 {
		c.I2(SHL, EAX, Imm(shift), "")
	}
	c.I2(OR, layout.Slot(8, layout.SlotDate), RAX, "")
}

// dateParts are the routines that date is made of. Where something is not as it
// should be they say so in r9 and go on.
func dateParts(c *emit.Code) {
	c.Routine("date_time", "in: edi hh:mm:ss", "out: edi behind it", "clobbers: rax rsi r11")
	number(c, 23, dateHour)
	c.I2(CMP, layout.At(1, RDI, 0), Imm(':'), "")
	c.I1(JNE, Target("digits_invalid"), "")
	c.I1(INC, EDI, "")
	number(c, 59, dateMinute)
	c.I2(CMP, layout.At(1, RDI, 0), Imm(':'), "")
	c.I1(JNE, Target("digits_invalid"), "")
	c.I1(INC, EDI, "")
	number(c, 60, dateSecond)
	c.I0(RET, "")

	monthPart(c)
	yearPart(c)
	twoDigits(c)
	clock.MonthData(c)
}

// monthPart looks a month up.
func monthPart(c *emit.Code) {
	c.Routine("date_month", "in: edi Jan to Dec", "out: edi behind it", "clobbers: rax rcx rsi")
	c.I2(MOV, EAX, layout.At(4, RDI, 0), "")
	c.I2(AND, EAX, Imm(0xffffff), "")
	c.Lea(RSI, "months", "")
	c.I2(XOR, ECX, ECX, "")
	c.Label("month_next")
	c.I1(INC, ECX, "")
	c.I2(CMP, EAX, Mem{Base: RSI, Index: RCX, Scale: 4, Disp: -4, Width: 4}, "")
	c.I1(JE, Target("month_known"), "")
	c.I2(CMP, ECX, Imm(12), "")
	c.I1(JB, Target("month_next"), "")
	c.I1(JMP, Target("digits_invalid"), "")
	c.Label("month_known")
	c.I2(SHL, ECX, Imm(dateMonth), "")
	c.I2(OR, layout.Slot(8, layout.SlotDate), RCX, "")
	c.I2(ADD, EDI, Imm(3), "")
	c.I0(RET, "")
}

// yearPart reads a year of four digits.
func yearPart(c *emit.Code) {
	c.Routine("date_year", "in: edi four digits", "out: edi behind them", "clobbers: rax rsi r8 r11")
	c.I2(MOV, R11D, Imm(99), "")
	c.Call("two_digits", "")
	c.I2(MOV, R8D, EAX, "the century")
	c.Call("two_digits", "")
	c.I2(MOV, ESI, Imm(100), "")
	c.I2(IMUL, R8D, ESI, "")
	c.I2(ADD, EAX, R8D, "")
	c.Routine("date_put_year", "in: eax year", "clobbers: rax")
	c.I2(SHL, RAX, Imm(dateYear), "")
	c.I2(OR, layout.Slot(8, layout.SlotDate), RAX, "")
	c.I0(RET, "")
}

// twoDigits reads a number.
func twoDigits(c *emit.Code) {
	c.Routine("two_digits", "in: edi two digits; r11 the most that they may be", "out: eax their number; edi behind them", "clobbers: rsi")
	c.I2(MOVZX, EAX, layout.At(1, RDI, 0), "")
	c.I2(SUB, EAX, Imm('0'), "")
	c.I2(CMP, EAX, Imm(9), "")
	c.I1(JA, Target("digits_invalid"), "")
	c.I2(LEA, EAX, Mem{Base: RAX, Index: RAX, Scale: 4}, "times five")
	c.I2(MOVZX, ESI, layout.At(1, RDI, 1), "")
	c.I2(SUB, ESI, Imm('0'), "")
	c.I2(CMP, ESI, Imm(9), "")
	c.I1(JA, Target("digits_invalid"), "")
	c.I2(LEA, EAX, Mem{Base: RSI, Index: RAX, Scale: 2}, "times two, and the digit")
	c.I2(CMP, EAX, R11D, "")
	c.I1(JA, Target("digits_invalid"), "")
	c.I2(ADD, EDI, Imm(2), "")
	c.I0(RET, "")
	c.Label("digits_invalid")
	c.I2(OR, R9D, Imm(isNoDate), "")
	c.I0(RET, "")
}
