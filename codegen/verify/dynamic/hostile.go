package dynamic

import "math/rand/v2"

// Hostile is a random client in a random world: one to three of the requests seeds,
// damaged and in pieces, with calls that fail and a clock that jumps. What it does is
// decided by rng, now and during the run: a Script is good for one run.
func Hostile(rng *rand.Rand, seeds [][]byte) Script {
	return deliver(rng, request(rng, seeds))
}

// HostileMany are one to four such clients of a loop, whose events come in any order.
func HostileMany(rng *rand.Rand, seeds [][]byte) Script {
	s := Hostile(rng, seeds)
	s.Clients = []Client{{s.Segments, s.Silent}}
	for range rng.IntN(4) {
		c := Hostile(rng, seeds)
		s.Clients = append(s.Clients, Client{c.Segments, c.Silent})
	}
	usual := s.Result
	s.Result = func(c Call) (int64, bool) {
		v, forced := usual(c)
		return v, forced && (c.Number != Fork || v < 0) // the child runs by itself
	}
	s.Segments, s.Silent, s.Choose, s.Stops = nil, false, rng.IntN, rng.IntN(2) == 0
	return s
}

// request is one to three golden requests, damaged.
func request(rng *rand.Rand, seeds [][]byte) []byte {
	var b []byte
	for range 1 + rng.IntN(3) {
		b = append(b, seeds[rng.IntN(len(seeds))]...)
	}
	b = append([]byte(nil), b[:min(len(b), 40_000)]...)
	for range rng.IntN(4) {
		b = damage(rng, b)
	}
	return b
}

// damage changes a byte, or cuts, doubles or inserts something.
func damage(rng *rand.Rand, b []byte) []byte {
	if len(b) == 0 {
		return b
	}
	at := rng.IntN(len(b))
	n := min(len(b)-at, 1+rng.IntN(20))
	switch rng.IntN(5) {
	case 0:
		b[at] = byte(rng.Uint32())
	case 1:
		return b[:at]
	case 2:
		return append(b[:at:at], b[at+n:]...)
	case 3:
		return append(b[:at+n:at+n], b[at:]...)
	case 4:
		texts := []string{"\r\n", "\r", "\n", "\x00", "%", "%41", ": ", "\r\n\r\n", " ", "\xff", "[", "*", "0\r\n"}
		return append(append(b[:at:at], texts[rng.IntN(len(texts))]...), b[at:]...)
	}
	return b
}

// deliver brings a request in random pieces, fails calls at random, and lets the clock
// jump at random.
func deliver(rng *rand.Rand, request []byte) Script {
	s := Script{Silent: rng.IntN(3) == 0}
	piece := []int{1, 10, 1000, 100_000}[rng.IntN(4)]
	for rest := request; len(rest) > 0; {
		n := min(len(rest), 1+rng.IntN(piece))
		s.Segments, rest = append(s.Segments, rest[:n]), rest[n:]
	}
	failures := []int{0, 0, 3, 30}[rng.IntN(4)]
	s.Result = func(c Call) (int64, bool) { return anyResult(rng, c), c.Index > 2 && rng.IntN(100) < failures }
	clock, jumps := rng.Uint64(), rng.IntN(8) == 0
	s.Clock = func(int) uint64 {
		clock += uint64(rng.IntN(100_000))
		if jumps && rng.IntN(20) == 0 {
			clock += uint64(rng.IntN(20)) << 32
		}
		return clock
	}
	return s
}

// anyResult is an errno or a short count.
func anyResult(rng *rand.Rand, c Call) int64 {
	list := []int64{-EINTR, -EINTR, -EAGAIN, -EPIPE, -ECONNRESET, 0}
	if c.Sends() || c.Receives() {
		list = append(list, 1, int64(rng.IntN(int(min(c.Args[2], 1<<20))+1)), 4096)
	}
	return list[rng.IntN(len(list))]
}

// HostileAnswer is a random server for a probe, in a random world, as Hostile is a client.
func HostileAnswer(rng *rand.Rand) Script {
	answers := []string{"HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 503 Busy\r\n\r\n", "HTTP/1.0 200 OK\r\n\r\n", "HTTP/1.1 2", ""}
	answer := []byte(answers[rng.IntN(len(answers))])
	for range rng.IntN(3) {
		answer = damage(rng, answer)
	}
	s := deliver(rng, answer)
	s.Result = nil
	if rng.IntN(2) == 0 {
		s.Result = func(c Call) (int64, bool) {
			v := anyResult(rng, c)
			return v, rng.IntN(8) == 0 && (c.Number != Socket || v < 0)
		}
	}
	ports := []string{"PORT=8080", "PORT=", "PORT=65536", "PORT=1", "A=b"}
	s.Env = []string{ports[rng.IntN(len(ports))]}
	return s
}
