package verify_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/verbosel/verbosel/codegen/internal/testtool"
	"github.com/verbosel/verbosel/codegen/verify"
	"github.com/verbosel/verbosel/codegen/verify/dynamic"
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove"
)

// loopAnswer is what the server of many connections says to whatever it reads.
const loopAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

// loopBusy is what one says that has no child for a client.
const loopBusy = "HTTP/1.1 503 Service Unavailable"

// handsOver says which hand a client over to a child.
var handsOver = map[string]bool{"loop_hands_over": true, "loop_child_closes_others": true, childLogs: true}

// childLogs is the one whose child knows its client's address in each request.
const childLogs = "loop_child_logs"

// sweeps is the one that closes clients that are silent, ends the one that a signal stops as an event.
const sweeps, ends = "loop_sweeps", "loop_ends"

// hearsAll is the one that reads from each client once more where a signal ends it.
const hearsAll = "loop_hears_at_the_end"

// readsNew is the one that reads right behind accept4.
const readsNew = "loop_reads_new"

// loops are the servers of many connections that the cases break, by name.
func loops(t *testing.T) map[string][]byte {
	files := map[string][]byte{"loop": newCase(t, readProgram(t, "loop.asm"), new(txtar.Archive))}
	for name, path := range accepted(t) {
		if strings.HasPrefix(name, "loop") {
			files[name] = newCase(t, readAccepted(t, path), new(txtar.Archive))
		}
	}
	return files
}

// The servers of many connections are proved, and what may go on from client to client is listed:
// beside what the boot left behind that is the number of the next event, and how many there are.
func TestLoopIsProved(t *testing.T) {
	for name, file := range loops(t) {
		report, err := verify.CheckAnyForm(bytes.NewReader(file), int64(len(file)), verify.Workers())
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var want []prove.Variable
		switch name {
		case sweeps, ends, "loop_workers", "loop_child_closes_others":
			want = []prove.Variable{{Offset: -64, Size: 64}} // the ages
		case "loop_counts", hearsAll:
			want = []prove.Variable{{Offset: 4928 - 5264, Size: 64}, {Offset: -256, Size: 256}}
		}
		if name == childLogs {
			if len(report.Next) != 2 || !slices.Equal(report.Next[1].Variables, []prove.Variable{{Offset: 48 - 4928, Size: 16}}) {
				t.Errorf("%s: what goes on from request to request: %+v", name, report.Next)
			}
			report.Next = report.Next[:1]
		}
		if name == hearsAll { // it reads in two places
			if len(report.Next) != 2 || !slices.Equal(report.Next[1].Variables, want) {
				t.Errorf("%s: what goes on from client to client: %+v", name, report.Next)
			}
			report.Next = report.Next[:1]
		}
		if len(report.Next) != 1 || !slices.Equal(report.Next[0].Variables, want) {
			t.Errorf("%s: what goes on from client to client: %+v", name, report.Next)
		}
		// 64 events of 2 calls, or of 63 clients that are accepted with 2 calls each; or of 64 clients once, with 5 each
		least, most := int64(64*63*2), int64(64*64*4)
		if name == readsNew {
			least, most = 64*2+64*5, 64*64
		}
		if w := report.Worst; w.Calls < least || w.Calls > most {
			t.Errorf("%s: %d system calls between two waits", name, w.Calls)
		}
	}
}

// threeClients are one that sends in pieces, one that is silent, and one that ends at once.
func threeClients() []dynamic.Client {
	return []dynamic.Client{
		{Segments: [][]byte{[]byte("GET / HTTP/1.1\r\n\r\n"), []byte("GET"), []byte(" / HTTP/1.1\r\n\r\n")}},
		{Segments: [][]byte{[]byte("GET / HTTP/1.1\r\n\r\n")}, Silent: true},
		{},
	}
}

// Each client gets an answer to each of its requests, whatever order events come in.
func TestLoopServes(t *testing.T) {
	rng := rand.New(rand.NewPCG(testtool.Seed(t), 1))
	for name, file := range loops(t) {
		server := bootLoop(t, file)
		for range 300 {
			run, err := server.Serve(dynamic.Script{Clients: threeClients(), Choose: rng.IntN})
			if err == nil {
				err = served(run, name, false)
			}
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if got := run.Clients[0].HandedOver; got != handsOver[name] {
				t.Fatalf("%s: handed over: %v", name, got)
			}
		}
	}
}

// No failure of a call, in a child either, breaks a rule, or costs another client its answer.
func TestLoopSurvives(t *testing.T) {
	for name, file := range loops(t) {
		server := bootLoop(t, file)
		plain, err := server.Serve(dynamic.Script{Clients: threeClients()})
		if err != nil {
			t.Fatal(err)
		}
		calls := len(plain.Calls)
		for _, c := range plain.Children {
			calls += len(c)
		}
		for at := range calls {
			for _, result := range []int64{-dynamic.EAGAIN, -dynamic.EINTR, -dynamic.ECONNRESET, -dynamic.EMFILE, -dynamic.ENOMEM, 0, 1, 17} {
				n, failed := 0, 0
				run, err := server.Serve(dynamic.Script{Clients: threeClients(), Result: func(c dynamic.Call) (int64, bool) {
					if n++; n-1 == at {
						failed = c.Number
					}
					return result, n-1 == at && (result < 0 || c.Sends() || c.Receives() || c.Number == dynamic.EpollPwait)
				}})
				if err == nil {
					err = served(run, name, true)
				}
				if err != nil {
					t.Fatalf("%s: call %d, of %d, giving %d: %v", name, at, failed, result, err)
				}
			}
		}
	}
}

// A sweep closes clients that were not heard since the last one, and no sooner.
func TestLoopSweeps(t *testing.T) {
	server := bootLoop(t, loops(t)[sweeps])
	for idle, closed := range map[int]bool{1: false, 2: true} { // waits in which nothing comes
		waits := 0
		clients := append(threeClients(), dynamic.Client{Segments: [][]byte{[]byte("GET"), []byte("GET"), []byte("GET")}, Silent: true})
		run, err := server.Serve(dynamic.Script{Clients: clients, Result: func(c dynamic.Call) (int64, bool) {
			if c.Number == dynamic.EpollPwait {
				waits++
			}
			return 0, c.Number == dynamic.EpollPwait && waits > 3 && waits <= 3+idle
		}})
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range []int{1, 3} {
			if run.Clients[i].Closed != closed {
				t.Errorf("%d waits without an event: client %d is closed: %v", idle, i, run.Clients[i].Closed)
			}
		}
	}
}

func bootLoop(t *testing.T, file []byte) *dynamic.Server {
	t.Helper()
	server, run, err := dynamic.Boot(file, dynamic.Script{})
	if err != nil || server == nil {
		t.Fatalf("the server did not start: %v; it said %q", err, run.Console)
	}
	return server
}

// served says what is wrong with what threeClients got of a server; one of them may have been cut
// short. Handed over, two pieces are one request.
func served(run *dynamic.Run, server string, cut bool) error {
	answers := 3
	if handsOver[server] {
		answers = 2
	}
	wants, short := []string{strings.Repeat(loopAnswer, answers), loopAnswer, ""}, 0
	for i, c := range run.Clients {
		switch got := strings.TrimSuffix(string(c.Output), loopBusy); {
		case got == wants[i] && c.Closed == (i != 1):
		case !cut || !strings.HasPrefix(strings.Repeat(loopAnswer, 20), got):
			return fmt.Errorf("client %d gets %q, closed: %v", i, got, c.Closed)
		default:
			short++
		}
	}
	if short > 1 {
		return fmt.Errorf("%d clients were cut short", short)
	}
	return nil
}

// unseen are broken servers of many connections of which no run shows that they are: a loop that
// has no end has one in each run, as clients come to theirs, and a number that one client leaves for
// another is written as any other.
var unseen = map[string]bool{
	"bounds_loop_accepts_for_ever":               true,
	"bounds_loop_sends_for_ever":                 true,
	"isolation_loop_two_loops":                   true,
	"isolation_loop_two_waits":                   true,
	"isolation_loop_two_clocks":                  true,
	"isolation_loop_waits_in_front_of_an_event":  true,
	"isolation_loop_waits_past_the_clock":        true,
	"isolation_loop_accepts_behind_a_read":       true,
	"isolation_loop_new_behind_a_read":           true,
	"isolation_loop_count_not_begun":             true,
	"isolation_loop_count_of_another":            true,
	"isolation_loop_sends_a_count":               true,
	"reads_loop_age_by_what_came":                true,
	"reads_loop_sweep_notes_a_count":             true,
	"reads_loop_sweep_compares_a_count":          true,
	"reads_loop_sweep_goes_by_a_count":           true,
	"reads_loop_wait_compares_a_count":           true,
	"reads_loop_event_compares_a_count":          true,
	"reads_loop_end_compares_a_count":            true,
	"isolation_loop_new_compares_the_last_count": true,
	"isolation_loop_count_of_the_event_before":   true,
	"syscalls_loop_sweeps_behind_a_read":         true,
	"isolation_loop_keeps_a_length_over_a_turn":  true,
	"reads_loop_age_of_bytes":                    true,
	"isolation_loop_saves_a_register":            true,
	"isolation_loop_register_goes_on":            true,
	"isolation_loop_constant_goes_on":            true,
	"reads_loop_register_over_the_wait":          true,
	"isolation_loop_logs_a_request_as_address":   true,
	"reads_loop_logs_an_address":                 true,
	"reads_loop_logs_as_long_as_the_stack":       true,
	"reads_loop_logs_where_the_stack_is":         true,
	"syscalls_loop_asks_with_any_room":           true,
}

// The broken servers of many connections break a rule when they run, too.
func TestLoopFaults(t *testing.T) {
	rng := rand.New(rand.NewPCG(testtool.Seed(t), 2))
	paths, err := filepath.Glob(filepath.Join(corpus, "*_loop_*.txtar"))
	if err != nil || len(paths) < 30 {
		t.Fatalf("%d cases, %v: want thirty at least", len(paths), err)
	}
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), ".txtar")
		archive := readCase(t, path)
		if !strings.Contains(part(archive, "base"), "loop") {
			continue // it serves one connection
		}
		err := faults(rng, newCase(t, readBase(t, archive), archive))
		var fault *isa.Fault
		if found := errors.As(err, &fault); found == unseen[name] {
			t.Errorf("%s: %v, want a fault: %v", name, err, !unseen[name])
		}
	}
}

// faults runs a server in random worlds.
func faults(rng *rand.Rand, file []byte) error {
	server, run, err := dynamic.Boot(file, dynamic.Script{})
	if err == nil && slices.ContainsFunc(run.Calls, func(c dynamic.Call) bool { return c.Number == dynamic.Clone }) {
		_, _, err = dynamic.Boot(file, dynamic.Script{Parent: true, Limit: 100_000}) // who makes workers
	}
	for _, failing := range []int{dynamic.Pipe2, dynamic.Fcntl} { // whose failure is to be looked at, or another descriptor is taken for what they open
		if err == nil {
			_, _, err = dynamic.Boot(file, dynamic.Script{Result: func(c dynamic.Call) (int64, bool) { return -dynamic.EMFILE, c.Number == failing }})
		}
	}
	for range 100 {
		if err != nil {
			return err
		}
		_, err = server.Serve(dynamic.Script{Clients: threeClients(), Stops: true, Choose: rng.IntN, Limit: 100_000, Result: func(c dynamic.Call) (int64, bool) {
			if c.Number == dynamic.EpollPwait && rng.IntN(3) == 0 {
				return 0, true // the time is over
			}
			return -dynamic.EAGAIN, rng.IntN(10) == 0 || c.Sends() && rng.IntN(3) == 0
		}})
	}
	return err
}

// Who makes workers makes as many as it is to, and another one for each that ends, behind a pause, also where that fails at first;
// where one of the first cannot be made it is tried again, too.
func TestLoopMakesWorkers(t *testing.T) {
	file := loops(t)["loop_workers"]
	for fails := range 5 {
		n := 0
		_, run, err := dynamic.Boot(file, dynamic.Script{Parent: true, Result: func(c dynamic.Call) (int64, bool) {
			if c.Number != dynamic.Clone {
				return 0, false
			}
			n++
			return -dynamic.EAGAIN, n-1 == fails
		}})
		if err != nil {
			t.Fatalf("clone %d fails: %v", fails, err)
		}
		made, ended, pauses := 0, 0, 0
		for _, c := range run.Calls {
			switch {
			case c.Number == dynamic.Clone && c.Result > 0:
				made++
			case c.Number == dynamic.Wait4:
				ended++
			case c.Number == dynamic.Poll:
				pauses++
			}
		}
		if run.Exited || made-ended > 2 || made < 4 || pauses != 5 {
			t.Errorf("clone %d fails: %d workers are made, and %d have ended, behind %d pauses", fails, made, ended, pauses)
		}
	}
}

// A signal that comes as an event ends the process, which has closed what it had.
func TestLoopEnds(t *testing.T) {
	run, err := bootLoop(t, loops(t)[ends]).Serve(dynamic.Script{Clients: threeClients(), Stops: true})
	if err != nil {
		t.Fatal(err)
	}
	if !run.Exited || run.Status != 0 || !run.Clients[1].Closed {
		t.Errorf("exited: %v, with status %d; the silent client is closed: %v", run.Exited, run.Status, run.Clients[1].Closed)
	}
}
