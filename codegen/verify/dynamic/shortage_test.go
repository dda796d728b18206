package dynamic

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// shortages are why accept cannot take a client that waits, nor could a moment later.
var shortages = []int64{ENOMEM, ENFILE, EMFILE, ENOBUFS}

// TestShortage lets accept fail three times, as where there is no descriptor, file or memory
// for a client. A hardened server pauses behind each, also where a signal ends the pause; the
// ten have no call for that. What accept says of one client alone costs no pause. The client is
// answered as ever.
func TestShortage(t *testing.T) {
	eachGolden(t, func(t *testing.T, s goldenServer) {
		hardened := s.Variant.Syscalls == "hardened"
		segments := s.Cases[0].Segments
		plain, err := serve(s.Server, Script{Segments: segments})
		if err != nil {
			t.Fatal(err)
		}
		for _, errno := range append(slices.Clone(shortages), EINTR, EAGAIN, ECONNABORTED) {
			for _, paused := range []int64{0, -EINTR} {
				if err := shortage(s.Server, segments, plain, errno, paused, hardened); err != nil {
					t.Errorf("errno %d, poll gives %d: %v", errno, paused, err)
				}
			}
		}
	})
}

// TestShortageInherited is that of a listener that was handed over, where ppoll comes before each
// accept: it says at once that the client is there, and is no pause.
func TestShortageInherited(t *testing.T) {
	for _, isolation := range []string{"request", "connection"} {
		for _, log := range []string{"off", "json"} {
			s, run, err := Boot(text(t, "server: { listen: systemd, isolation: "+isolation+", access_log: "+log+" }\n"+oneRoute), Script{Env: handedOver})
			if err != nil || s == nil {
				t.Fatalf("%v: %q", err, run.Console)
			}
			segments := [][]byte{[]byte("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")}
			plain, err := serve(s, Script{Segments: segments})
			if err != nil {
				t.Fatal(err)
			}
			for _, errno := range shortages {
				if err := shortage(s, segments, plain, errno, 0, true); err != nil {
					t.Errorf("%s, log %s, errno %d: %v", isolation, log, errno, err)
				}
			}
		}
	}
}

// TestLoopAwayForWantOfMemory: the listener leaves the set where accept4 fails, and what puts it there again fails too, twice, for
// want of memory: a client that comes later is answered. It was out of the set for ever.
func TestLoopAwayForWantOfMemory(t *testing.T) {
	for _, more := range []string{"", ", workers: 2"} {
		s := boot(t, text(t, "server: { isolation: proof"+more+" }\n"+oneRoute))
		accepts, tries, ticks := 0, 0, uint64(0)
		client := Client{Segments: [][]byte{[]byte("GET / HTTP/1.1\r\nHost: h\r\n\r\n")}}
		run, err := serveMany(s, Script{
			Clients: []Client{{Segments: slices.Repeat(client.Segments, 2)}, client},
			Clock:   func(int) uint64 { ticks += 1 << 27; return ticks }, // each turn looks at the clock
			Result: func(c Call) (int64, bool) {
				switch {
				case c.Number == Accept4:
					accepts++
					return -EMFILE, accepts == 2
				case c.Number == EpollCtl && c.Args[1] == epollAdd && c.Args[2] == listener && accepts > 1:
					tries++
					return -ENOMEM, tries <= 2
				}
				return 0, false
			},
		})
		if err != nil || tries < 3 {
			t.Fatalf("%q: %v, %d tries", more, err, tries)
		}
		for i, c := range run.Clients {
			if !strings.HasPrefix(string(c.Output), "HTTP/1.1 200 ") {
				t.Errorf("%q: client %d got %q", more, i, c.Output)
			}
		}
	}
}

// shortage compares a run whose first three accepts fail with one where none does.
func shortage(s *Server, segments [][]byte, plain *Run, errno, paused int64, hardened bool) error {
	failed := 0
	run, err := serve(s, Script{Segments: segments, Result: func(c Call) (int64, bool) {
		switch {
		case c.Number == Accept && failed < 3:
			failed++
			return -errno, true
		case c.Number == Poll && failed > 0 && c.Args[1] == 0:
			return paused, true
		}
		return 0, false
	}})
	if err != nil {
		return err
	}
	want := []string{"accept"}
	if hardened && slices.Contains(shortages, errno) {
		want = append(want, "pause")
	}
	want = append(slices.Repeat(want, 3), "accept", "fork")
	if got := asParent(run.Calls); !slices.Equal(got, want) {
		return fmt.Errorf("the parent: %s, want %s", strings.Join(got, " "), strings.Join(want, " "))
	}
	return same(run.Output, plain.Output)
}

// asParent names what a parent calls up to fork, but for ppoll.
func asParent(calls []Call) (names []string) {
	for _, c := range calls {
		switch {
		case c.Number == Accept:
			names = append(names, "accept")
		case c.Number == Poll && c.Args[1] == 0 && c.Args[2] >= 50:
			names = append(names, "pause")
		case c.Number == Fork:
			return append(names, "fork")
		case c.Number != Ppoll:
			names = append(names, fmt.Sprintf("call %d", c.Number))
		}
	}
	return names
}
