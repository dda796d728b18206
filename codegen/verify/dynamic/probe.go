package dynamic

import "errors"

// The calls of a probe: the program that asks a server for its health.

// asking is how far a probe is. A program that has tried to connect is no server.
type asking uint8

const (
	notAsking   asking = iota
	unconnected        // connect has failed, however
	connected
)

// Ask runs a probe from its start to its exit. The segments of the script are what the server
// answers. An error is a *isa.Fault, or says why the file cannot be loaded.
func Ask(file []byte, s Script) (*Run, error) {
	server, run, err := Boot(file, s)
	if err == nil && server != nil {
		err = errors.New("it is a server: it waits for clients")
	}
	return run, err
}

// connect takes an address as bind does, in its place.
func (k *kernel) connect(c call) (int64, error) {
	ok := c.fd() == listener && k.listenerOpen && !k.bound && !k.inherited && k.asking == notAsking
	if err := c.demand(ok && c.a[2] >= leastAddress && c.a[2] <= mostAddress, "connect(%d, %#x, %d)", c.a[0], c.a[1], c.a[2]); err != nil {
		return 0, err
	}
	if _, err := c.readable(c.a[1], c.a[2]); err != nil {
		return 0, err
	}
	result, ok := c.result(0)
	k.asking = unconnected
	if ok {
		k.asking = connected
	}
	return result, nil
}

// hasServer: a probe that has its server, which is where the listener of one would be.
func (k *kernel) hasServer(c call) bool { return k.asking == connected && c.fd() == listener }
