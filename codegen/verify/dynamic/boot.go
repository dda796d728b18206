package dynamic

import "encoding/binary"

// The calls of the boot.

// Families of sockets: socket(2).
const afUnix, afInet, afInet6 = 1, 2, 10

func (k *kernel) socket(c call) (int64, error) {
	const stream, nonBlocking = 1, 0x800
	k.family, k.nonBlocking = c.a[0], c.a[1] == stream|nonBlocking
	if err := c.demand(addresses[k.family] != nil && (c.a[1] == stream || k.nonBlocking) && c.a[2] == 0 && !k.listenerOpen && !k.accepted,
		"socket(%d, %d, %d)", c.a[0], c.a[1], c.a[2]); err != nil {
		return 0, err
	}
	result, ok := c.result(listener)
	k.listenerOpen = ok
	return result, nil
}

// setsockopt is for the listener at boot, or for the client of a child that inherits
// no options.
func (k *kernel) setsockopt(c call) (int64, error) {
	value, size := c.a[3], c.a[4]
	fd := c.fd() == listener && k.listenerOpen && (!k.listening || k.inherited) && !k.accepted && k.asking == notAsking || c.fd() == client && k.serving()
	if err := c.demand(fd && size != 0 && options[[2]uint64{c.a[1], c.a[2]}] == size,
		"setsockopt(%d, %d, %d, ..., %d)", c.a[0], c.a[1], c.a[2], size); err != nil {
		return 0, err
	}
	if _, err := c.readable(value, size); err != nil {
		return 0, err
	}
	result, _ := c.result(0)
	return result, nil
}

// options are level and name of those that a server may set, with the size of their
// values: socket(7), tcp(7), ipv6(7).
var options = map[[2]uint64]uint64{
	{1, 2}:   4,  // SO_REUSEADDR
	{1, 15}:  4,  // SO_REUSEPORT
	{1, 20}:  16, // SO_RCVTIMEO
	{1, 21}:  16, // SO_SNDTIMEO
	{6, 1}:   4,  // TCP_NODELAY
	{6, 9}:   4,  // TCP_DEFER_ACCEPT
	{41, 26}: 4,  // IPV6_V6ONLY
}

// Sizes of an address in bytes: of a unix path of one byte, and of struct sockaddr_storage.
const leastAddress, mostAddress = 3, 128

func (k *kernel) bind(c call) (int64, error) {
	ok := c.fd() == listener && k.listenerOpen && !k.bound && k.asking == notAsking
	if err := c.demand(ok && c.a[2] >= leastAddress && c.a[2] <= mostAddress,
		"bind(%d, %#x, %d)", c.a[0], c.a[1], c.a[2]); err != nil {
		return 0, err
	}
	if _, err := c.readable(c.a[1], c.a[2]); err != nil {
		return 0, err
	}
	result, ok := c.result(0)
	k.bound = ok
	return result, nil
}

// umask is for the file that bind makes.
func (k *kernel) umask(c call) (int64, error) {
	const all, usual = 0o777, 0o022
	if err := c.demand(k.listenerOpen && !k.bound && c.a[0] <= all, "umask(%#o)", c.a[0]); err != nil {
		return 0, err
	}
	result, _ := c.result(usual)
	return result, nil
}

// clockGettime is for a boot that looks whether there is a clock, and for responses.
func (k *kernel) clockGettime(c call) (int64, error) {
	const realtime, monotonic, size = 0, 1, 16
	ok := (c.a[0] == realtime || c.a[0] == monotonic) && !k.inHandler && (!k.accepted || k.busy || k.serving() || k.looping())
	if err := c.demand(ok, "clock_gettime(%d, %#x) out of its place", c.a[0], c.a[1]); err != nil {
		return 0, err
	}
	b, err := c.writable(c.a[1], size)
	if err != nil {
		return 0, err
	}
	result, ok := c.result(0)
	if ok {
		binary.LittleEndian.PutUint64(b, uint64(k.time()))
		binary.LittleEndian.PutUint64(b[8:], 999_999_999)
		c.m.Written(c.a[1], size, true)
	}
	return result, nil
}

// time follows the script's.
func (k *kernel) time() int64 {
	n := k.readings
	k.readings++
	if k.script.Time != nil {
		return k.script.Time(n)
	}
	return 0
}

func (k *kernel) listen(c call) (int64, error) {
	if err := c.demand(c.fd() == listener && k.bound && !k.listening && int32(c.a[1]) > 0,
		"listen(%d, %d)", c.a[0], int32(c.a[1])); err != nil {
		return 0, err
	}
	result, ok := c.result(0)
	k.listening = ok
	return result, nil
}

// sigaction takes struct sigaction as the kernel has it: handler, flags, restorer, mask.
func (k *kernel) sigaction(c call) (int64, error) {
	const size, maskSize, ignore = 32, 8, 1
	ok := signals[c.a[0]] && c.a[2] == 0 && c.a[3] == maskSize && (!k.accepted || k.serving())
	if err := c.demand(ok, "rt_sigaction(%d, %#x, %#x, %d)", c.a[0], c.a[1], c.a[2], c.a[3]); err != nil {
		return 0, err
	}
	b, err := c.readable(c.a[1], size)
	if err != nil {
		return 0, err
	}
	handler, flags, restorer := binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[8:]), binary.LittleEndian.Uint64(b[16:])
	if err := c.demand(flags&^(noChildWait|noDefer) == hasRestorer && restorer == 0, "rt_sigaction with the flags %#x and the restorer %#x", flags, restorer); err != nil {
		return 0, err
	}
	if err := c.demand(handler == ignore || !k.child, "rt_sigaction in a child, with a handler"); err != nil {
		return 0, err
	}
	if handler != ignore {
		k.handlers = append(k.handlers, handler)
	}
	result, _ := c.result(0)
	return result, nil
}

// signals that a server may handle or ignore: SIGINT, SIGQUIT, SIGPIPE, SIGTERM, SIGCHLD.
var signals = map[uint64]bool{2: true, 3: true, 13: true, 15: true, 17: true}

// Flags of sigaction(2): SA_NOCLDWAIT, SA_NODEFER, and SA_RESTORER, without which x86-64
// delivers no signal. The restorer is not run: handlers end in exit.
const noChildWait, noDefer, hasRestorer = 0x2, 0x40000000, 0x04000000
