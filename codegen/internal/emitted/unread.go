package emitted

import (
	"encoding/binary"
	"errors"
	"net"
	"sync"
	"syscall"
	"time"
)

// awaitRead waits until the server has read the sent bytes of c, or has closed the
// connection: the next bytes then are a read of their own. It asks the kernel about
// the server's end (sock_diag(7)), because the client's end does not know.
func awaitRead(c *net.TCPConn, sent int) error {
	local, remote := c.LocalAddr().(*net.TCPAddr), c.RemoteAddr().(*net.TCPAddr)
	d := diags.Get().(*diag)
	defer diags.Put(d)
	arrived, wait := false, 20*time.Microsecond
	for end := time.Now().Add(patience); time.Now().Before(end); {
		s, err := d.ask(remote, local)
		if err != nil {
			return err
		}
		// The queue is looked at before the count: its emptiness says something
		// only in an answer behind the one that has the count.
		if !s.open || arrived && s.unread == 0 {
			return nil
		}
		arrived = s.received >= uint64(sent)
		if !arrived || s.unread > 0 {
			time.Sleep(wait)
			wait = min(2*wait, time.Millisecond)
		}
	}
	return errors.New("the server does not read")
}

var diags = sync.Pool{New: func() any {
	fd, err := syscall.Socket(syscall.AF_NETLINK, syscall.SOCK_RAW|syscall.SOCK_CLOEXEC, netlinkSockDiag)
	return &diag{fd: fd, err: err}
}}

// diag is a netlink socket to sock_diag.
type diag struct {
	fd  int
	err error
}

// endpoint is what the kernel knows of one end of a connection.
type endpoint struct {
	open     bool   // the process that has it may still read
	unread   uint32 // bytes in its queue
	received uint64 // bytes that have arrived so far
}

// Numbers of linux/netlink.h, linux/sock_diag.h, linux/inet_diag.h and linux/tcp.h.
const (
	netlinkSockDiag  = 4
	sockDiagByFamily = 20
	inetDiagInfo     = 2

	headerSize  = 16 // struct nlmsghdr
	requestSize = 56 // struct inet_diag_req_v2
	answerSize  = 72 // struct inet_diag_msg
	stateAt     = headerSize + 1
	unreadAt    = headerSize + 56
	receivedAt  = 128 // tcpi_bytes_received in struct tcp_info
)

// ask asks for the end of a connection whose own address is local.
func (d *diag) ask(local, remote *net.TCPAddr) (endpoint, error) {
	if d.err != nil {
		return endpoint{}, d.err
	}
	if err := syscall.Sendto(d.fd, query(local, remote), 0, &syscall.SockaddrNetlink{Family: syscall.AF_NETLINK}); err != nil {
		return endpoint{}, err
	}
	var buf [2048]byte
	n, _, err := syscall.Recvfrom(d.fd, buf[:], 0)
	if err != nil {
		return endpoint{}, err
	}
	return parseEndpoint(buf[:n])
}

func parseEndpoint(b []byte) (endpoint, error) {
	kind := binary.NativeEndian.Uint16(b[4:])
	if kind == syscall.NLMSG_ERROR {
		errno := syscall.Errno(-int32(binary.NativeEndian.Uint32(b[headerSize:])))
		if errno == syscall.ENOENT {
			return endpoint{}, nil
		}
		return endpoint{}, errno
	}
	if kind != sockDiagByFamily || len(b) < headerSize+answerSize {
		return endpoint{}, errors.New("sock_diag: an answer of another kind")
	}
	e := endpoint{open: isOpen(b[stateAt]), unread: binary.NativeEndian.Uint32(b[unreadAt:])}
	for attrs := b[headerSize+answerSize:]; len(attrs) >= 4; {
		size := int(binary.NativeEndian.Uint16(attrs))
		if binary.NativeEndian.Uint16(attrs[2:]) == inetDiagInfo && size >= 4+receivedAt+8 {
			e.received = binary.NativeEndian.Uint64(attrs[4+receivedAt:])
		}
		attrs = attrs[min(len(attrs), max(4, (size+3)&^3)):]
	}
	return e, nil
}

// isOpen: established, being established, or closed by the other side only
// (net/tcp_states.h).
func isOpen(state byte) bool {
	return state == 1 || state == 3 || state == 12 || state == 8
}

// query asks for one TCP connection over IPv4, with its struct tcp_info.
func query(local, remote *net.TCPAddr) []byte {
	b := binary.NativeEndian.AppendUint32(nil, headerSize+requestSize)
	b = binary.NativeEndian.AppendUint16(b, sockDiagByFamily)
	b = binary.NativeEndian.AppendUint16(b, syscall.NLM_F_REQUEST)
	b = append(b, make([]byte, 8)...) // sequence, port
	b = append(b, syscall.AF_INET, syscall.IPPROTO_TCP, 1<<(inetDiagInfo-1), 0)
	b = append(b, 0xff, 0xff, 0xff, 0xff)                    // any state
	b = binary.BigEndian.AppendUint16(b, uint16(local.Port)) // struct inet_diag_sockid from here on
	b = binary.BigEndian.AppendUint16(b, uint16(remote.Port))
	b = append(append(b, local.IP.To4()...), make([]byte, 12)...)
	b = append(append(b, remote.IP.To4()...), make([]byte, 12)...)
	b = append(b, 0, 0, 0, 0)                                        // any interface
	return append(b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff) // no cookie
}
