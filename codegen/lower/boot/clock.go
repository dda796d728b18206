package boot

import (
	"github.com/verbosel/verbosel/codegen/lower/clock"
	"github.com/verbosel/verbosel/codegen/lower/emit"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// CheckClock asks the clock at boot, so that a server that may not know the time does not
// start. It knows of no other reason to fail.
func CheckClock(c *emit.Code) {
	c.I2(XOR, EDI, EDI, "CLOCK_REALTIME")
	c.I2(LEA, RSI, M(0, RBP, clock.SlotTime(c)), "struct timespec")
	c.Syscall(emit.SysClockGettime, "")
	CheckBoot(c)
	NextCall(c, "clock_gettime")
}
