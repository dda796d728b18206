package codegen

import (
	"fmt"
	"math"
	"net"
	"net/netip"
	"strconv"
	"strings"

	"github.com/verbosel/verbosel/codegen/diag"
	"github.com/verbosel/verbosel/codegen/spec"
)

// override puts the port and the isolation of the options into the place of the
// spec's. The Spec that was parsed is not changed.
func override(r *Result) (err error) {
	changed := *r.Spec
	if r.opts.Port != 0 {
		changed.Server.Listen, err = withPort(r.Spec.Server.Listen, r.opts.Port)
		if err != nil {
			return err
		}
	}
	if r.opts.Activated {
		if changed.Server.Listen, err = activated(r.Spec.Server); err != nil {
			return err
		}
		changed.Health.Pos = diag.Pos{} // that there is no probe is meant
	}
	if r.opts.Loopback {
		changed.Server.Listen = onLoopback(changed.Server.Listen)
	}
	switch isolation := spec.Isolation(r.opts.Isolation); isolation {
	case "":
	case spec.IsolationProof:
		if changed.Server.Syscalls == spec.SyscallsTen {
			return fmt.Errorf("isolation %s makes system calls that are not among the ten of the spec's syscalls: ten", isolation)
		}
		changed.Server.Isolation = isolation
	case spec.IsolationRequest, spec.IsolationConnection:
		changed.Server.Isolation = isolation
	default:
		return fmt.Errorf("isolation %q is none of %s, %s and %s", isolation, spec.IsolationRequest, spec.IsolationConnection, spec.IsolationProof)
	}
	r.Spec = &changed
	return nil
}

// withPort returns the address with another port, fixed: no variable of the
// environment changes it any more.
func withPort(l spec.Listen, port int) (spec.Listen, error) {
	if port < 1 || port > math.MaxUint16 {
		return l, fmt.Errorf("port %d is not in 1 to %d", port, math.MaxUint16)
	}
	if l.Network == "unix" {
		return l, &diag.Error{Pos: l.Pos, Msg: "the spec listens on a unix socket, which has no port to override"}
	}
	if l.Network == spec.Systemd {
		l.Network = "tcp4"
	}
	l.Port, l.PortEnv = uint16(port), ""
	l.Text = net.JoinHostPort(host(l), strconv.Itoa(port))
	return l, nil
}

// activated is the socket that systemd hands over, in the place of a spec's own. What the
// spec says of that socket, and what cannot be with it, is an error, as with `listen: systemd`.
func activated(s spec.Server) (spec.Listen, error) {
	why := ""
	switch l := s.Listen; {
	case l.Network == spec.Systemd:
		return l, nil
	case s.Syscalls == spec.SyscallsTen:
		why = "makes system calls that are not among the ten of the spec's syscalls: ten"
	case s.Backlog != spec.Defaults().Backlog:
		why = "has systemd listen: take the spec's backlog out, and write Backlog= into the socket unit"
	case l.Mode != nil:
		why = "has systemd make the socket: take the spec's mode out, and write SocketMode= into the socket unit"
	case s.ClientIP != "" && len(s.Trusted) == 0:
		why = "has a peer of any kind: name the proxies in trusted, or take the spec's client_ip out"
	case s.Isolation == spec.IsolationProof && s.Workers != 1:
		why = "waits for a client in each of several workers: write workers: 1"
	case l.Shared:
		why = "has systemd make the socket: take the spec's reuse_port out, and write ReusePort= into the socket unit"
	}
	if why != "" {
		return spec.Listen{}, &diag.Error{Pos: s.Listen.Pos, Msg: "socket activation " + why}
	}
	return spec.Listen{Text: spec.Systemd, Network: spec.Systemd, Pos: s.Listen.Pos}, nil
}

// onLoopback returns the address for this machine's own programs only, where it was that
// of every program's. One address that is named stays, and so does a unix socket.
func onLoopback(l spec.Listen) spec.Listen {
	var local netip.Addr
	switch {
	case l.IP != [16]byte{}:
		return l
	case l.Network == "tcp4":
		local = netip.AddrFrom4([4]byte{127, 0, 0, 1})
	case l.Network == "tcp6":
		local = netip.IPv6Loopback()
	default:
		return l
	}
	l.IP = [16]byte{}
	copy(l.IP[:], local.AsSlice())
	port := l.Text[strings.LastIndexByte(strings.TrimSuffix(l.Text, portDefault(l)), ':')+1:]
	l.Text = net.JoinHostPort(local.String(), port)
	return l
}

// portDefault is the end of a text such as ":${PORT:-8080}", from its second colon on.
func portDefault(l spec.Listen) string {
	if at := strings.Index(l.Text, ":-"); l.PortEnv != "" && at >= 0 {
		return l.Text[at:]
	}
	return ""
}

func host(l spec.Listen) string {
	if l.Network == "tcp4" {
		return netip.AddrFrom4([4]byte(l.IP[:4])).String()
	}
	return netip.AddrFrom16(l.IP).String()
}
