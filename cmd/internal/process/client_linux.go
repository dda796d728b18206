package process

import (
	"fmt"
	"io"
	"net/netip"
	"time"

	"golang.org/x/sys/unix"
)

// Exchange sends a request over a new connection, and returns the response: what comes
// back until it is complete, or until the server closes. The timeout is for each read.
func Exchange(address string, request []byte, timeout time.Duration) ([]byte, error) {
	to, err := parseAddress(address)
	if err != nil {
		return nil, err
	}
	_, response, err := exchange(to, request, timeout, false)
	return response, err
}

// exchange gives the time of the first byte of the response too. With toEnd it waits
// until the server closes.
func exchange(to netip.AddrPort, request []byte, timeout time.Duration, toEnd bool) (first time.Time, response []byte, err error) {
	c, err := dial(to, timeout)
	if err != nil {
		return first, nil, err
	}
	defer c.close()
	if err := c.send(request); err != nil {
		return first, nil, err
	}
	buffer := make([]byte, 64<<10)
	for {
		n, err := c.read(buffer)
		if first.IsZero() {
			first = time.Now()
		}
		response = append(response, buffer[:n]...)
		switch {
		case err == io.EOF && len(response) > 0:
			return first, response, nil
		case err == io.EOF:
			return first, nil, io.ErrUnexpectedEOF
		case err != nil:
			return first, nil, err
		}
		if whole, _ := complete(response); whole && !toEnd {
			return first, response, nil // one without a length ends with the connection
		}
	}
}

// conn is a blocking socket: without Go's poller between us and the server, a time
// that is taken is the server's.
type conn struct{ fd int }

func dial(to netip.AddrPort, timeout time.Duration) (*conn, error) {
	family, address := sockaddr(to)
	fd, err := unix.Socket(family, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("socket: %w", err)
	}
	limit := unix.NsecToTimeval(timeout.Nanoseconds())
	if err := unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &limit); err != nil {
		unix.Close(fd)
		return nil, fmt.Errorf("setsockopt: %w", err)
	}
	if err := again(func() error { return unix.Connect(fd, address) }); err != nil {
		unix.Close(fd)
		return nil, fmt.Errorf("connect to %v: %w", to, err)
	}
	return &conn{fd}, nil
}

func sockaddr(to netip.AddrPort) (family int, address unix.Sockaddr) {
	if to.Addr().Is4() {
		return unix.AF_INET, &unix.SockaddrInet4{Port: int(to.Port()), Addr: to.Addr().As4()}
	}
	return unix.AF_INET6, &unix.SockaddrInet6{Port: int(to.Port()), Addr: to.Addr().As16()}
}

func (c *conn) send(b []byte) error {
	for len(b) > 0 {
		// MSG_NOSIGNAL: a server that has closed is an error, not the end of us.
		n, err := unix.SendmsgN(c.fd, b, nil, nil, unix.MSG_NOSIGNAL)
		if err != nil && err != unix.EINTR {
			return fmt.Errorf("send: %w", err)
		}
		b = b[max(n, 0):]
	}
	return nil
}

// read returns io.EOF when the server has closed.
func (c *conn) read(b []byte) (n int, err error) {
	err = again(func() (err error) { n, err = unix.Read(c.fd, b); return })
	switch {
	case err != nil:
		return 0, fmt.Errorf("read: %w", err)
	case n == 0:
		return 0, io.EOF
	}
	return n, nil
}

func (c *conn) close() { unix.Close(c.fd) }

// again repeats a call that a signal to this process interrupted.
func again(call func() error) error {
	for {
		if err := call(); err != unix.EINTR {
			return err
		}
	}
}

func parseAddress(address string) (netip.AddrPort, error) {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return to, fmt.Errorf("address %q: %w", address, err)
	}
	return to, nil
}
