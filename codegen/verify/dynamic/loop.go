package dynamic

import (
	"encoding/binary"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/isa"
)

// The calls of a server that serves many connections in one process: epoll(7), accept4(2). Which
// clients there are says Script.Clients, in which order events come Script.Choose.

// Client is one of many. Segments are what it sends, one for each read, if there is room; then its
// end, unless it is Silent.
type Client struct {
	Segments [][]byte
	Silent   bool
}

// Served is how it went with a client.
type Served struct {
	Output     []byte // what it got
	Ended      bool   // its end was read
	Closed     bool   // by the server
	HandedOver bool   // to a child
}

const (
	poller      = 4 // epoll's set
	firstOfMany = 5
	signalled   = 1000 // what says which signal came
)

// Of epoll_ctl(2).
const (
	epollAdd, epollDel = 1, 2
	epollIn            = 1
	eventSize, dataAt  = 12, 4
	mostEvents         = 64
	listenerData       = 1<<32 - 1
	signalsData        = 1<<32 - 2
)

// many are the connections of a process.
type many struct {
	arrived int              // clients of the script that were accepted
	peers   map[uint64]*peer // by descriptor, those that are open
	watched map[uint64]bool  // descriptors in epoll's set, the listener apart
	fresh   map[uint64]bool  // were reported or accepted in this turn, and not read from
	due     map[uint64]bool  // of these, those that were reported
	turned  bool             // the time-stamp counter was read behind the last of them: a sweep may follow
	current uint64           // the descriptor that was read from last; 0 for none
	adding  uint64           // one that was accepted, and is neither added nor closed; it may be read from

	siblings map[uint64]bool // in a child, the clients that are not its own
}

// peer is an open connection.
type peer struct {
	Client
	served *Served
}

// startMany is where a run begins that serves many.
func (k *kernel) startMany() {
	k.many = &many{peers: map[uint64]*peer{}, watched: map[uint64]bool{}, fresh: map[uint64]bool{}, due: map[uint64]bool{}}
	k.run.Clients, k.accepted = make([]Served, len(k.script.Clients)), true
}

// looping: the process waits with epoll.
func (k *kernel) looping() bool { return k.many != nil && !k.child }

func (k *kernel) epollCreate1(c call) (int64, error) {
	if err := c.demand(!k.making() && k.listening && k.hasInherited() && k.many == nil && !k.pollerOpen && !k.accepted && c.a[0] == 0, "epoll_create1(%d) out of its place", c.a[0]); err != nil {
		return 0, err
	}
	result, ok := c.result(poller)
	k.pollerOpen = ok
	return result, nil
}

// epollCtl adds the listener, with -1 as its data, or a client, with itself; or takes one out.
func (k *kernel) epollCtl(c call) (int64, error) {
	fd, op := uint64(uint32(c.a[2])), c.a[1]
	place := k.pollerOpen && !k.child && c.fd() == poller && (op == epollAdd || op == epollDel)
	isClient := k.many != nil && k.many.peers[fd] != nil && (op == epollDel || fd == k.many.adding)
	place = place && (op == epollAdd || !isClient || k.many.adding != fd || k.many.current == fd) // who was accepted is added first, or read from
	isSignals := fd == signalled && k.signalsOpen
	if err := c.demand(place && (isClient || isSignals || fd == listener && k.listenerOpen), "epoll_ctl(%d, %d, %d) out of its place", c.a[0], op, c.a[2]); err != nil {
		return 0, err
	}
	if op == epollAdd {
		b, err := c.readable(c.a[3], eventSize)
		if err != nil {
			return 0, err
		}
		data := fd
		switch {
		case isSignals:
			data = signalsData
		case !isClient:
			data = listenerData
		}
		events, got := binary.LittleEndian.Uint32(b), uint64(binary.LittleEndian.Uint32(b[dataAt:]))
		if err := c.demand((events == epollIn || events == epollIn|epollExclusive && fd == listener) && got == data, "epoll_ctl adds %d, with the events %d and the data %d", fd, events, got); err != nil {
			return 0, err
		}
	}
	result, ok := c.result(0)
	if ok || op == epollDel { // which fails of what is not in the set alone
		switch {
		case isClient:
			k.many.watched[fd] = op == epollAdd
		case isSignals:
			k.signalsWatched = op == epollAdd
		default:
			k.watched = op == epollAdd
		}
	}
	if isClient && k.many.adding == fd && op == epollAdd {
		k.many.adding, k.many.current = 0, 0
	}
	return result, nil
}

// epollPwait reports some of what is ready, in any order. Where nothing is, nor will be, the run
// is over, unless the process was told to stop.
func (k *kernel) epollPwait(c call) (int64, error) {
	const setSize = 8
	ok := k.pollerOpen && !k.child && !k.shut && !k.inHandler && !k.lifelineOpen && c.fd() == poller && c.a[2] >= 1 && c.a[2] <= mostEvents && (c.a[4] == 0 || c.a[5] == setSize)
	if err := c.demand(ok && (k.many == nil || k.many.adding == 0), "epoll_pwait(%d, %#x, %d, %d, %#x, %d) out of its place", c.a[0], c.a[1], c.a[2], int32(c.a[3]), c.a[4], c.a[5]); err != nil {
		return 0, err
	}
	if c.a[4] != 0 {
		if _, err := c.readable(c.a[4], setSize); err != nil {
			return 0, err
		}
	}
	if k.stopAtAccept {
		return 0, k.stops(c)
	}
	if k.many == nil {
		k.startMany()
	}
	room, err := c.writable(c.a[1], c.a[2]*eventSize)
	if err != nil {
		return 0, err
	}
	ready := k.ready()
	if told := k.script.Stops && k.signalsOpen && !k.signalsWatched; len(ready) == 0 && !told { // who was told to stop has its time run out
		k.accepting = true
		return 0, errEnd
	}
	k.many.current, k.many.turned = 0, false
	clear(k.many.fresh)
	clear(k.many.due)
	n, ok := c.result(int64(len(ready)))
	if !ok {
		return n, nil
	}
	ready = ready[:min(n, int64(len(ready)), int64(c.a[2]))]
	for i, fd := range ready {
		data := uint64(listenerData)
		switch fd {
		case listener:
		case signalled:
			data = signalsData
		default:
			data, k.many.fresh[fd], k.many.due[fd] = fd, true, true
		}
		event := room[i*eventSize : (i+1)*eventSize]
		binary.LittleEndian.PutUint32(event, epollIn)
		binary.LittleEndian.PutUint64(event[dataAt:], data)
	}
	c.m.Written(c.a[1], uint64(len(ready)*eventSize), true)
	return int64(len(ready)), nil
}

// stops ends a boot, before the call that would wait for clients.
func (k *kernel) stops(c call) error {
	k.rsp, k.accepting = c.m.Regs[isa.RSP], true
	c.m.PC -= 2
	return errEnd
}

// ready are the descriptors in epoll's set that can be read from, in the order in which they are
// reported.
func (k *kernel) ready() []uint64 {
	var list []uint64
	for fd, p := range k.many.peers {
		if k.many.watched[fd] && (len(p.Segments) > 0 || !p.Silent) {
			list = append(list, fd)
		}
	}
	slices.Sort(list)
	if k.watched && k.many.arrived < len(k.script.Clients) {
		list = append(list, listener)
	}
	if len(list) == 0 && k.signalsWatched && k.script.Stops {
		return []uint64{signalled}
	}
	if k.script.Choose == nil || len(list) == 0 {
		return list
	}
	for i := range list {
		j := i + k.script.Choose(len(list)-i)
		list[i], list[j] = list[j], list[i]
	}
	return list[:len(list)-k.script.Choose(len(list)+1)%max(1, len(list))]
}

// accept4 takes the next client, and does not wait for one. Its descriptor is the lowest that is
// free.
func (k *kernel) accept4(c call) (int64, error) {
	ok := k.looping() && !k.inHandler && c.fd() == listener && k.nonBlocking && k.many.adding == 0 && c.a[1] == 0 && c.a[2] == 0 && c.a[3] == 0
	if err := c.demand(ok, "accept4(%d, %#x, %#x, %d) out of its place", c.a[0], c.a[1], c.a[2], c.a[3]); err != nil {
		return 0, err
	}
	k.many.current = 0
	if k.many.arrived == len(k.script.Clients) {
		return -EAGAIN, nil
	}
	fd := uint64(firstOfMany)
	for k.many.peers[fd] != nil {
		fd++
	}
	result, ok := c.result(int64(fd))
	if !ok {
		return result, nil
	}
	n := k.many.arrived
	k.many.arrived++
	k.many.peers[fd] = &peer{k.script.Clients[n], &k.run.Clients[n]}
	k.many.fresh[fd], k.many.watched[fd], k.many.adding = true, false, fd
	return int64(fd), nil
}

// startServing is the one read of a client in a turn, which does not wait: of an event's, of a new one, or of one that has an age.
func (k *kernel) startServing(c call) error {
	fd := c.fd()
	mayHear := k.many.fresh[fd] && (k.many.adding == 0 || k.many.adding == fd) || k.many.peers[fd] != nil && k.between() // which one, the proof says
	ok := mayHear && c.a[3] == dontWait
	if err := c.demand(ok, "recvfrom(%d, %#x, %d, %#x, %#x) of a client that is not this event's, or that waits", c.a[0], c.a[1], c.a[2], c.a[3], c.a[4]); err != nil {
		return err
	}
	delete(k.many.fresh, fd)
	delete(k.many.due, fd)
	k.many.current, k.many.turned = fd, false
	return nil
}

// between: the process is at no client's.
func (k *kernel) between() bool {
	return (k.many.current == 0 || k.many.turned) && k.many.adding == 0
}

// isClient says that a descriptor is the client of a child, or the one that a process of many
// has read from last.
func (k *kernel) isClient(fd uint64) bool {
	if k.many != nil {
		return fd == k.many.current && k.many.peers[fd] != nil
	}
	return fd == client
}

// bring takes what a client sends; it is false where nothing is there yet.
func (p *peer) bring(buf []byte) (int, bool) {
	if len(p.Segments) == 0 {
		p.served.Ended = p.served.Ended || !p.Silent
		return 0, !p.Silent
	}
	n := copy(buf, p.Segments[0])
	rest := slices.Clone(p.Segments)
	if rest[0] = rest[0][n:]; len(rest[0]) == 0 {
		rest = rest[1:]
	}
	p.Segments = rest
	return n, true
}

// closeMany closes a client; a child closes what is not its client's.
func (k *kernel) closeMany(c call) (int64, error) {
	fd := c.fd()
	if k.child && k.many.siblings[fd] {
		delete(k.many.siblings, fd)
		result, _ := c.result(0)
		return result, nil
	}
	ends := k.looping() && fd == listener && k.many.current == 0 && k.many.adding == 0
	if k.child && (fd == listener || fd == poller || fd == signalled) || ends {
		open := map[uint64]*bool{listener: &k.listenerOpen, poller: &k.pollerOpen, signalled: &k.signalsOpen}[fd]
		k.shut = k.shut || ends
		if err := c.demand(*open, "close(%d) twice", fd); err != nil {
			return 0, err
		}
		*open = false
		result, _ := c.result(0)
		return result, nil
	}
	p := k.many.peers[fd]
	ok := p != nil && (fd == k.many.current || k.many.fresh[fd] || k.between()) // which ones it may close in a sweep, the proof says
	if err := c.demand(ok, "close(%d) out of its place", c.a[0]); err != nil {
		return 0, err
	}
	p.served.Closed = p.served.Closed || !p.served.HandedOver || k.child
	delete(k.many.peers, fd)
	delete(k.many.watched, fd)
	delete(k.many.fresh, fd)
	delete(k.many.due, fd)
	k.many.current, k.busy = 0, false
	if k.many.adding == fd {
		k.many.adding = 0
	}
	result, _ := c.result(0)
	return result, nil
}

// forkMany hands the client over that was read from last, which is in epoll's set no more. The
// child runs to its end before the parent goes on.
func (k *kernel) forkMany(c call) (int64, error) {
	fd := k.many.current
	ok := !k.child && fd != 0 && k.many.peers[fd] != nil && !k.many.watched[fd] && !k.busy
	if err := c.demand(ok, "fork out of its place, or with a client in epoll's set"); err != nil {
		return 0, err
	}
	result, ok := c.result(pid)
	k.busy = !ok
	if !ok {
		return result, nil
	}
	p := k.many.peers[fd]
	p.served.HandedOver = true
	mine := *p
	kc := *k
	kc.child = true
	kc.many = &many{peers: map[uint64]*peer{fd: &mine}, watched: map[uint64]bool{}, fresh: map[uint64]bool{}, current: fd, siblings: map[uint64]bool{}}
	for other := range k.many.peers {
		kc.many.siblings[other] = other != fd
	}
	m := c.m.Clone(serveStack)
	m.Kernel, m.Count = &kc, 0
	m.Regs[isa.RAX] = 0
	machine, calls := k.run.Machine, k.run.Calls
	k.run.Calls = nil
	if err := kc.runs(m); err != nil {
		return 0, err
	}
	mine.served.Closed = true
	k.run.Children = append(k.run.Children, k.run.Calls)
	k.run.Machine, k.run.Calls, k.run.Exited = machine, calls, false
	return result, nil
}

// signalfd4 opens what says which signal came, at boot.
func (k *kernel) signalfd4(c call) (int64, error) {
	const setSize = 8
	ok := k.listening && k.hasInherited() && !k.accepted && k.many == nil && !k.signalsOpen && int32(c.a[0]) == -1 && c.a[2] == setSize && c.a[3] == 0
	if err := c.demand(ok, "signalfd4(%d, %#x, %d, %d) out of its place", int32(c.a[0]), c.a[1], c.a[2], c.a[3]); err != nil {
		return 0, err
	}
	if _, err := c.readable(c.a[1], setSize); err != nil {
		return 0, err
	}
	result, ok := c.result(signalled)
	k.signalsOpen = ok
	return result, nil
}

// ending: the process of many connections has closed the listener, and is at no client's.
func (k *kernel) ending() bool { return k.looping() && k.shut && k.many.current == 0 }

// readSignal takes the signal that stops the process.
func (k *kernel) readSignal(c call) (int64, error) {
	const size = 128
	if err := c.demand(c.a[2] == size, "read(%d, %#x, %d) of a signal", c.a[0], c.a[1], c.a[2]); err != nil {
		return 0, err
	}
	if _, err := c.writable(c.a[1], size); err != nil {
		return 0, err
	}
	result, ok := c.result(size)
	c.m.Written(c.a[1], size, ok)
	return result, nil
}
