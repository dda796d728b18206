package clock

import (
	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// This file is what a clock adds: the Date of each response (RFC 9110, 6.6.1), the dates
// of the access log, and limits of time in seconds. It is asked for each of these, as it
// costs less than what would have to be proved of a date that is kept.

// SlotTime is where the clock is read to, from rbp.
func SlotTime(c *emit.Code) int32 {
	if c.HasClock() {
		return layout.ClockTime
	}
	return c.LoopSlot(layout.LoopTime)
}

// Where the parts of the date are in it.
const (
	stampWeekday = layout.SlotStamp + 6
	StampDay     = layout.SlotStamp + 11
	stampMonth   = layout.SlotStamp + 14
	StampYear    = layout.SlotStamp + 18
	StampHour    = layout.SlotStamp + 23
	stampMinute  = layout.SlotStamp + 26
	stampSecond  = layout.SlotStamp + 29
)

// Clocks of clock_gettime(2).
const (
	clockRealtime  = 0
	ClockMonotonic = 1
)

// ClockRoutines tell the time.
func ClockRoutines(c *emit.Code) {
	c.Section("clock: the time, and the date")
	stamp(c)
	if !c.HasDates() {
		MonthData(c)
	}
	d := Datum{Label: "weekdays", Note: "1 January 1970 was a Thursday"}
	for _, day := range []string{"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"} {
		d.Fields = append(d.Fields, Bytes{B: []byte(day + ",")})
	}
	c.Datum(d)
	c.Text("stamp_text", layout.StampText, "a Date field, and the empty line")
}

// Now asks the clock in edi for its seconds, in rax. That it works was seen at boot. Changes
// rcx, rsi, r11 as well.
func Now(c *emit.Code) {
	c.I2(XOR, EAX, EAX, "")
	c.I2(MOV, layout.Slot(8, SlotTime(c)), RAX, "tv_sec, where the call fails")
	c.I2(MOV, layout.Slot(8, SlotTime(c)+8), RAX, "tv_nsec")
	c.I2(LEA, RSI, M(0, RBP, SlotTime(c)), "struct timespec")
	c.Syscall(emit.SysClockGettime, "")
	c.I2(MOV, RAX, layout.Slot(8, SlotTime(c)), "")
}

// Days are counted in eras of 400 years, 146,097 days, from 1 March of the year 0 on, so
// that a leap day is the last of its year, its century and its era; 1 January 1970 is day
// 719,468 of that. Four times a number of days, plus 3, divided by the days of four
// periods, is the number of whole periods, though some have a day more than others.
const (
	daysTo1970   = 719_468
	daysOf400    = 146_097 // years
	daysOf4      = 1_461   // years
	daysOf5      = 153     // months, from March or August on: 31 30 31 30 31
	partOfDay    = 128     // seconds, of which a day has a whole number
	partsOfDay   = 675
	partsTo10000 = 2_932_897 * partsOfDay // from 1970 on: an IMF-fixdate has four digits for the year
)

// stamp makes the Date of now. There is no loop in it.
func stamp(c *emit.Code) {
	c.Routine("stamp", "out: slotStamp the Date of now, and the empty line; slotMonth", "clobbers: rax rcx rdx rsi rdi r11")
	c.Lea(RSI, "stamp_text", "")
	c.I2(LEA, RDI, M(0, RBP, layout.SlotStamp), "")
	c.I2(MOV, ECX, Imm(len(layout.StampText)), "")
	c.I0(REPMOVSB, "")
	c.I2(XOR, EDI, EDI, "CLOCK_REALTIME")
	Now(c)
	c.I2(MOV, ESI, EAX, "")
	c.I2(AND, ESI, Imm(partOfDay-1), "seconds of its part of a day")
	c.I2(SHR, RAX, Imm(7), "parts, of 128 seconds, so that they are a number of 32 bits,")
	c.I2(CMP, RAX, Imm(partsTo10000), "up to the year 9999")
	c.I1(JB, Target("stamp_days"), "")
	c.I2(MOV, EAX, Imm(partsTo10000-1), "a clock that is beyond, or in front of 1970, has no date")
	c.Label("stamp_days")
	Divide(c, partsOfDay, "a day")
	c.I2(SHL, EDX, Imm(7), "")
	c.I2(ADD, ESI, EDX, "seconds of the day")
	c.I2(MOV, R11D, EAX, "days since 1970")
	stampTime(c)
	putWeekday(c)
	stampDate(c)
	c.I0(RET, "")
}

// Divide divides eax by a constant: the quotient is in eax, the rest in edx.
func Divide(c *emit.Code, by int64, note string) {
	c.I2(XOR, EDX, EDX, "")
	c.I2(MOV, ECX, Imm(by), note)
	c.I1(DIV, ECX, "")
}

// put writes eax, which is below 100, as two digits, and changes ecx and edx. It is no routine:
// what is known would be kept for each call of it, under each that leads there.
func put(c *emit.Code, place int32, note string) {
	Divide(c, 10, note)
	c.I2(SHL, EDX, Imm(8), "the ones behind the tens")
	c.I2(LEA, EAX, Mem{Base: RDX, Index: RAX, Scale: 1, Disp: '0'<<8 | '0'}, "")
	c.I2(MOV, layout.Slot(2, place), AX, "")
}

// stampTime writes the time of the day, from seconds in esi.
func stampTime(c *emit.Code) {
	c.I2(MOV, EAX, ESI, "")
	Divide(c, 3600, "")
	c.I2(MOV, ESI, EDX, "seconds of the hour")
	put(c, StampHour, "the hour")
	c.I2(MOV, EAX, ESI, "")
	Divide(c, 60, "")
	c.I2(MOV, ESI, EDX, "seconds of the minute")
	put(c, stampMinute, "the minute")
	c.I2(MOV, EAX, ESI, "")
	put(c, stampSecond, "and the second")
}

// putWeekday writes the day of the week, from days in r11d.
func putWeekday(c *emit.Code) {
	c.I2(MOV, EAX, R11D, "")
	Divide(c, 7, "")
	c.Lea(RSI, "weekdays", "")
	c.I2(MOV, EAX, Mem{Base: RSI, Index: RDX, Scale: 4, Width: 4}, "its name and a comma")
	c.I2(MOV, layout.Slot(2, stampWeekday), AX, "")
	c.I2(SHR, EAX, Imm(16), "")
	c.I2(MOV, layout.Slot(2, stampWeekday+2), AX, "")
}

// stampDate writes day, month and year, from days in r11d.
func stampDate(c *emit.Code) {
	c.I2(LEA, EAX, Mem{Base: R11, Index: R11, Scale: 1, Disp: 2 * daysTo1970}, "twice the days since 1 March of the year 0")
	c.I2(LEA, EAX, Mem{Base: RAX, Index: RAX, Scale: 1, Disp: 3}, "")
	Divide(c, daysOf400, "four centuries")
	c.I2(MOV, ESI, EAX, "centuries")
	c.I2(OR, EDX, Imm(3), "four times the days of the century, plus 3")
	c.I2(MOV, EAX, EDX, "")
	Divide(c, daysOf4, "")
	c.I2(MOV, ECX, Imm(100), "")
	c.I2(IMUL, ESI, ECX, "")
	c.I2(ADD, ESI, EAX, "the year, from March on")
	c.I2(SHR, EDX, Imm(2), "days of that year")
	c.I2(LEA, EAX, Mem{Base: RDX, Index: RDX, Scale: 4, Disp: 2}, "")
	Divide(c, daysOf5, "five months")
	c.I2(MOV, R11D, EAX, "months since March")
	c.I2(MOV, EAX, EDX, "five times the days of the month, and less than 5")
	Divide(c, 5, "")
	c.I1(INC, EAX, "the first is day 1")
	put(c, StampDay, "")
	c.I2(MOV, EAX, R11D, "")
	c.I2(CMP, EAX, Imm(10), "")
	c.I1(JAE, Target("stamp_next_year"), "")
	c.I2(ADD, EAX, Imm(3), "March to December")
	c.I1(JMP, Target("stamp_month"), "")
	c.Label("stamp_next_year")
	c.I1(INC, ESI, "")
	c.I2(SUB, EAX, Imm(9), "January and February")
	c.Label("stamp_month")
	c.Lea(RDX, "months", "")
	c.I2(MOV, ECX, Mem{Base: RDX, Index: RAX, Scale: 4, Disp: -4, Width: 4}, "its name")
	c.I2(MOV, layout.Slot(2, stampMonth), CX, "")
	c.I2(SHR, ECX, Imm(16), "")
	c.I2(MOV, layout.Slot(1, stampMonth+2), CL, "")
	if c.Logs() {
		put(c, layout.SlotMonth, "its number")
	}
	c.I2(MOV, EAX, ESI, "")
	Divide(c, 100, "")
	c.I2(MOV, ESI, EDX, "")
	put(c, StampYear, "century")
	c.I2(MOV, EAX, ESI, "")
	put(c, StampYear+2, "and year")
}

// appendDate ends a header block at rdi with the date of SlotStamp and the empty line;
// changes rcx and rsi.
func appendDate(c *emit.Code) {
	c.I2(LEA, RSI, M(0, RBP, layout.SlotStamp), "")
	c.I2(MOV, ECX, Imm(len(layout.StampText)), "")
	c.I0(REPMOVSB, "")
}

// StampNow is in front of each response.
func StampNow(c *emit.Code) {
	if c.HasClock() {
		c.Call("stamp", "its Date")
	}
}

// EndHead ends a header block at rdi, with what it gets when it is sent; changes rax, rcx
// and rsi.
func EndHead(c *emit.Code) {
	if c.Adds() {
		c.Call("append_added", "")
	}
	EndAdded(c)
}

// EndAdded is EndHead behind the fields with slots.
func EndAdded(c *emit.Code) {
	if c.RequiresHTTPS() {
		c.Call("append_policy", "")
	}
	EndLine(c)
}

// EndLine ends a header block at rdi, with its date where there is a clock; changes rcx and rsi.
func EndLine(c *emit.Code) {
	if c.HasClock() {
		appendDate(c)
		return
	}
	c.I2(MOV, M(2, RDI, 0), Imm('\n'<<8|'\r'), "the empty line")
	c.I2(ADD, RDI, Imm(2), "")
}

// ReadClock gets the clock of what a client may take its time for, in edx: seconds, or
// without a clock the upper half of the time-stamp counter.
func ReadClock(c *emit.Code, note string) {
	if !c.HasClock() {
		c.I0(RDTSC, note)
		return
	}
	c.I2(MOV, EDI, Imm(ClockMonotonic), "CLOCK_MONOTONIC")
	Now(c)
	c.I2(MOV, EDX, EAX, "")
}
