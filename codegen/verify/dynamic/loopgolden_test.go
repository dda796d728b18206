package dynamic

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
	"github.com/verbosel/verbosel/codegen/internal/testtool"
)

// busy is how the answer begins that a client gets where fork gives the loop no child for it.
const busy = "HTTP/1.1 503 "

// serveMany runs a script of many connections that must break no rule, and lose nobody.
func serveMany(s *Server, script Script) (*Run, error) {
	run, err := s.Serve(script)
	if err != nil {
		return run, err
	}
	if run.Exited {
		return run, fmt.Errorf("the loop ended, with status %d", run.Status)
	}
	for i, c := range run.Clients {
		if !c.Closed && !script.Clients[i].Silent {
			return run, fmt.Errorf("client %d has ended, and was not closed", i)
		}
	}
	return run, nil
}

// beside are a client that sends a case's request in these segments, and two that send those of others, whole.
func beside(s goldenServer, rng *rand.Rand, segments [][]byte) (clients []Client, others []emitted.GoldenCase) {
	clients = []Client{{Segments: segments}}
	for range 2 {
		c := s.Cases[rng.IntN(len(s.Cases))]
		others = append(others, c)
		clients = append(clients, Client{Segments: c.Segments})
	}
	return clients, others
}

// TestLoopGolden has a loop serve each golden request, whole, byte by byte and at some splits, beside two others whose events
// come in any order: each gets the bytes of its golden response.
func TestLoopGolden(t *testing.T) {
	eachLoop(t, func(t *testing.T, s goldenServer) {
		rng, splits := rand.New(rand.NewPCG(testtool.Seed(t), 4)), emitted.FewSplits(t)
		for _, c := range s.Cases {
			for how, segments := range arrivals(c, splits) {
				clients, others := beside(s, rng, segments)
				run, err := serveMany(s.Server, Script{Clients: clients, Choose: rng.IntN})
				for i, want := range append([]emitted.GoldenCase{c}, others...) {
					if err == nil {
						err = same(run.Clients[i].Output, want.Want)
					}
				}
				if err == nil && how == whole && !c.HalfClose {
					err = ends(s.Server, c, run.Clients[0])
				}
				if err != nil {
					t.Errorf("%s, %s: %v", c.Name, how, err)
					break
				}
			}
		}
	})
}

// ends compares who ends the connection, as closes does: the server by itself, or the client.
func ends(s *Server, c emitted.GoldenCase, plain Served) error {
	if !c.Closes {
		if !plain.Ended {
			return errors.New("the server closed the connection by itself")
		}
		return nil
	}
	run, err := serveMany(s, Script{Clients: []Client{{Segments: c.Segments, Silent: true}}})
	if err != nil {
		return err
	}
	if !run.Clients[0].Closed {
		return errors.New("the server left the connection open")
	}
	return same(run.Clients[0].Output, c.Want)
}

// TestLoopHostile runs loops under random clients, failures and clocks: they break no rule, and end where they are told to
// alone.
func TestLoopHostile(t *testing.T) {
	seeds, err := emitted.GoldenRequests("../../../testdata/http")
	if err != nil {
		t.Fatal(err)
	}
	runs, seed := 300, testtool.Seed(t)
	if testing.Short() {
		runs = 60
	}
	eachLoop(t, func(t *testing.T, s goldenServer) {
		for i := range runs {
			script := HostileMany(rand.New(rand.NewPCG(seed, uint64(i))), seeds)
			run, err := s.Serve(script)
			if err == nil && run.Exited && (!script.Stops || run.Status != 0) {
				err = fmt.Errorf("the loop ended, with status %d", run.Status)
			}
			if err != nil {
				t.Fatalf("run %d: %v\nthe clients: %+v\nthe calls: %v", i, err, script.Clients, run.Calls)
			}
		}
	})
}

// loopOutcomes are tried at each call of the loop in turn, by its number.
func loopOutcomes(c Call) []outcome {
	switch c.Number {
	case Recvfrom:
		return []outcome{{-EINTR, cut}, {1, same}, {-EAGAIN, same}, {-ECONNRESET, cut}, {0, cut}}
	case Sendto:
		return []outcome{{1, same}, {-EAGAIN, same}, {-EPIPE, cut}, {0, same}}
	case Accept4:
		return []outcome{{-EINTR, same}, {-ECONNABORTED, same}, {-EMFILE, same}, {-ENOMEM, same}}
	case Fork:
		return []outcome{{-EAGAIN, refused}}
	case EpollPwait:
		return []outcome{{-EINTR, same}, {0, same}}
	}
	return nil
}

// inLoop forces the result of one call, of those that a child does not make, whose calls are counted anew.
func inLoop(index, number int, result int64) func(Call) (int64, bool) {
	return func(c Call) (int64, bool) { return result, c.Index == index && c.Number == number }
}

// refused is an error unless the client got what is wanted, up to some point, and behind it that there is no child for it.
func refused(got, want []byte) error {
	if at := bytes.Index(got, []byte(busy)); at >= 0 {
		got = got[:at]
	}
	return cut(got, want)
}

// TestLoopFailingCalls gives each call of the loop each outcome in turn, with each golden request beside another one, which is
// whole and gets what it always does.
func TestLoopFailingCalls(t *testing.T) {
	eachLoop(t, func(t *testing.T, s goldenServer) {
		for _, c := range s.Cases {
			if err := loopFailing(s, c); err != nil {
				t.Errorf("%s: %v", c.Name, err)
			}
		}
	})
}

func loopFailing(s goldenServer, c emitted.GoldenCase) error {
	clients := []Client{{Segments: c.Segments}, {Segments: s.Cases[0].Segments}}
	plain, err := serveMany(s.Server, Script{Clients: clients})
	if err != nil {
		return err
	}
	for _, call := range plain.Calls {
		for _, o := range loopOutcomes(call) {
			if call.Number == Recvfrom && o.result == 1 && (c.Whole || s.Cases[0].Whole) {
				continue // it depends on how much the reads bring
			}
			run, err := serveMany(s.Server, Script{Clients: clients, Result: inLoop(call.Index, call.Number, o.result)})
			if err == nil {
				err = oneOf(run, plain, o.demand)
			}
			if err != nil {
				return fmt.Errorf("call %d, %d(%d, ...), giving %d: %v", call.Index, call.Number, call.Args[0], o.result, err)
			}
		}
	}
	return nil
}

// oneOf is an error unless one client got what it does without failures, and the other what is demanded.
func oneOf(run, plain *Run, demand func(got, want []byte) error) error {
	var errs []error
	for i, c := range run.Clients {
		if err := same(c.Output, plain.Clients[i].Output); err != nil {
			errs = append(errs, demand(c.Output, plain.Clients[i].Output))
		}
	}
	if len(errs) > 1 {
		return fmt.Errorf("%d clients got something else: %v", len(errs), errors.Join(errs...))
	}
	return errors.Join(slices.Clip(errs)...)
}

// TestLoopStops has a loop told to stop beside one client that was answered, and one that never asked: the former is closed, and
// a child waits for the latter. So it is whatever call fails meanwhile, but for the one that it is about.
func TestLoopStops(t *testing.T) {
	for _, more := range []string{"", ", listen: systemd", ", workers: 2", ", limits: { requests: 1 }"} {
		s, boot, err := Boot(text(t, "server: { isolation: proof"+more+" }\n"+oneRoute), Script{Env: handedOver})
		if err != nil || s == nil {
			t.Fatalf("%q: %v: %q", more, err, boot.Console)
		}
		clients := []Client{{Segments: [][]byte{[]byte("GET / HTTP/1.1\r\nHost: h\r\n\r\n")}, Silent: true}, {Silent: true}}
		plain, err := s.Serve(Script{Clients: clients, Stops: true})
		if err == nil {
			err = stops(plain)
		}
		if err != nil {
			t.Fatalf("%q: %v", more, err)
		}
		answered, silent := plain.Clients[0], plain.Clients[1]
		if !bytes.HasPrefix(answered.Output, []byte("HTTP/1.1 200 ")) || answered.HandedOver || len(silent.Output) > 0 || !silent.HandedOver {
			t.Errorf("%q: one got %q, in a child: %v; the other %q, in a child: %v", more, answered.Output, answered.HandedOver, silent.Output, silent.HandedOver)
		}
		for _, call := range plain.Calls {
			for _, o := range loopOutcomes(call) {
				if call.Number == Accept4 && strings.Contains(more, "systemd") {
					continue // whom it could not accept waits for the next server
				}
				run, err := s.Serve(Script{Clients: clients, Stops: true, Result: inLoop(call.Index, call.Number, o.result)})
				if err == nil {
					err = stops(run)
				}
				if err != nil {
					t.Errorf("%q: call %d, %d(%d, ...), giving %d: %v", more, call.Index, call.Number, call.Args[0], o.result, err)
				}
			}
		}
	}
}

// stops is an error unless a run has ended, and all clients are closed.
func stops(run *Run) error {
	if !run.Exited || run.Status != 0 {
		return fmt.Errorf("exited: %v, with status %d", run.Exited, run.Status)
	}
	for i, c := range run.Clients {
		if !c.Closed {
			return fmt.Errorf("client %d is not closed", i)
		}
	}
	return nil
}
