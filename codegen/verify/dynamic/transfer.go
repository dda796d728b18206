package dynamic

// The calls that take flags beside read and write: recv(2), send(2).

const dontWait, noSignal = 0x40, 0x4000

// recvfrom is read from the client, without its address. A client that is silent has nothing for
// one that does not wait, as for one that waits no longer: EAGAIN.
func (k *kernel) recvfrom(c call) (int64, error) {
	ok := (k.serving() && k.isClient(c.fd()) || k.looping()) && (c.a[3] == 0 || c.a[3] == dontWait) && c.a[4] == 0
	if err := c.demand(ok, "recvfrom(%d, %#x, %d, %#x, %#x)", c.a[0], c.a[1], c.a[2], c.a[3], c.a[4]); err != nil {
		return 0, err
	}
	if k.looping() {
		if err := k.startServing(c); err != nil {
			return 0, err
		}
	}
	return k.receive(c)
}

// sendto is write to the client, to no address.
func (k *kernel) sendto(c call) (int64, error) {
	flags := c.a[3] == 0 || c.a[3] == dontWait || c.a[3] == dontWait|noSignal
	if k.looping() {
		flags = flags && c.a[3] != 0
	}
	ok := k.isClient(c.fd()) && (k.serving() || k.looping() || k.busy && k.clientOpen) && flags && c.a[4] == 0
	if err := c.demand(ok, "sendto(%d, %#x, %d, %#x, %#x)", c.a[0], c.a[1], c.a[2], c.a[3], c.a[4]); err != nil {
		return 0, err
	}
	return k.send(c, true)
}
