package dynamic

import (
	"fmt"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
)

// handedOver is the environment of a server that is handed its listener over.
var handedOver = []string{"PATH=/bin", fmt.Sprintf("LISTEN_PID=%d", Pid), "LISTEN_FDS=1", "LISTEN_FDNAMES=server.socket"}

// TestInherited boots servers that are handed their listener over, fails each call of the boot,
// answers a client, follows the parent to its next one, and runs the handlers.
func TestInherited(t *testing.T) {
	for _, isolation := range []string{"request", "connection"} {
		for _, log := range []string{"off", "json"} {
			file := text(t, "server: { listen: systemd, isolation: "+isolation+", access_log: "+log+" }\n"+oneRoute)
			s, plain, err := Boot(file, Script{Env: handedOver})
			if err != nil || s == nil {
				t.Fatalf("%v: %q", err, plain.Console)
			}
			for _, call := range plain.Calls {
				if call.Number == Write || call.Number == Accept || call.Number == Ppoll {
					continue
				}
				server, run, err := Boot(file, Script{Env: handedOver, Result: only(call.Index, -22)})
				if err != nil || server != nil || run.Status != 1 || len(run.Console) == 0 {
					t.Errorf("call %d fails: %v, status %d, %q", call.Number, err, run.Status, run.Console)
				}
			}
			run, err := s.Serve(Script{Segments: [][]byte{[]byte("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")}})
			if err != nil || !strings.HasPrefix(string(run.Output), "HTTP/1.1 200 ") {
				t.Errorf("%v, %q", err, run.Output)
			}
			for _, errno := range []int64{0, -12} { // ppoll fails: accept waits
				if run, err = s.Serve(Script{Parent: true, Result: func(c Call) (int64, bool) { return errno, errno != 0 && c.Number == Ppoll }}); err != nil || run.Exited {
					t.Errorf("the parent: %v, exited %v", err, run.Exited)
				}
			}
			if len(s.Handlers) != 3 {
				t.Errorf("%d handlers", len(s.Handlers))
			}
			for _, h := range s.Handlers {
				if run, err := s.Signal(h, nil); err != nil || !run.Exited || run.Status != 0 {
					t.Errorf("%v, exited %v with %d", err, run.Exited, run.Status)
				}
			}
		}
	}
}

// TestInheritedLoop boots loops that are handed their listener over, fails each call of the boot, and answers two clients.
func TestInheritedLoop(t *testing.T) {
	for _, more := range []string{"", ", workers: 2"} {
		file := text(t, "server: { isolation: proof, listen: systemd"+more+" }\n"+oneRoute)
		s, plain, err := Boot(file, Script{Env: handedOver})
		if err != nil || s == nil {
			t.Fatalf("%v: %q", err, plain.Console)
		}
		for _, call := range plain.Calls {
			if call.Number == Write || call.Number == Close || call.Number == EpollPwait {
				continue
			}
			server, run, err := Boot(file, Script{Env: handedOver, Result: only(call.Index, -22)})
			if err != nil || server != nil || run.Status != 1 || len(run.Console) == 0 {
				t.Errorf("%q: call %d fails: %v, status %d, %q", more, call.Number, err, run.Status, run.Console)
			}
		}
		client := Client{Segments: [][]byte{[]byte("GET / HTTP/1.1\r\nHost: h\r\n\r\n")}}
		run, err := serveMany(s, Script{Clients: []Client{client, client}})
		if err != nil {
			t.Fatalf("%q: %v", more, err)
		}
		for i, c := range run.Clients {
			if !strings.HasPrefix(string(c.Output), "HTTP/1.1 200 ") {
				t.Errorf("%q: client %d got %q", more, i, c.Output)
			}
		}
	}
}

// TestInheritedEnvironment looks for what is handed over among other variables, in every order.
func TestInheritedEnvironment(t *testing.T) {
	file := text(t, "server: { listen: systemd }\n"+oneRoute)
	pid := fmt.Sprintf("LISTEN_PID=%d", Pid)
	for _, tt := range []struct {
		env    []string
		starts bool
	}{
		{handedOver, true},
		{[]string{"LISTEN_FDS=1", pid}, true},
		{[]string{"LISTEN_FD", "LISTEN_PID", pid, "LISTEN_FDSX=2", "LISTEN_FDS=1"}, true},
		{[]string{"LISTEN_FDS=1", fmt.Sprintf("LISTEN_PID=000%d", Pid)}, true},
		{nil, false},
		{[]string{pid}, false},
		{[]string{"LISTEN_FDS=1"}, false},
		{[]string{"LISTEN_FDS=1", "LISTEN_PID=4711"}, false},
		{[]string{"LISTEN_FDS=1", pid + "0"}, false},
		{[]string{"LISTEN_FDS=1", pid + " "}, false},
		{[]string{"LISTEN_FDS=1", "LISTEN_PID=0000" + fmt.Sprint(Pid)}, false}, // 8 digits
		{[]string{"LISTEN_FDS=1", fmt.Sprintf("LISTEN_PID=%d", Pid+1<<32)}, false},
		{[]string{"LISTEN_FDS=0", pid}, false},
		{[]string{"LISTEN_FDS=2", pid}, false},
		{[]string{"LISTEN_FDS=11", pid}, false},
		{[]string{"LISTEN_FDS=", pid}, false},
	} {
		server, run, err := Boot(file, Script{Env: tt.env})
		if err != nil || (server != nil) != tt.starts || server == nil && (run.Status != 1 || !strings.HasPrefix(string(run.Console), "$LISTEN_")) {
			t.Errorf("%q: %v, started %v; it said %q", tt.env, err, server != nil, run.Console)
		}
	}
}

// TestShared boots a server that shares its port.
func TestShared(t *testing.T) {
	for _, v := range emitted.Hardened() {
		if s := boot(t, text(t, v.Spec(`listen: { address: ":8080", reuse_port: true }`, oneRoute))); s == nil {
			t.Error("it does not boot")
		}
	}
}
