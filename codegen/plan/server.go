package plan

import (
	"encoding/binary"
	"math"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/verbosel/verbosel/codegen/spec"
)

// Server holds the process's parameters, in the units in which the code uses them.
type Server struct {
	Listen    Listen
	Backlog   uint32
	KeepAlive bool // isolation: connection, or proof
	Loop      bool // isolation: proof: one process answers, and a child what would have to wait
	Hardened  bool // with setsockopt, wait4 and poll besides the ten system calls

	ReadTimeout  Timeval // SO_RCVTIMEO: head, or the shorter of head and idle
	WriteTimeout Timeval // SO_SNDTIMEO
	HeadTimeouts uint32  // read timeouts in a row that end a request in its head or body
	IdleTimeouts uint32  // and a connection between requests
	HeadSeconds  uint32  // limits of the coarse clock, whole seconds rounded up
	BodySeconds  uint32

	HeadLimit uint32 // bytes
	BodyLimit uint64 // bytes
	Requests  uint32 // per connection

	Connections uint32 // of a loop: how many descriptors may be clients' at a time, and below which number they are
	Workers     uint32 // likewise: how many processes have it, each with its own clients; 0: as many as there are processors for it
	SweepMillis uint32 // likewise: between two looks for idle clients, timeouts.idle

	AccessLog Log

	ClientField string  // the field that names the client, of those below; empty: none
	Trusted     []Range // addresses of proxies, of which it is believed
	Clock       bool    // clock_gettime: responses have a Date, and limits of time are in seconds
}

// Log is the form of the access log.
type Log string

// The forms.
const (
	LogOff      Log = "off"
	LogCommon   Log = "common"
	LogCombined Log = "combined"
	LogJSON     Log = "json"
)

// The fields that may name a client.
const (
	ClientForwardedFor = spec.ClientForwardedFor
	ClientRealIP       = spec.ClientRealIP
	ClientForwarded    = spec.ClientForwarded
)

// Range is a range of IPv6 addresses, or of IPv4 addresses as they are mapped there (RFC
// 4291, 2.5.5.2).
type Range struct {
	Address, Mask [16]byte
	Text          string // as the spec has it
}

// ranges are the ranges of prefixes.
func ranges(list []netip.Prefix) []Range {
	var out []Range
	for _, p := range list {
		r := Range{Address: p.Addr().As16(), Text: p.String()}
		n := p.Bits() + 128 - p.Addr().BitLen()
		for i := range n {
			r.Mask[i/8] |= 0x80 >> (i % 8)
		}
		out = append(out, r)
	}
	return out
}

// Timeval is struct timeval of setsockopt(2).
type Timeval struct{ Sec, Usec uint64 }

// Address families of socket(2).
const (
	AFNone  = 0 // of a listener that is handed over: it is not known which it has
	AFUnix  = 1
	AFInet  = 2
	AFInet6 = 10
)

// Listen is where the server listens.
type Listen struct {
	Family   uint32
	Sockaddr []byte  // struct sockaddr of bind(2); the port is 0 where PortEnv gives it
	Text     string  // for people: "127.0.0.1:8080"; ends behind the colon where PortEnv gives the port
	Banner   string  // likewise, without the unspecified address: ":8080"
	PortEnv  string  // environment variable that holds the port, or empty
	Port     string  // the port where PortEnv is unset; empty if it must be set
	Umask    *uint32 // of umask(2), before the socket's file is made; nil: as it is
	Shared   bool    // SO_REUSEPORT
}

// Inherited says that the server opens no listener, but is handed one over: sd_listen_fds(3).
func (l Listen) Inherited() bool { return l.Family == AFNone }

func planServer(s spec.Server) Server {
	loop := s.Isolation == spec.IsolationProof
	keepAlive := loop || s.Isolation == spec.IsolationConnection
	read := s.Timeouts.Head
	if keepAlive {
		read = min(read, s.Timeouts.Idle)
	}
	out := Server{
		Loop:         loop,
		Listen:       planListen(s.Listen),
		Backlog:      uint32(s.Backlog),
		KeepAlive:    keepAlive,
		Hardened:     s.Syscalls == spec.SyscallsHardened,
		ReadTimeout:  timeval(read),
		WriteTimeout: timeval(s.Timeouts.Write),
		HeadTimeouts: ceilDiv(s.Timeouts.Head, read),
		IdleTimeouts: ceilDiv(s.Timeouts.Idle, read),
		HeadSeconds:  ceilDiv(s.Timeouts.Head, time.Second),
		BodySeconds:  ceilDiv(s.Timeouts.Body, time.Second),
		HeadLimit:    uint32(s.Limits.Head),
		BodyLimit:    uint64(s.Limits.Body),
		Requests:     uint32(s.Limits.Requests),
		AccessLog:    Log(s.AccessLog),
		Clock:        s.HasClock(),
		ClientField:  s.ClientIP,
		Trusted:      ranges(s.Trusted),
	}
	if loop {
		out.Workers = uint32(s.Workers)
		out.Connections, out.SweepMillis = uint32(s.Limits.Connections), ceilDiv(s.Timeouts.Idle, time.Millisecond)
	}
	return out
}

func timeval(d time.Duration) Timeval {
	return Timeval{Sec: uint64(d / time.Second), Usec: uint64(d % time.Second / time.Microsecond)}
}

func ceilDiv(d, unit time.Duration) uint32 {
	return uint32(min((d+unit-1)/unit, math.MaxInt32))
}

func planListen(l spec.Listen) Listen {
	switch l.Network {
	case spec.Systemd:
		return Listen{Text: l.Text, Banner: "the socket of systemd"}
	case "unix":
		out := listenUnix(l.Path)
		if l.Mode != nil {
			mask := ^*l.Mode & 0o777
			out.Umask = &mask
		}
		return out
	}
	out := Listen{Family: AFInet, PortEnv: l.PortEnv, Shared: l.Shared}
	host := strings.TrimSuffix(l.Text[:strings.LastIndexByte(l.Text[:hostEnd(l.Text)], ':')+1], ":")
	if l.Network == "tcp6" {
		out.Family = AFInet6
		out.Sockaddr = sockaddrIn6(l)
	} else {
		out.Sockaddr = sockaddrIn(l)
	}
	if l.Port != 0 {
		out.Port = strconv.Itoa(int(l.Port))
	}
	if host == "" {
		host = "0.0.0.0"
	}
	out.Text, out.Banner = host+":", host+":"
	if host == "0.0.0.0" || host == "[::]" {
		out.Banner = ":"
	}
	if l.PortEnv == "" {
		out.Text += out.Port
		out.Banner += out.Port
	}
	return out
}

// hostEnd is the end of "host:" in a listen text whose port may be ${NAME:-8080},
// which has a colon of its own.
func hostEnd(text string) int {
	if i := strings.Index(text, "${"); i >= 0 {
		return i
	}
	return len(text)
}

// sockaddrIn is struct sockaddr_in (ip(7)): family, port and address in network order, padding.
func sockaddrIn(l spec.Listen) []byte {
	b := binary.LittleEndian.AppendUint16(nil, AFInet)
	b = binary.BigEndian.AppendUint16(b, sockaddrPort(l))
	b = append(b, l.IP[:4]...)
	return append(b, make([]byte, 8)...)
}

// sockaddrIn6 is struct sockaddr_in6 (ipv6(7)): family, port, flow, address, scope.
func sockaddrIn6(l spec.Listen) []byte {
	b := binary.LittleEndian.AppendUint16(nil, AFInet6)
	b = binary.BigEndian.AppendUint16(b, sockaddrPort(l))
	b = append(b, 0, 0, 0, 0)
	b = append(b, l.IP[:]...)
	return append(b, 0, 0, 0, 0)
}

func sockaddrPort(l spec.Listen) uint16 {
	if l.PortEnv != "" {
		return 0
	}
	return l.Port
}

// listenUnix is struct sockaddr_un (unix(7)): a path ends with a NUL; an abstract
// name starts with one and ends with the address.
func listenUnix(path string) Listen {
	b := binary.LittleEndian.AppendUint16(nil, AFUnix)
	if name, abstract := strings.CutPrefix(path, "@"); abstract {
		b = append(append(b, 0), name...)
	} else {
		b = append(append(b, path...), 0)
	}
	return Listen{Family: AFUnix, Sockaddr: b, Text: "unix:" + path, Banner: "unix:" + path}
}
