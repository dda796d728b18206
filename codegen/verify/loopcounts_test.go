package verify_test

import (
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/dynamic"
)

// Where a signal ends the one that hears each client once more, who was answered is closed, and who has not asked is told.
func TestLoopHearsAll(t *testing.T) {
	clients := append(threeClients(), dynamic.Client{Silent: true})
	run, err := bootLoop(t, loops(t)[hearsAll]).Serve(dynamic.Script{Clients: clients, Stops: true})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{strings.Repeat(loopAnswer, 3), loopAnswer, "", loopBusy} {
		if c := run.Clients[i]; string(c.Output) != want || !c.Closed {
			t.Errorf("client %d got %q, and is closed: %v; want %q", i, c.Output, c.Closed, want)
		}
	}
	if !run.Exited || run.Status != 0 {
		t.Errorf("exited: %v, with status %d", run.Exited, run.Status)
	}
}

// What a server that compares a count between two clients gives one of them depends on how much another one has asked for. Those
// that compare it behind a read from the client alone give each what they give it whatever another one does.
func TestLoopCountsOfOthers(t *testing.T) {
	files := loops(t)
	tells := map[string]bool{"loop_counts": false, hearsAll: false}
	for _, name := range []string{"sweep_compares_a_count", "sweep_goes_by_a_count", "wait_compares_a_count", "event_compares_a_count", "end_compares_a_count"} {
		name = "reads_loop_" + name
		archive := readCase(t, filepath.Join(corpus, name+".txtar"))
		files[name], tells[name] = newCase(t, readBase(t, archive), archive), true
	}
	for name, want := range tells {
		server := bootLoop(t, files[name])
		var got [][]dynamic.Served
		for _, asks := range []int{0, 1, 60} {
			run, err := server.Serve(besideOneThatAsks(asks, !strings.Contains(name, "_end")))
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if n := strings.Count(string(run.Clients[0].Output), loopAnswer); n > asks {
				t.Fatalf("%s: who asks %d times gets %d answers", name, asks, n)
			}
			got = append(got, run.Clients[1:])
		}
		if differs := !reflect.DeepEqual(got[0], got[1]) || !reflect.DeepEqual(got[1], got[2]); differs != want {
			t.Errorf("%s: what others get depends on how much one asks for: %v, want %v", name, differs, want)
		}
	}
}

// besideOneThatAsks is a client that asks so often, at most 60 times, beside one that asks 80 times, one that asks twice, and one
// that never does. Two waits late in that bring nothing, where there are sweeps. Then the server is told to stop.
func besideOneThatAsks(times int, sweeps bool) dynamic.Script {
	asks := func(times int) dynamic.Client {
		return dynamic.Client{Segments: slices.Repeat([][]byte{[]byte("GET / HTTP/1.1\r\n\r\n")}, times), Silent: true}
	}
	waits := 0
	return dynamic.Script{Clients: []dynamic.Client{asks(times), asks(80), asks(2), asks(0)}, Stops: true, Result: func(c dynamic.Call) (int64, bool) {
		if c.Number == dynamic.EpollPwait {
			waits++
		}
		return 0, c.Number == dynamic.EpollPwait && sweeps && (waits == 70 || waits == 72)
	}}
}
