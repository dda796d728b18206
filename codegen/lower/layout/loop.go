package layout

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// Patient: the limits of the head and between requests differ, so that one read
// timeout cannot stand for both and they are counted.
func (l *Layout) Patient() bool {
	s := l.Plan.Server
	return s.KeepAlive && (s.HeadTimeouts != 1 || s.IdleTimeouts != 1)
}

// Loops: the plan is of isolation: proof.
func (l *Layout) Loops() bool { return l.Plan.Server.Loop }

// Variables of the loop, as distances from the lowest one, below those of requests.
const (
	LoopTime     = 0  // 16 bytes: struct timespec, where requests have no clock
	LoopDue      = 16 // 8 bytes: when the next sweep is due, in ms of CLOCK_MONOTONIC
	LoopLeft     = 24 // 4 bytes: how long it is until then, in ms
	LoopTick     = 28 // 4 bytes: ticks of the time-stamp counter when the clock was asked
	LoopWatch    = 32 // 12 bytes: struct epoll_event, for epoll_ctl
	LoopLast     = 44 // 4 bytes: where it was said that the server stops: how many turns there may be until the end, and one more
	LoopOwn      = 48 // 4 bytes: how many numbers without an age no client can be given; see clients
	LoopAway     = 52 // 4 bytes: whether the listener is out of the set: awayFull, awayShort, or the errno of the try to put it there; or is ready: clientsWait
	LoopEvents   = 56 // 4 bytes: how many events this turn has
	LoopSet      = 60 // 4 bytes: the epoll descriptor
	LoopListener = 64 // 4 bytes: the listener
	LoopSignals  = 68 // 4 bytes: the descriptor that says what stops the server
	LoopNext     = 72 // 4 bytes: how many events of this turn were taken, and behind the last one how many clients were accepted
	LoopState    = 76 // 4 bytes: looping, apologizing; 0 in a child
	LoopFree     = 80 // 4 bytes: how many clients more there may be at least; see clients
	loopSlots    = 96 // bytes with these, of which the last ones are free
)

// LoopSlot is where such a variable is, from rbp.
func (l *Layout) LoopSlot(place int32) int32 { return place - l.Slots() }

// LoopVar is such a variable, of 4 bytes.
func (l *Layout) LoopVar(place int32) Mem { return Slot(4, l.LoopSlot(place)) }

// Sizes and numbers of a turn.
const (
	TurnEvents  = 64 // events that a wait brings at most
	TurnAccepts = 64 // clients that are accepted in a row
	EventSize   = 12 // bytes of struct epoll_event, which is packed on x86-64
	EventData   = 4  // where its data is: a client's descriptor
)

// Ages is the size of the ages, in bytes: of whole rounds of zeros, and more than one of 16, which would
// be no ages to the proof, as other zeros are written as well.
func (l *Layout) Ages() int32 {
	round := 16 * l.ZeroStores()
	return max(32, (int32(l.Plan.Server.Connections)+round-1)/round*round)
}

// ZeroStores is how many stores of 16 zeros a round of zeros has: the proof goes through these rounds one by one, up to 2,000,
// and has a state for each. There are no more of them for many connections than for 1,024.
func (l *Layout) ZeroStores() int32 { return (int32(l.Plan.Server.Connections) + 1023) / 1024 }

// Counts is the size of what counts requests, in bytes.
func (l *Layout) Counts() int32 { return 4 * l.Ages() }

// loopRoom is what events and ages take of the frame, in bytes.
func (l *Layout) loopRoom() int32 {
	if !l.Loops() {
		return 0
	}
	return Gap + TurnEvents*EventSize + Gap + l.Ages() + Gap + l.Counts()
}

// Stops: the server waits for its children when it is told to stop. As process 1 it has
// to: the kernel kills what a process 1 leaves behind (pid_namespaces(7)).
func (l *Layout) Stops() bool { return l.Plan.Server.Hardened }

// AtOnce is how many bytes the buffer of any socket takes at once (tcp(7), tcp_wmem).
const AtOnce = 4096

// SendsMuch: a response may take a client some time. A signal to the whole group, as of
// Ctrl-C or of systemd, reaches children too, and must not cut it. Where the listener was
// handed over, these are blocked for children.
func (l *Layout) SendsMuch() bool {
	return l.Stops() && !l.Plan.Server.Listen.Inherited() && slices.ContainsFunc(l.Plan.Responses, func(r plan.Response) bool {
		return int64(len(r.Head))+r.Body.Size > AtOnce || r.Longest() > AtOnce
	})
}
