package dynamic

import (
	"bytes"
	"encoding/binary"
)

// The calls of a server that is handed its listener over, as descriptor 3: sd_listen_fds(3).

// Pid is the number of the server's process, which LISTEN_PID in the script's Env has to have for
// it to boot.
const Pid = 4710

// getpid comes instead of socket, bind and listen.
func (k *kernel) getpid(c call) (int64, error) {
	if err := c.demand(!k.listenerOpen && !k.accepted, "getpid of a server that has a listener"); err != nil {
		return 0, err
	}
	result, _ := c.result(Pid)
	k.listenerOpen, k.bound, k.listening, k.inherited = true, true, true, true
	k.family = afInet6 // the largest address
	return result, nil
}

// fcntl makes it one that does not wait.
func (k *kernel) fcntl(c call) (int64, error) {
	const setFlags, nonBlock = 4, 0x800
	ok := k.inherited && !k.accepted && !k.pollerOpen && c.fd() == listener && c.a[1] == setFlags && c.a[2] == nonBlock
	if err := c.demand(ok, "fcntl(%d, %d, %#x) out of its place", c.a[0], c.a[1], c.a[2]); err != nil {
		return 0, err
	}
	result, ok := c.result(0)
	k.nonBlocking = k.nonBlocking || ok
	return result, nil
}

// hasInherited: a listener that was handed over is known to be there, by fcntl.
func (k *kernel) hasInherited() bool { return !k.inherited || k.nonBlocking }

// sigprocmask blocks signals, at boot, or sets them free in a child of a process that serves many
// connections.
func (k *kernel) sigprocmask(c call) (int64, error) {
	const block, unblock, setMask, size = 0, 1, 2, 8
	place := c.a[0] == block && !k.accepted && k.listening || (c.a[0] == unblock || c.a[0] == setMask) && k.many != nil && (k.child || k.ending())
	if err := c.demand(place && c.a[2] == 0 && c.a[3] == size,
		"rt_sigprocmask(%d, %#x, %#x, %d)", c.a[0], c.a[1], c.a[2], c.a[3]); err != nil {
		return 0, err
	}
	if _, err := c.readable(c.a[1], size); err != nil {
		return 0, err
	}
	result, _ := c.result(0)
	return result, nil
}

// ppoll is for the parent that has no client, and waits for one, or for no descriptor and no time.
func (k *kernel) ppoll(c call) (int64, error) {
	const size, setSize = 8, 8
	if err := c.demand((k.inherited || k.looping() && c.a[1] == 0) && !k.clientOpen && !k.child && (c.a[1] == 0 || c.a[1] == 1 && c.a[2] == 0) && c.a[4] == setSize,
		"ppoll(%#x, %d, %#x, %#x, %d) out of its place", c.a[0], c.a[1], c.a[2], c.a[3], c.a[4]); err != nil {
		return 0, err
	}
	if _, err := c.readable(c.a[3], setSize); err != nil {
		return 0, err
	}
	if c.a[1] == 0 {
		return k.ppollNothing(c)
	}
	asked, err := c.readable(c.a[0], size)
	if err != nil {
		return 0, err
	}
	if err := c.demand(binary.LittleEndian.Uint32(asked) == listener, "ppoll of the descriptor %d", binary.LittleEndian.Uint32(asked)); err != nil {
		return 0, err
	}
	b, err := c.writable(c.a[0]+6, 2)
	if err != nil {
		return 0, err
	}
	result, ok := c.result(1)
	if ok {
		b[0], b[1] = 1, 0 // POLLIN
		c.m.Written(c.a[0]+6, 2, true)
	}
	return result, nil
}

// ppollNothing takes a struct timespec of 0.
func (k *kernel) ppollNothing(c call) (int64, error) {
	const size = 16
	at, err := c.readable(c.a[2], size)
	if err != nil {
		return 0, err
	}
	if err := c.demand(bytes.Equal(at, make([]byte, size)), "ppoll of no descriptor that waits for a time"); err != nil {
		return 0, err
	}
	result, _ := c.result(0)
	return result, nil
}
