package dynamic

import "encoding/binary"

// The calls that a process of many connections makes for its log.

// getpeername gives the address of the client that was read from last.
func (k *kernel) getpeername(c call) (int64, error) {
	if err := c.demand(k.looping() && !k.inHandler && k.many.current != 0 && c.fd() == k.many.current, "getpeername(%d) out of its place", c.a[0]); err != nil {
		return 0, err
	}
	result, ok := c.result(0)
	if !ok {
		return result, nil
	}
	return 0, k.peer(c)
}

// rwfNowait is RWF_NOWAIT of pwritev2(2), whose struct iovec has an address and a length.
const (
	rwfNowait = 8
	iovecSize = 16
)

// pwritev2 writes one range to standard output for the client that was read from last, and does not wait.
func (k *kernel) pwritev2(c call) (int64, error) {
	ok := k.many != nil && k.many.current != 0 && !k.inHandler && c.fd() == 1 && c.a[2] == 1 && int64(c.a[3]) == -1 && c.a[5] == rwfNowait
	if err := c.demand(ok, "pwritev2(%d, %#x, %d, %d, %d, %#x) out of its place", c.a[0], c.a[1], c.a[2], int64(c.a[3]), c.a[4], c.a[5]); err != nil {
		return 0, err
	}
	b, err := c.readable(c.a[1], iovecSize)
	if err != nil {
		return 0, err
	}
	c.a[1], c.a[2] = binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[8:])
	return k.send(c, false)
}
