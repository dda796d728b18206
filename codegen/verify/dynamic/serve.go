package dynamic

import (
	"encoding/binary"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// The calls that serve connections.

// accept may ask for the client's address.
func (k *kernel) accept(c call) (int64, error) {
	ok := c.fd() == listener && k.listening && k.listenerOpen && !k.clientOpen && !k.child && !k.nonBlocking && !k.pollerOpen
	if err := c.demand(ok, "accept(%d) out of its place", c.a[0]); err != nil {
		return 0, err
	}
	if k.stopAtAccept {
		k.rsp = c.m.Regs[isa.RSP]
	} else if c.m.Regs[isa.RSP] < k.rsp {
		return 0, c.m.Fail(rules.Bounds, "the stack is deeper at accept than it was at the first one, by %d bytes", k.rsp-c.m.Regs[isa.RSP])
	}
	if k.stopAtAccept || k.accepted {
		k.accepting = true
		c.m.PC -= 2 // before the instruction: a run starts with it
		return 0, errEnd
	}
	result, ok := c.result(client)
	if ok && c.a[1] != 0 {
		if err := k.peer(c); err != nil {
			return 0, err
		}
	}
	k.accepted, k.clientOpen = ok, ok
	return result, nil
}

// addresses are what accept gives for a client, by the family of the listener: struct
// sockaddr_in of 127.0.0.1, sockaddr_in6 of ::ffff:127.0.0.1, both port 40000, and the
// unnamed sockaddr_un (ip(7), ipv6(7), unix(7)).
var addresses = map[uint64][]byte{
	afInet:  {afInet, 0, 0x9c, 0x40, 127, 0, 0, 1, 15: 0},
	afInet6: {afInet6, 0, 0x9c, 0x40, 18: 0xff, 0xff, 127, 0, 0, 1, 27: 0},
	afUnix:  {afUnix, 0},
}

// peer writes the client's address where accept asks for it: accept(2).
func (k *kernel) peer(c call) error {
	if _, err := c.readable(c.a[2], 4); err != nil {
		return err
	}
	length, err := c.writable(c.a[2], 4)
	if err != nil {
		return err
	}
	room := uint64(binary.LittleEndian.Uint32(length))
	b, err := c.writable(c.a[1], room)
	if err != nil {
		return err
	}
	address := addresses[k.family]
	c.m.Written(c.a[1], uint64(copy(b, address)), true)
	binary.LittleEndian.PutUint32(length, uint32(len(address)))
	return nil
}

// pid is what fork gives to a parent.
const pid = 4711

func (k *kernel) fork(c call) (int64, error) {
	if k.many != nil {
		return k.forkMany(c)
	}
	if err := c.demand(k.accepted && k.clientOpen && !k.forked, "fork without a new client"); err != nil {
		return 0, err
	}
	usual := int64(0)
	if k.script.Parent {
		usual = pid
	}
	result, ok := c.result(usual)
	k.forked, k.child, k.busy = true, result == 0, !ok
	k.run.Forked = c.m.Count
	return result, nil
}

// close of the listener is for the child alone; a handler may close anything.
func (k *kernel) close(c call) (int64, error) {
	if k.inHandler {
		result, _ := c.result(0)
		return result, nil
	}
	if k.lifelineOpen {
		return k.closeLifeline(c)
	}
	if k.many != nil {
		return k.closeMany(c)
	}
	open := &k.clientOpen
	if c.fd() == listener {
		open = &k.listenerOpen
	}
	ok := *open && (c.fd() == client || c.fd() == listener && k.child)
	if err := c.demand(ok, "close(%d) out of its place", c.a[0]); err != nil {
		return 0, err
	}
	*open, k.busy = false, false // whatever the result is: close(2)
	result, _ := c.result(0)
	return result, nil
}

// serving: the child has let go of the listener and of epoll's set, and has its client.
func (k *kernel) serving() bool {
	return k.child && !k.listenerOpen && !k.pollerOpen && (k.clientOpen || k.many != nil)
}

// read puts bytes of the client, or of a probe's server, into the buffer. What was there before is gone: where
// no new bytes come, there is nothing that this request may use.
func (k *kernel) read(c call) (int64, error) {
	if k.ending() && c.fd() == signalled && k.signalsOpen {
		return k.readSignal(c)
	}
	if err := c.demand(k.serving() && k.isClient(c.fd()) || k.hasServer(c), "read(%d) out of its place", c.a[0]); err != nil {
		return 0, err
	}
	return k.receive(c)
}

// receive puts bytes into the buffer, for read or recvfrom.
func (k *kernel) receive(c call) (int64, error) {
	addr, n := c.a[1], c.a[2]
	buf, err := c.writable(addr, n)
	if err != nil {
		return 0, err
	}
	most, ok := c.result(int64(n))
	if !ok {
		return most, nil
	}
	got, there := k.bring(buf[:min(uint64(most), n)])
	if !there {
		return -EAGAIN, nil
	}
	if got == 0 && k.script.Silent && k.timeouts < maxTimeouts {
		k.timeouts++
		return -EAGAIN, nil
	}
	c.m.Written(addr, n, false)
	c.m.Written(addr, uint64(got), true)
	return int64(got), nil
}

// bring takes bytes of the client; it is false where there are none yet.
func (k *kernel) bring(buf []byte) (int, bool) {
	if k.many != nil {
		return k.many.peers[k.many.current].bring(buf)
	}
	return k.next(buf), true
}

// next takes bytes of the current segment.
func (k *kernel) next(buf []byte) int {
	for k.at < len(k.script.Segments) {
		rest := k.script.Segments[k.at][k.given:]
		if len(rest) == 0 {
			k.at, k.given = k.at+1, 0
			continue
		}
		n := copy(buf, rest)
		k.given += n
		return n
	}
	k.run.Ended = true
	return 0
}

// write is to the client, or to the descriptors 1 and 2: at boot, and for a log. A probe's is
// to its server, or to the descriptor 2.
func (k *kernel) write(c call) (int64, error) {
	toClient := k.isClient(c.fd()) && (k.serving() || k.busy && k.clientOpen)
	toConsole := (c.fd() == 1 || c.fd() == 2) && (!k.accepted || k.child) || c.fd() == 1 && k.looping()
	if k.asking != notAsking {
		toClient, toConsole = k.hasServer(c), c.fd() == 2
	}
	if err := c.demand(toClient || toConsole, "write(%d) out of its place", c.a[0]); err != nil {
		return 0, err
	}
	return k.send(c, toClient)
}

// send takes bytes for write or sendto.
func (k *kernel) send(c call, toClient bool) (int64, error) {
	b, err := c.readable(c.a[1], c.a[2])
	if err != nil {
		return 0, err
	}
	result, ok := c.result(int64(len(b)))
	if !ok {
		return result, nil
	}
	result = min(result, int64(len(b)))
	if k.script.Discard {
		return result, nil
	}
	switch {
	case toClient && k.many != nil:
		served := k.many.peers[k.many.current].served
		served.Output = append(served.Output, b[:result]...)
	case toClient:
		k.run.Output = append(k.run.Output, b[:result]...)
	default:
		k.run.Console = append(k.run.Console, b[:result]...)
	}
	return result, nil
}

// poll is the parent's pause, without a descriptor; or a child's look at standard output.
func (k *kernel) poll(c call) (int64, error) {
	if (k.serving() || k.looping()) && !k.inHandler {
		return k.pollOutput(c)
	}
	ok := k.listening && !k.clientOpen && !k.child && !k.inHandler && c.a[1] == 0 && c.a[2] > 0 && c.a[2] <= 1000
	if err := c.demand(ok, "poll(%#x, %d, %d)", c.a[0], c.a[1], int32(c.a[2])); err != nil {
		return 0, err
	}
	result, _ := c.result(0)
	if k.making() {
		return result, k.pauses()
	}
	return result, nil
}

// pollOutput takes one struct pollfd, and writes its revents: poll(2).
func (k *kernel) pollOutput(c call) (int64, error) {
	const size, revents, canWrite = 8, 6, 4
	if err := c.demand(c.a[1] == 1 && c.a[2] == 0, "poll(%#x, %d, %d) in a child", c.a[0], c.a[1], int32(c.a[2])); err != nil {
		return 0, err
	}
	b, err := c.readable(c.a[0], size)
	if err != nil {
		return 0, err
	}
	if err := c.demand(binary.LittleEndian.Uint32(b) == 1, "poll of the descriptor %d", binary.LittleEndian.Uint32(b)); err != nil {
		return 0, err
	}
	b, err = c.writable(c.a[0]+revents, size-revents)
	if err != nil {
		return 0, err
	}
	result, ok := c.result(1)
	if ok {
		binary.LittleEndian.PutUint16(b, uint16(result)*canWrite)
		c.m.Written(c.a[0]+revents, size-revents, true)
	}
	return result, nil
}

// wait4 waits in a handler until the last child is gone: there is none then, as
// SA_NOCLDWAIT leaves no status behind.
func (k *kernel) wait4(c call) (int64, error) {
	of := c.a[2] == 0 || (c.a[2] == waitAll || c.a[2] == waitClone) && k.piped
	ok := (k.inHandler || k.ending() || k.making()) && int32(c.a[0]) == -1 && c.a[1] == 0 && of && c.a[3] == 0
	if err := c.demand(ok, "wait4(%d, %#x, %#x, %#x)", int32(c.a[0]), c.a[1], c.a[2], c.a[3]); err != nil {
		return 0, err
	}
	if k.making() {
		return k.awaitWorker(c)
	}
	result, _ := c.result(-ECHILD)
	return result, nil
}

// exit is for a boot that failed, a child and the handler of a signal: a parent that
// exits by itself leaves nobody to accept.
func (k *kernel) exit(c call) (int64, error) {
	ok := (!k.accepted || k.child || k.inHandler || k.ending()) && c.a[0] <= 1
	if err := c.demand(ok, "exit(%d) out of its place", c.a[0]); err != nil {
		return 0, err
	}
	k.run.Status, k.run.Exited = int(c.a[0]), true
	return 0, errEnd
}
