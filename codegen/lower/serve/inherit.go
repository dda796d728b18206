package serve

import (
	"github.com/verbosel/verbosel/codegen/lower/boot"
	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
	"github.com/verbosel/verbosel/codegen/lower/log"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// A server that systemd starts by a socket unit is handed its listener over, on descriptor 3
// (sd_listen_fds(3)): LISTEN_PID says which process that is for, LISTEN_FDS how many there are.
// A client that comes while no server runs waits in the socket for the next one.
//
// One that was accepted must not be lost either. So the signals that stop the server are
// blocked, but while it waits for a client, in ppoll: there it has none.

// firstDescriptor is SD_LISTEN_FDS_START.
const firstDescriptor = 3

// isForUs demands one descriptor, for this process.
//
// in: argc, behind a frame.
func isForUs(c *emit.Code, frame int32) {
	const fds, pid = "LISTEN_FDS=", "LISTEN_PID="
	c.Text("fds_name", fds, "how many descriptors are handed over")
	boot.FindVariable(c, frame, fds, "fds_name", "_fds", "not_for_us")
	c.I2(CMP, M(1, R9, 0), Imm('1'), "one")
	c.I1(JNE, Target("not_one"), "")
	c.I2(CMP, M(1, R9, 1), Imm(0), "and no digit more")
	c.I1(JNE, Target("not_one"), "")
	c.Text("pid_name", pid, "which process they are for")
	boot.FindVariable(c, frame, pid, "pid_name", "_pid", "not_for_us")
	boot.Decimal(c, "pid", 8, "more digits than a process has: at most 4,194,304 (proc(5), pid_max)", "not_for_us")
	c.Syscall(emit.SysGetpid, "")
	c.I2(CMP, EAX, R13D, "the variables may be those of a parent, which left them behind")
	c.I1(JNE, Target("not_for_us"), "")
}

// takeOver has the listener, sets its options, and blocks the signals that stop the server, but in one that makes workers. It
// gives the last call that it makes.
func takeOver(c *emit.Code) string {
	c.I2(MOV, R12D, Imm(firstDescriptor), "the listener")
	boot.SetOptions(c, R12D, func() { boot.CheckBoot(c) })
	last := "setsockopt"
	if c.Loops() {
		boot.NextCall(c, last)
		doNotWait(c)
		last = "fcntl"
	}
	if divides(c) {
		return last
	}
	boot.NextCall(c, last)
	blockSignals(c)
	return "rt_sigprocmask"
}

// Of fcntl(2).
const (
	fSetfl    = 4
	oNonblock = sockNonblock
)

// doNotWait: the loop accepts as long as somebody is there. The flag is the socket's, which systemd has, too: it sets it as its unit
// has it (NonBlocking=) for each process that it starts.
func doNotWait(c *emit.Code) {
	c.I2(MOV, EDX, Imm(oNonblock), "O_NONBLOCK: accept4 does not wait; what it accepts does")
	c.I2(MOV, ESI, Imm(fSetfl), "F_SETFL")
	c.I2(MOV, EDI, R12D, "")
	c.Syscall(emit.SysFcntl, "")
	boot.CheckBoot(c)
}

// blockSignals blocks the signals that stop the server, but where it waits.
func blockSignals(c *emit.Code) {
	c.I2(MOV, R10D, Imm(8), "size of a signal set")
	c.I2(XOR, EDX, EDX, "the old set is not wanted")
	c.Lea(RSI, "stopping", "")
	c.I2(XOR, EDI, EDI, "SIG_BLOCK")
	c.Syscall(emit.SysSigprocmsk, "")
	boot.CheckBoot(c)
	c.Datum(Datum{Label: "stopping", Note: "sigset_t: the signals that stop the server, from SIGHUP in the lowest bit", Fields: []Field{
		Word{Size: 8, Value: 1<<(sigInt-1) | 1<<(sigQuit-1) | 1<<(sigTerm-1), Note: "SIGINT, SIGQUIT, SIGTERM"},
	}})
}

// slotAwait is the struct pollfd of the parent, 8 bytes: it has no request whose body could have
// a length.
const slotAwait = layout.SlotContent

// awaitClient waits for a client, and for a signal that stops the server. Where it fails, accept
// waits.
//
// A wait that has something to report delivers no signal (Linux, fs/select.c, do_poll), and under
// load a client is always there: so there is a wait for nothing before it, which never has.
func awaitClient(c *emit.Code) {
	hearSignals(c)
	c.I2(LEA, RDI, M(0, RBP, slotAwait), "struct pollfd:")
	c.I2(MOV, M(4, RDI, 0), Imm(firstDescriptor), "the listener,")
	c.I2(MOV, M(4, RDI, 4), Imm(log.PollIn), "POLLIN: a client is there")
	c.I2(MOV, ESI, Imm(1), "one")
	c.I2(XOR, EDX, EDX, "however long it takes, and no signal is blocked either")
	c.Syscall(emit.SysPpoll, "")
}

// hearSignals waits for nothing, with no signal blocked. It leaves no signals in r10, and the size
// of a set in r8d.
func hearSignals(c *emit.Code) {
	c.Lea(R10, "none", "meanwhile no signal is blocked")
	c.I2(MOV, R8D, Imm(8), "size of a signal set")
	c.I2(MOV, RDX, R10, "no time, and for nothing:")
	c.I2(XOR, ESI, ESI, "no descriptors,")
	c.I2(XOR, EDI, EDI, "nor a place for them")
	c.Syscall(emit.SysPpoll, "a signal that came comes through, also where clients wait")
	noSignals(c)
}

// noSignals is the empty set of signals.
func noSignals(c *emit.Code) {
	c.Datum(Datum{Label: "none", Note: "sigset_t: no signal, and with what follows struct timespec: no time", Fields: []Field{Word{Size: 8}, Word{Size: 8}}})
}

// clearPeer clears the room for a client's address, as how much of that accept writes is
// the family's, and which one a listener has that was taken over is not known before.
func clearPeer(c *emit.Code) {
	if !c.Plan.Server.Listen.Inherited() {
		return
	}
	c.I2(XOR, EAX, EAX, "nothing of an earlier client's address is left")
	for at := int32(0); at < log.PeerSize; at += 8 {
		width := uint8(min(8, log.PeerSize-at))
		c.I2(MOV, layout.Slot(width, log.SlotPeer+at), map[uint8]Reg{8: RAX, 4: EAX}[width], "")
	}
}

// notForUs says why the server was handed nothing over.
func notForUs(c *emit.Code) {
	c.Routine("not_one", "Ends with status 1.")
	c.I2(MOV, EDI, Imm(2), "standard error")
	boot.Tell(c, "not_one_text", "$LISTEN_FDS must be 1: the socket unit has one ListenStream\n", "")
	c.I1(JMP, Target("refuse"), "")
	c.Routine("not_for_us", "Ends with status 1.")
	c.I2(MOV, EDI, Imm(2), "standard error")
	boot.Tell(c, "not_for_us_text", "$LISTEN_PID and $LISTEN_FDS hand this process no socket over: start it by a socket unit of systemd, or by systemd-socket-activate\n", "")
	c.Label("refuse")
	c.I1(DEC, EDI, "status 1, one less than standard error")
	c.I1(JMP, Target("exit"), "")
}
