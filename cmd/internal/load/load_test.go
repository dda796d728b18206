package load

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestParseWrk(t *testing.T) {
	out := `Running 1s test @ http://127.0.0.1:18999/
  1 threads and 4 connections
Requests/sec:  65969.59
Transfer/sec:      8.24MB
verbosel {"requests":72568,"micros":1100022,"bytes":9433840,"errors":{"connect":1,"read":2,"write":3,"status":4,"timeout":5},"p50":49,"p90":71,"p99":1302}
`
	got, err := parseWrk(out)
	if err != nil {
		t.Fatal(err)
	}
	want := Result{
		Requests: 72568, Elapsed: 1100022 * time.Microsecond, Bytes: 9433840,
		Errors: Errors{Connect: 1, Read: 2, Write: 3, Status: 4, Timeout: 5},
		P50:    49 * time.Microsecond, P90: 71 * time.Microsecond, P99: 1302 * time.Microsecond,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got.Errors.Sum() != 15 {
		t.Errorf("%d errors in all", got.Errors.Sum())
	}
}

func TestParseWrkRefuses(t *testing.T) {
	for name, test := range map[string]struct{ out, want string }{
		"no summary": {"unable to connect to 127.0.0.1:1\n", "no summary: unable to connect"},
		"cut off":    {"Running\nverbosel {\"requests\":1", "unexpected end"},
		"no time":    {"Running\nverbosel {\"requests\":0,\"micros\":0}\n", "no time has passed"},
	} {
		if _, err := parseWrk(test.out); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %q", name, err, test.want)
		}
	}
}

func TestWrkVersion(t *testing.T) {
	for text, want := range map[string]string{
		"wrk debian/4.1.0-3+b2 [epoll] Copyright (C) 2012 Will Glozer": "wrk debian/4.1.0-3+b2",
		"wrk 4.2.0 [epoll]": "wrk 4.2.0", "": "wrk", "usage: wrk": "wrk",
	} {
		if got := wrkVersion(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestWrkArgs(t *testing.T) {
	job := Job{Address: "127.0.0.1:8080", Paths: []string{"/a", "/b"}, Connections: 1, Duration: 1500 * time.Millisecond, CPUs: []int{0, 1}}
	want := []string{"-t", "1", "-c", "1", "-d", "2s", "-s", "x.lua", "http://127.0.0.1:8080/a", "--", "1", "close", "/a", "/b"}
	if diff := cmp.Diff(want, wrkArgs(job, "x.lua")); diff != "" {
		t.Error(diff)
	}
	job.KeepAlive, job.Pipeline, job.Connections = true, 16, 8
	if got := strings.Join(wrkArgs(job, "x.lua"), " "); !strings.Contains(got, "-t 2 -c 8") || !strings.Contains(got, "-- 16 keep-alive") {
		t.Error(got)
	}
}

func TestPinned(t *testing.T) {
	if program, args := pinned(nil, "wrk", []string{"-v"}); program != "wrk" || len(args) != 1 {
		t.Errorf("nowhere in particular: %s %v", program, args)
	}
	if _, err := exec.LookPath("taskset"); err != nil {
		t.Skip("taskset is not installed")
	}
	if !(&wrk{}).Pins() || (vegetaLibrary{}).Pins() {
		t.Error("wrk keeps to its processors with taskset, vegeta never does")
	}
	_, args := pinned([]int{0, 2}, "wrk", []string{"-v"})
	if diff := cmp.Diff([]string{"-c", "0,2", "wrk", "-v"}, args); diff != "" {
		t.Error(diff)
	}
}

func TestJobsThatMeanNothing(t *testing.T) {
	good := Job{Address: "127.0.0.1:1", Paths: []string{"/"}, Connections: 1, Duration: time.Second}
	for want, spoil := range map[string]func(*Job){
		"without a path":      func(j *Job) { j.Paths = nil },
		"0 connections":       func(j *Job) { j.Connections = 0 },
		"at least a second":   func(j *Job) { j.Duration = time.Millisecond },
		"cannot be pipelined": func(j *Job) { j.Pipeline = 16 },
	} {
		job := good
		spoil(&job)
		for _, g := range []Generator{&wrk{path: "wrk"}, vegetaLibrary{}} {
			if _, err := g.Run(t.Context(), job); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: got %v, want %q", g.Name(), err, want)
			}
		}
	}
}

func TestErr(t *testing.T) {
	for _, test := range []struct {
		result Result
		want   string
	}{
		{Result{Requests: 1000, Errors: Errors{Read: 1}}, ""},
		{Result{Requests: 1000, Errors: Errors{Read: 1, Status: 1}}, "too many failed"},
		{Result{}, "no request was answered"},
	} {
		err := test.result.Err()
		if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%+v: %v", test.result, err)
		}
	}
}

// seen collects what a server was asked.
type seen struct {
	mu    sync.Mutex
	paths map[string]int
	conns int // made; an address may have been used by several
}

func newTarget(t *testing.T) (*seen, string) {
	s := &seen{paths: map[string]int{}}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.paths[r.URL.Path]++
		s.mu.Unlock()
		if r.URL.Path == "/missing" {
			w.WriteHeader(http.StatusNotFound)
		}
		io.WriteString(w, "hello\n")
	}))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			s.mu.Lock()
			s.conns++
			s.mu.Unlock()
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	return s, strings.TrimPrefix(server.URL, "http://")
}

// Both generators do what the job says, and count what they did.
func TestGenerators(t *testing.T) {
	for _, g := range generators(t) {
		t.Run(g.Name(), func(t *testing.T) {
			s, addr := newTarget(t)
			job := Job{Address: addr, Paths: []string{"/a", "/b"}, Connections: 2, KeepAlive: true, Duration: time.Second}
			r := run(t, g, job)
			if r.Err() != nil || r.P50 <= 0 || r.P50 > r.P99 || r.Bytes < 6*r.Requests || r.Throughput() <= 0 || r.BytesPerSecond() <= 0 {
				t.Errorf("keep-alive: %+v", r)
			}
			if s.paths["/a"] == 0 || s.paths["/b"] == 0 || s.conns > 4 {
				t.Errorf("keep-alive: paths %v over %d connections", s.paths, s.conns)
			}

			s, job.Address = newTarget(t)
			job.KeepAlive, job.Paths = false, job.Paths[:1]
			r = run(t, g, job)
			if r.Err() != nil || s.conns < int(r.Requests) {
				t.Errorf("new connections: %+v over %d", r, s.conns)
			}

			job.Paths = []string{"/missing"}
			if r = run(t, g, job); r.Errors.Status == 0 || r.Err() == nil {
				t.Errorf("a missing page: %+v", r)
			}
		})
	}
}

func generators(t *testing.T) []Generator {
	list := []Generator{vegetaLibrary{}}
	path, err := exec.LookPath("wrk")
	if err != nil {
		t.Log("wrk is not installed: vegeta alone is tested")
		return list
	}
	if found, ok := Find().(*wrk); !ok || found.path != path {
		t.Errorf("found %v, though wrk is there", Find())
	}
	return append(list, &wrk{path: path})
}

func run(t *testing.T, g Generator, job Job) Result {
	t.Helper()
	r, err := g.Run(t.Context(), job)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestPipelined(t *testing.T) {
	s, addr := newTarget(t)
	job := Job{Address: addr, Paths: []string{"/"}, Connections: 1, Pipeline: 16, KeepAlive: true, Duration: time.Second}
	if _, err := (vegetaLibrary{}).Run(t.Context(), job); !errors.Is(err, ErrPipeline) {
		t.Errorf("vegeta: %v", err)
	}
	path, err := exec.LookPath("wrk")
	if err != nil {
		t.Skip("wrk is not installed")
	}
	r := run(t, &wrk{path: path}, job)
	if s.paths["/"] < 16 || r.Err() != nil {
		t.Errorf("%d requests arrived; %+v", s.paths["/"], r)
	}
}

func TestFindWithoutWrk(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	if _, ok := Find().(vegetaLibrary); !ok {
		t.Errorf("found %v", Find())
	}
}

func TestFailures(t *testing.T) {
	job := Job{Address: "127.0.0.1:1", Paths: []string{"/"}, Connections: 1, Duration: time.Second}
	if _, err := (&wrk{path: "/nowhere/wrk"}).Run(t.Context(), job); err == nil {
		t.Error("wrk that is not there ran")
	}
	if r, err := (vegetaLibrary{}).Run(t.Context(), job); err == nil && r.Err() == nil {
		t.Errorf("nobody listens, and vegeta says %+v", r)
	}
	t.Setenv("TMPDIR", "/nowhere")
	if _, err := (&wrk{path: "wrk"}).Run(t.Context(), job); err == nil || !strings.Contains(err.Error(), "nowhere") {
		t.Errorf("no place for the script: %v", err)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (vegetaLibrary{}).Run(cancelled, job); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
