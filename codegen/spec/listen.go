package spec

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/verbosel/verbosel/codegen/internal/lazy"
)

// maxSocketPath is sizeof(sun_path) less the byte that ends it, unix(7).
const maxSocketPath = 107

// envPort is ${NAME} or ${NAME:-8080}.
var envPort = lazy.New(`^\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}$`)

// listenError is a mistake in `listen` with its remedy.
type listenError struct{ msg, hint string }

func (d *decoder) listen(n *node) Listen {
	if n.kind == kindTable {
		return d.listenTable(n)
	}
	if n.kind == kindList {
		d.report(n, `write "[::]:8080"`, "an IPv6 address needs double quotes: YAML reads brackets as a list")
		return Listen{}
	}
	if n.kind != kindNumber && n.kind != kindText {
		d.wrongKind(n, "listen", "an address", `write ":8080", "127.0.0.1:8080" or "unix:/run/site.sock"`)
		return Listen{}
	}
	l, bad := parseListen(n.text)
	if bad != nil {
		d.report(n, bad.hint, "listen: %s", bad.msg)
	}
	l.Pos = d.pos(n)
	return l
}

// listenTable is `listen` with more than an address.
func (d *decoder) listenTable(n *node) Listen {
	l := Defaults().Listen
	l.Pos = d.pos(n)
	var shared *node
	for _, f := range d.table(n, "listen") {
		switch f.key.text {
		case "address":
			if f.value.kind == kindTable {
				d.wrongKind(f.value, "listen.address", "an address", `write ":8080", "127.0.0.1:8080" or "unix:/run/site.sock"`)
				continue
			}
			reuse := l.Shared
			l = d.listen(f.value)
			l.Shared = reuse
		case "reuse_port":
			shared = f.value
			l.Shared = d.boolean(f.value, "listen.reuse_port")
		default:
			d.unknownKey(f.key, "listen", listenKeys)
		}
	}
	if l.Shared && (l.Network == "unix" || l.Network == Systemd) {
		d.report(shared, "leave it out, or listen on a port", "listen.reuse_port: %s has no port", l.Text)
	}
	return l
}

// Systemd is what `listen` says where the server takes a socket over, and the Network of that.
const Systemd = "systemd"

// checkSystemCalls: what of `listen` takes system calls that syscalls: ten does not have.
func (d *decoder) checkSystemCalls(s *Server, n, backlog *node) {
	const hint = "leave it out, or write syscalls: hardened"
	if s.Syscalls == SyscallsTen && s.Listen.Shared {
		d.report(n, hint, "listen.reuse_port makes a system call that is not among the ten of syscalls: ten")
	}
	if s.Listen.Network != Systemd {
		return
	}
	if s.Syscalls == SyscallsTen {
		d.report(n, hint, "listen: systemd makes system calls that are not among the ten of syscalls: ten")
	}
	if backlog != nil {
		d.report(backlog, "leave it out, and write Backlog= into the socket unit", "backlog: the socket is systemd's, and it is that which listens")
	}
}

// socketMode reads the permissions of a unix socket, as chmod(1) takes them: 0660.
func (d *decoder) socketMode(n *node) *uint32 {
	const hint = `write three octal digits behind a 0, in quotes: "0660"`
	if n.kind != kindText && n.kind != kindNumber {
		d.wrongKind(n, "mode", "a mode", hint)
		return nil
	}
	digits, quoted := strings.CutPrefix(n.text, "0")
	mode, err := strconv.ParseUint(digits, 8, 32)
	if err != nil || !quoted || n.kind != kindText || len(digits) != 3 {
		d.report(n, hint, "mode: %s is no mode of a file", n.text)
		return nil
	}
	out := uint32(mode)
	return &out
}

// checkMode: only a unix socket with a path is a file, and its mode takes a system call.
func (d *decoder) checkMode(s *Server, n *node) {
	switch {
	case s.Listen.Network != "unix" || strings.HasPrefix(s.Listen.Path, "@"):
		d.report(n, "leave it out, or write listen: unix:/run/site.sock", "mode: %s is no file that could have one", s.Listen.Text)
	case s.Syscalls == SyscallsTen:
		d.report(n, "leave it out, or write syscalls: hardened", "mode makes a system call that is not among the ten of syscalls: ten")
	}
}

// ParseListen reads an address as `listen` has it.
func ParseListen(text string) (Listen, error) {
	l, bad := parseListen(text)
	if bad != nil {
		return l, fmt.Errorf("listen: %s", bad.msg)
	}
	return l, nil
}

// parseListen reads host:port, :port, [v6]:port or unix:path.
func parseListen(text string) (Listen, *listenError) {
	l := Listen{Text: text}
	if text == Systemd {
		l.Network = Systemd
		return l, nil
	}
	if path, ok := strings.CutPrefix(text, "unix:"); ok {
		l.Network, l.Path = "unix", path
		return l, checkSocketPath(path)
	}
	host, port, bad := splitHostPort(text)
	if bad != nil {
		return l, bad
	}
	if bad := l.setHost(host); bad != nil {
		return l, bad
	}
	return l, l.setPort(port)
}

// checkSocketPath: at most 107 bytes; a leading @ is the abstract namespace.
func checkSocketPath(path string) *listenError {
	switch {
	case path == "" || path == "@":
		return &listenError{"the socket has no path", "write unix:/run/site.sock"}
	case len(path) > maxSocketPath:
		return &listenError{fmt.Sprintf("the socket's path has %d bytes, at most %d fit (unix(7))", len(path), maxSocketPath), "choose a shorter path"}
	case strings.ContainsFunc(path, func(r rune) bool { return r < 0x20 || r == 0x7f }):
		return &listenError{"a control character in the socket's path", "remove it"}
	case strings.HasSuffix(path, "/"):
		return &listenError{"the socket's path is a folder", "name the socket: unix:" + path + "site.sock"}
	}
	return nil
}

// splitHostPort splits at the colon before the port, which may be ${NAME:-8080}.
func splitHostPort(text string) (host, port string, bad *listenError) {
	at := strings.Index(text, ":${")
	if at < 0 {
		at = strings.LastIndex(text, ":")
	}
	if at < 0 {
		if text != "" && strings.Trim(text, "0123456789") == "" {
			return "", "", &listenError{"a port alone", fmt.Sprintf(`write ":%s"`, text)}
		}
		return "", "", &listenError{fmt.Sprintf("%q has no port", text), `write host:port, such as "127.0.0.1:8080"`}
	}
	return text[:at], text[at+1:], nil
}

// setHost parses the host, which must be an address: the server has no resolver.
func (l *Listen) setHost(host string) *listenError {
	if host == "" {
		l.Network = "tcp4" // 0.0.0.0
		return nil
	}
	inner, v6 := strings.CutPrefix(host, "[")
	if v6 {
		if !strings.HasSuffix(inner, "]") {
			return &listenError{"the bracket of the address is not closed", `write "[::]:8080"`}
		}
		inner = strings.TrimSuffix(inner, "]")
	}
	ip, err := netip.ParseAddr(inner)
	switch {
	case err != nil:
		return hostError(host)
	case ip.Zone() != "":
		return &listenError{"an address with a zone", "listen on [::], or on an address of the interface that needs no zone"}
	case ip.Is4() && v6:
		return &listenError{"an IPv4 address in brackets", "write " + inner + ":8080"}
	case ip.Is6() && !v6:
		return &listenError{"an IPv6 address without brackets", fmt.Sprintf(`write "[%s]:8080"`, inner)}
	case ip.Is4():
		l.Network = "tcp4"
		a := ip.As4()
		copy(l.IP[:], a[:])
	default:
		l.Network = "tcp6"
		l.IP = ip.As16()
	}
	return nil
}

func hostError(host string) *listenError {
	switch {
	case host == "localhost":
		return &listenError{"a name: the server has no resolver", "write 127.0.0.1, or [::1]"}
	case host == "*":
		return &listenError{"* is no address", `write ":8080" for every IPv4 address, "[::]:8080" for IPv6 too`}
	case strings.Contains(host, "${"):
		return &listenError{"an environment variable in the address: only the port may come from one", `write "0.0.0.0:${PORT:-8080}"`}
	case strings.HasPrefix(host, "http"):
		return &listenError{"a URL", `write the address alone, such as ":8080"`}
	}
	return &listenError{fmt.Sprintf("%q is no IP address, and the server has no resolver for names", host), "write the address"}
}

// setPort parses the port: a number, ${NAME} or ${NAME:-number}.
func (l *Listen) setPort(text string) *listenError {
	if strings.HasPrefix(text, "$") {
		m := envPort.FindStringSubmatch(text)
		if m == nil {
			return &listenError{fmt.Sprintf("%q is no port from the environment", text), "write ${PORT:-8080} or ${PORT}"}
		}
		l.PortEnv = m[1]
		if text = m[2]; text == "" {
			if strings.Contains(m[0], ":-") {
				return &listenError{"the default port is empty", "write ${" + m[1] + ":-8080}, or ${" + m[1] + "} for none"}
			}
			return nil
		}
	}
	port, err := strconv.ParseUint(text, 10, 64)
	switch {
	case err != nil || strconv.FormatUint(port, 10) != text:
		return &listenError{fmt.Sprintf("%q is no port", text), "write a number from 1 to 65535"}
	case port == 0:
		return &listenError{"port 0: the server could not name the port that it was given without another system call", "choose a port, or leave the choice to the environment: ${PORT:-8080}"}
	case port > 65535:
		return &listenError{fmt.Sprintf("port %d is out of range", port), "write a number from 1 to 65535"}
	}
	l.Port = uint16(port)
	return nil
}

// Loopback tells whether it is an address of TCP that only the machine itself reaches.
func (l Listen) Loopback() bool {
	switch l.Network {
	case "tcp4":
		return netip.AddrFrom4([4]byte(l.IP[:4])).IsLoopback()
	case "tcp6":
		return netip.AddrFrom16(l.IP).IsLoopback()
	}
	return false
}
