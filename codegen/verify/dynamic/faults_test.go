package dynamic

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
)

// outcome is a result that a call is given, and what the client must get then.
type outcome struct {
	result int64
	demand func(got, want []byte) error
}

// outcomes are tried at each call in turn, by its number.
func outcomes(c Call, hardened bool) []outcome {
	n := int64(c.Args[2])
	switch c.Number {
	case Read:
		return []outcome{{-EINTR, same}, {1, same}, {-EAGAIN, cut}, {-ECONNRESET, cut}, {0, cut}}
	case Write:
		list := []outcome{{-EINTR, same}, {-EAGAIN, cut}, {-EPIPE, cut}, {0, cut}}
		if n > 4096 {
			list = append(list, outcome{4096, same}, outcome{n - 1, same})
		}
		if n > 1 && hardened { // so little in the write timeout: the client is given up
			list = append(list, outcome{1, cut})
		} else if n > 1 {
			list = append(list, outcome{1, same})
		}
		return list
	case Close:
		return []outcome{{-EINTR, same}}
	case Accept:
		return []outcome{{-EINTR, same}, {-EAGAIN, same}, {-ECONNABORTED, same}}
	}
	return nil
}

// cut is an error unless the client got what is wanted, up to some point, and behind
// it nothing but a 408.
func cut(got, want []byte) error {
	answer, late, timedOut := bytes.Cut(got, []byte("HTTP/1.1 408 "))
	if bytes.HasPrefix(want, got) || timedOut && bytes.HasPrefix(want, answer) && bytes.HasSuffix(late, []byte("\r\n\r\n")) {
		return nil
	}
	return fmt.Errorf("not cut: %s", emitted.Difference(string(got), string(want)))
}

// TestFailingCalls gives each call of each golden request each outcome in turn.
func TestFailingCalls(t *testing.T) {
	eachGolden(t, func(t *testing.T, s goldenServer) {
		for _, c := range s.Cases {
			if err := failing(s.Server, c, c.Segments, s.Variant.Syscalls == "hardened"); err != nil {
				t.Errorf("%s: %v", c.Name, err)
			}
		}
	})
}

func failing(s *Server, c emitted.GoldenCase, segments [][]byte, hardened bool) error {
	plain, err := serve(s, Script{Segments: segments})
	if err != nil {
		return err
	}
	for _, call := range plain.Calls {
		for _, o := range outcomes(call, hardened) {
			if c.Whole && call.Number == Read && o.result == 1 {
				continue // it depends on how much the reads bring
			}
			run, err := serve(s, Script{Segments: segments, Result: only(call.Index, o.result)})
			if err == nil {
				err = o.demand(run.Output, plain.Output)
			}
			if err != nil {
				return fmt.Errorf("call %d, %d(%d, ...), giving %d: %v", call.Index, call.Number, call.Args[0], o.result, err)
			}
		}
	}
	return nil
}

// only forces the result of one call.
func only(index int, result int64) func(Call) (int64, bool) {
	return func(c Call) (int64, bool) { return result, c.Index == index }
}

// places is how many calls, or readings of the clock, of a run are tried in the tests
// below: all of a short request's, a selection of a long one's. What is longer than
// longest bytes is not tried: each place takes the time of a run.
const (
	places  = 12
	longest = 400
)

// bytewise is a request of which every byte comes alone, nil where it is too long.
func bytewise(c emitted.GoldenCase) [][]byte {
	if out := single(c.Segments); len(out) <= longest {
		return out
	}
	return nil
}

// some gives up to places of the numbers below n.
func some(n int) (list []int) {
	for i := 0; i < n; i += 1 + n/places {
		list = append(list, i)
	}
	return list
}

// TestInterrupted interrupts calls where every byte comes alone.
func TestInterrupted(t *testing.T) {
	eachGolden(t, func(t *testing.T, s goldenServer) {
		for _, c := range s.Cases {
			segments := bytewise(c)
			if segments == nil {
				continue
			}
			plain, err := serve(s.Server, Script{Segments: segments})
			if err != nil {
				t.Fatalf("%s: %v", c.Name, err)
			}
			for _, i := range some(len(plain.Calls)) {
				run, err := serve(s.Server, Script{Segments: segments, Result: interruptible(i)})
				if err == nil {
					err = same(run.Output, plain.Output)
				}
				if err != nil {
					t.Fatalf("%s: call %d: %v", c.Name, i, err)
				}
			}
		}
	})
}

// interruptible interrupts a call if it is one that a signal can interrupt.
func interruptible(index int) func(Call) (int64, bool) {
	return func(c Call) (int64, bool) {
		return -EINTR, c.Index == index && (c.Number == Read || c.Number == Write && c.Args[0] == client)
	}
}

// TestClock lets the time jump past every deadline at readings of the clock, where
// every byte comes alone.
func TestClock(t *testing.T) {
	eachGolden(t, func(t *testing.T, s goldenServer) {
		for _, c := range s.Cases {
			segments, readings := bytewise(c), 0
			if segments == nil {
				continue
			}
			plain, err := serve(s.Server, Script{Segments: segments, Clock: func(n int) uint64 { readings = n + 1; return 0 }})
			if err != nil {
				t.Fatalf("%s: %v", c.Name, err)
			}
			for _, at := range some(readings) {
				run, err := serve(s.Server, Script{Segments: segments, Clock: jump(at)})
				if err == nil {
					err = cut(run.Output, plain.Output)
				}
				if err != nil {
					t.Fatalf("%s: the clock jumps at reading %d: %v", c.Name, at, err)
				}
			}
		}
	})
}

// jump is a clock that stands, but for one jump of about a day.
func jump(at int) func(int) uint64 {
	return func(n int) uint64 {
		const start, day = 5 << 32, 86400 << 32
		if n < at {
			return start
		}
		return start + day
	}
}
