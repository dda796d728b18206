package lower

import (
	. "github.com/verbosel/verbosel/codegen/x64"
)

// This file is what a clock adds: the Date of each response (RFC 9110, 6.6.1), the dates
// of the access log, and limits of time in seconds. It is asked for each of these, as it
// costs less than what would have to be proved of a date that is kept.

// hasClock: the plan has a clock.
func (c *code) hasClock() bool { return c.plan.Server.Clock }

// Variables of the clock, as offsets from rbp.
const (
	clockTime  = -176 // 16 bytes: struct timespec
	slotMonth  = -184 // 2 bytes: the month's number in digits, for the log
	slotStamp  = -224 // 39 bytes: the Date field, and the empty line
	clockSlots = 224  // bytes of variables with these
)

// slotTime is where the clock is read to, from rbp.
func (c *code) slotTime() int32 {
	if c.hasClock() {
		return clockTime
	}
	return c.loopSlot(loopTime)
}

// stampText is a Date field (RFC 9110, 5.6.7) with the empty line that ends a header
// block; what is 0 or a name in it is written over.
const stampText = "Date: Sun, 00 Jan 0000 00:00:00 GMT\r\n\r\n"

// Where the parts of the date are in it.
const (
	stampWeekday = slotStamp + 6
	stampDay     = slotStamp + 11
	stampMonth   = slotStamp + 14
	stampYear    = slotStamp + 18
	stampHour    = slotStamp + 23
	stampMinute  = slotStamp + 26
	stampSecond  = slotStamp + 29
)

// dateSize is what a Date field adds to a header block, in bytes.
func (c *code) dateSize() int32 {
	if !c.hasClock() {
		return 0
	}
	return int32(len(stampText) - len("\r\n"))
}

// Clocks of clock_gettime(2).
const (
	clockRealtime  = 0
	clockMonotonic = 1
)

// clockRoutines tell the time.
func (c *code) clockRoutines() {
	c.section("clock: the time, and the date")
	c.stamp()
	if !c.hasDates() {
		c.monthData()
	}
	d := Datum{Label: "weekdays", Note: "1 January 1970 was a Thursday"}
	for _, day := range []string{"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"} {
		d.Fields = append(d.Fields, Bytes{B: []byte(day + ",")})
	}
	c.datum(d)
	c.text("stamp_text", stampText, "a Date field, and the empty line")
}

// checkClock asks the clock at boot, so that a server that may not know the time does not
// start. It knows of no other reason to fail.
func (c *code) checkClock() {
	c.i2(XOR, EDI, EDI, "CLOCK_REALTIME")
	c.i2(LEA, RSI, M(0, RBP, c.slotTime()), "struct timespec")
	c.syscall(sysClockGettime, "")
	c.checkBoot()
	c.nextCall("clock_gettime")
}

// now asks the clock in edi for its seconds, in rax. That it works was seen at boot. Changes
// rcx, rsi, r11 as well.
func (c *code) now() {
	c.i2(XOR, EAX, EAX, "")
	c.i2(MOV, slot(8, c.slotTime()), RAX, "tv_sec, where the call fails")
	c.i2(MOV, slot(8, c.slotTime()+8), RAX, "tv_nsec")
	c.i2(LEA, RSI, M(0, RBP, c.slotTime()), "struct timespec")
	c.syscall(sysClockGettime, "")
	c.i2(MOV, RAX, slot(8, c.slotTime()), "")
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
func (c *code) stamp() {
	c.routine("stamp", "out: slotStamp the Date of now, and the empty line; slotMonth", "clobbers: rax rcx rdx rsi rdi r11")
	c.lea(RSI, "stamp_text", "")
	c.i2(LEA, RDI, M(0, RBP, slotStamp), "")
	c.i2(MOV, ECX, Imm(len(stampText)), "")
	c.i0(REPMOVSB, "")
	c.i2(XOR, EDI, EDI, "CLOCK_REALTIME")
	c.now()
	c.i2(MOV, ESI, EAX, "")
	c.i2(AND, ESI, Imm(partOfDay-1), "seconds of its part of a day")
	c.i2(SHR, RAX, Imm(7), "parts, of 128 seconds, so that they are a number of 32 bits,")
	c.i2(CMP, RAX, Imm(partsTo10000), "up to the year 9999")
	c.i1(JB, Target("stamp_days"), "")
	c.i2(MOV, EAX, Imm(partsTo10000-1), "a clock that is beyond, or in front of 1970, has no date")
	c.label("stamp_days")
	c.divide(partsOfDay, "a day")
	c.i2(SHL, EDX, Imm(7), "")
	c.i2(ADD, ESI, EDX, "seconds of the day")
	c.i2(MOV, R11D, EAX, "days since 1970")
	c.stampTime()
	c.stampWeekday()
	c.stampDate()
	c.i0(RET, "")
}

// divide divides eax by a constant: the quotient is in eax, the rest in edx.
func (c *code) divide(by int64, note string) {
	c.i2(XOR, EDX, EDX, "")
	c.i2(MOV, ECX, Imm(by), note)
	c.i1(DIV, ECX, "")
}

// put writes eax, which is below 100, as two digits, and changes ecx and edx. It is no routine:
// what is known would be kept for each call of it, under each that leads there.
func (c *code) put(place int32, note string) {
	c.divide(10, note)
	c.i2(SHL, EDX, Imm(8), "the ones behind the tens")
	c.i2(LEA, EAX, Mem{Base: RDX, Index: RAX, Scale: 1, Disp: '0'<<8 | '0'}, "")
	c.i2(MOV, slot(2, place), AX, "")
}

// stampTime writes the time of the day, from seconds in esi.
func (c *code) stampTime() {
	c.i2(MOV, EAX, ESI, "")
	c.divide(3600, "")
	c.i2(MOV, ESI, EDX, "seconds of the hour")
	c.put(stampHour, "the hour")
	c.i2(MOV, EAX, ESI, "")
	c.divide(60, "")
	c.i2(MOV, ESI, EDX, "seconds of the minute")
	c.put(stampMinute, "the minute")
	c.i2(MOV, EAX, ESI, "")
	c.put(stampSecond, "and the second")
}

// stampWeekday writes the day of the week, from days in r11d.
func (c *code) stampWeekday() {
	c.i2(MOV, EAX, R11D, "")
	c.divide(7, "")
	c.lea(RSI, "weekdays", "")
	c.i2(MOV, EAX, Mem{Base: RSI, Index: RDX, Scale: 4, Width: 4}, "its name and a comma")
	c.i2(MOV, slot(2, stampWeekday), AX, "")
	c.i2(SHR, EAX, Imm(16), "")
	c.i2(MOV, slot(2, stampWeekday+2), AX, "")
}

// stampDate writes day, month and year, from days in r11d.
func (c *code) stampDate() {
	c.i2(LEA, EAX, Mem{Base: R11, Index: R11, Scale: 1, Disp: 2 * daysTo1970}, "twice the days since 1 March of the year 0")
	c.i2(LEA, EAX, Mem{Base: RAX, Index: RAX, Scale: 1, Disp: 3}, "")
	c.divide(daysOf400, "four centuries")
	c.i2(MOV, ESI, EAX, "centuries")
	c.i2(OR, EDX, Imm(3), "four times the days of the century, plus 3")
	c.i2(MOV, EAX, EDX, "")
	c.divide(daysOf4, "")
	c.i2(MOV, ECX, Imm(100), "")
	c.i2(IMUL, ESI, ECX, "")
	c.i2(ADD, ESI, EAX, "the year, from March on")
	c.i2(SHR, EDX, Imm(2), "days of that year")
	c.i2(LEA, EAX, Mem{Base: RDX, Index: RDX, Scale: 4, Disp: 2}, "")
	c.divide(daysOf5, "five months")
	c.i2(MOV, R11D, EAX, "months since March")
	c.i2(MOV, EAX, EDX, "five times the days of the month, and less than 5")
	c.divide(5, "")
	c.i1(INC, EAX, "the first is day 1")
	c.put(stampDay, "")
	c.i2(MOV, EAX, R11D, "")
	c.i2(CMP, EAX, Imm(10), "")
	c.i1(JAE, Target("stamp_next_year"), "")
	c.i2(ADD, EAX, Imm(3), "March to December")
	c.i1(JMP, Target("stamp_month"), "")
	c.label("stamp_next_year")
	c.i1(INC, ESI, "")
	c.i2(SUB, EAX, Imm(9), "January and February")
	c.label("stamp_month")
	c.lea(RDX, "months", "")
	c.i2(MOV, ECX, Mem{Base: RDX, Index: RAX, Scale: 4, Disp: -4, Width: 4}, "its name")
	c.i2(MOV, slot(2, stampMonth), CX, "")
	c.i2(SHR, ECX, Imm(16), "")
	c.i2(MOV, slot(1, stampMonth+2), CL, "")
	if c.logs() {
		c.put(slotMonth, "its number")
	}
	c.i2(MOV, EAX, ESI, "")
	c.divide(100, "")
	c.i2(MOV, ESI, EDX, "")
	c.put(stampYear, "century")
	c.i2(MOV, EAX, ESI, "")
	c.put(stampYear+2, "and year")
}

// appendDate ends a header block at rdi with the date of slotStamp and the empty line;
// changes rcx and rsi.
func (c *code) appendDate() {
	c.i2(LEA, RSI, M(0, RBP, slotStamp), "")
	c.i2(MOV, ECX, Imm(len(stampText)), "")
	c.i0(REPMOVSB, "")
}

// stampNow is in front of each response.
func (c *code) stampNow() {
	if c.hasClock() {
		c.call("stamp", "its Date")
	}
}

// extension is the most that a header block gets when it is sent, in bytes.
func (c *code) extension() int32 { return c.dateSize() + c.policySize() + c.addedSize() }

// endHead ends a header block at rdi, with what it gets when it is sent; changes rax, rcx
// and rsi.
func (c *code) endHead() {
	if c.adds() {
		c.call("append_added", "")
	}
	c.endAdded()
}

// endAdded is endHead behind the fields with slots.
func (c *code) endAdded() {
	if c.requiresHTTPS() {
		c.call("append_policy", "")
	}
	c.endLine()
}

// endLine ends a header block at rdi, with its date where there is a clock; changes rcx and rsi.
func (c *code) endLine() {
	if c.hasClock() {
		c.appendDate()
		return
	}
	c.i2(MOV, M(2, RDI, 0), Imm('\n'<<8|'\r'), "the empty line")
	c.i2(ADD, RDI, Imm(2), "")
}

// readClock gets the clock of what a client may take its time for, in edx: seconds, or
// without a clock the upper half of the time-stamp counter.
func (c *code) readClock(note string) {
	if !c.hasClock() {
		c.i0(RDTSC, note)
		return
	}
	c.i2(MOV, EDI, Imm(clockMonotonic), "CLOCK_MONOTONIC")
	c.now()
	c.i2(MOV, EDX, EAX, "")
}
