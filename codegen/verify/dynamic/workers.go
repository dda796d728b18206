package dynamic

import "encoding/binary"

// The calls of a process that makes workers, which serve many connections each. A run goes on in the first of them, or
// with Script.Parent in who makes them, until that has made so many others.

const (
	lifeline     = 1001 // the side of the pipe that writes
	workersAgain = 5

	waitClone, waitAll = 1 << 31, 1 << 30

	epollExclusive = 1 << 28
)

// workers is how far a process is that makes some, or that one was made as.
type workers struct {
	piped, worker, lifelineOpen bool
	replaced                    int // after how many pauses
}

// making: the process makes workers, and has no client.
func (k *kernel) making() bool { return k.piped && !k.worker && !k.inHandler }

func (k *kernel) pipe2(c call) (int64, error) {
	ok := k.listening && !k.accepted && k.hasInherited() && k.many == nil && !k.signalsOpen && !k.piped && c.a[1] == 0
	if err := c.demand(ok, "pipe2(%#x, %d) out of its place", c.a[0], c.a[1]); err != nil {
		return 0, err
	}
	const size = 8
	b, err := c.writable(c.a[0], size)
	if err != nil {
		return 0, err
	}
	result, ok := c.result(0)
	if ok {
		binary.LittleEndian.PutUint32(b, signalled)
		binary.LittleEndian.PutUint32(b[4:], lifeline)
		c.m.Written(c.a[0], size, true)
	}
	k.piped = ok
	return result, nil
}

func (k *kernel) clone(c call) (int64, error) {
	if err := c.demand(k.making() && c.a[0] == 0 && c.a[1] == 0, "clone(%#x, %#x) out of its place", c.a[0], c.a[1]); err != nil {
		return 0, err
	}
	usual := int64(0)
	if k.script.Parent {
		usual = pid
	}
	result, ok := c.result(usual)
	if ok && result == 0 {
		k.worker, k.lifelineOpen, k.signalsOpen = true, true, true
	}
	return result, nil
}

// closeLifeline is of a worker, before it waits for clients.
func (k *kernel) closeLifeline(c call) (int64, error) {
	if err := c.demand(c.fd() == lifeline, "close(%d) of a worker that begins", c.a[0]); err != nil {
		return 0, err
	}
	k.lifelineOpen = false
	result, _ := c.result(0)
	return result, nil
}

// affinity says that there are three processors, far from each other.
func (k *kernel) affinity(c call) (int64, error) {
	const most = 1024
	if err := c.demand(k.making() && c.a[0] == 0 && c.a[1] >= 8 && c.a[1] <= most && c.a[1]%8 == 0, "sched_getaffinity(%d, %d, %#x) out of its place", c.a[0], c.a[1], c.a[2]); err != nil {
		return 0, err
	}
	b, err := c.writable(c.a[2], c.a[1])
	if err != nil {
		return 0, err
	}
	result, ok := c.result(int64(len(b)))
	if ok {
		clear(b)
		b[0], b[len(b)-1] = 1, 0x81
		c.m.Written(c.a[2], c.a[1], true)
	}
	return result, nil
}

// awaitWorker is wait4 of who makes workers: one has ended.
func (k *kernel) awaitWorker(c call) (int64, error) {
	result, _ := c.result(pid)
	return result, nil
}

// pauses counts the pauses of who makes workers; the run ends with one.
func (k *kernel) pauses() error {
	if k.replaced++; k.replaced == workersAgain {
		k.accepting = true
		return errEnd
	}
	return nil
}
