package measure

import "net"

// FreePort finds a port that nothing listens on at 127.0.0.1. Another program may
// take it before it is used: then the server that wanted it says so.
func FreePort() (int, error) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
