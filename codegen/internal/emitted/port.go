package emitted

import (
	"math/rand/v2"
	"net"
	"strconv"
	"sync"
	"testing"
)

// The ports that servers are given lie below the range from which the kernel takes
// the ports of clients (net.ipv4.ip_local_port_range), so that none of the tests' own
// connections can be in the way.
const (
	firstPort = 12000
	lastPort  = 31999
)

var ports struct {
	sync.Mutex
	next int
}

// FreePort is a port on which nobody listens at the moment, and which this process
// has not handed out lately.
func FreePort(t testing.TB) int {
	t.Helper()
	ports.Lock()
	defer ports.Unlock()
	if ports.next == 0 {
		ports.next = firstPort + rand.IntN(lastPort-firstPort) // packages are tested in parallel
	}
	for range lastPort - firstPort {
		ports.next++
		if ports.next > lastPort {
			ports.next = firstPort
		}
		l, err := net.Listen("tcp", net.JoinHostPort("", strconv.Itoa(ports.next)))
		if err == nil {
			l.Close()
			return ports.next
		}
	}
	t.Fatal("no port is free")
	return 0
}
