package measure

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/verbosel/verbosel/cmd/internal/load"
	"github.com/verbosel/verbosel/cmd/internal/process"
)

// This test binary is the server under test too, when this names an address.
const asServer = "VERBOSEL_TEST_SERVE"

func TestMain(m *testing.M) {
	if address := os.Getenv(asServer); address != "" {
		panic(http.ListenAndServe(address, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/missing" {
				w.WriteHeader(http.StatusNotFound)
			}
			w.Write([]byte("hi\n"))
		})))
	}
	os.Exit(m.Run())
}

func testTarget(t *testing.T) Target {
	t.Helper()
	port, err := FreePort()
	if err != nil {
		t.Fatal(err)
	}
	address := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return Target{
		Command: process.Command{Path: self, Env: []string{asServer + "=" + address}},
		Address: address, Paths: []string{"/a", "/b"},
	}
}

// fake is a generator that answers as it is told, and keeps the jobs that it got.
type fake struct {
	result load.Result
	err    error
	jobs   []load.Job
	roams  bool
}

func (f *fake) Name() string { return "fake" }
func (f *fake) Pins() bool   { return !f.roams }

func (f *fake) Run(_ context.Context, job load.Job) (load.Result, error) {
	f.jobs = append(f.jobs, job)
	return f.result, f.err
}

var good = load.Result{
	Requests: 1000, Elapsed: 2 * time.Second, Bytes: 4000,
	P50: time.Millisecond, P90: 2 * time.Millisecond, P99: 3 * time.Millisecond,
}

func TestVisit(t *testing.T) {
	f := &fake{result: good}
	b := Bench{Generator: f, Duration: 2 * time.Second, Load: []int{0}}
	target := testTarget(t)
	got, err := b.Visit(t.Context(), target, Pipe16)
	if err != nil {
		t.Fatal(err)
	}
	for metric, want := range (Figures{Throughput: 500, Bytes: 2000, P50: 1e-3, P90: 2e-3, P99: 3e-3}) {
		if got[metric] != want {
			t.Errorf("%s is %v, want %v", metric, got[metric], want)
		}
	}
	if got[Start] <= 0 || got[Resident] < 1<<20 || got[Idle] <= 0 || got[CPU] < 0 {
		t.Errorf("%v", got)
	}
	want := []load.Job{{
		Address: target.Address, Paths: target.Paths, Connections: 32, Pipeline: 16, KeepAlive: true,
		Duration: 2 * time.Second, CPUs: []int{0},
	}}
	if diff := cmp.Diff(want, f.jobs); diff != "" {
		t.Error(diff)
	}
	if _, err := net.Dial("tcp", target.Address); err == nil {
		t.Error("the server is left")
	}
}

// A server that wants it is loaded twice, the first time for nothing.
func TestVisitWarm(t *testing.T) {
	f := &fake{result: good}
	target := testTarget(t)
	target.Warm = time.Second
	if _, err := (Bench{Generator: f, Duration: 3 * time.Second}).Visit(t.Context(), target, Keep1); err != nil {
		t.Fatal(err)
	}
	if len(f.jobs) != 2 || f.jobs[0].Duration != time.Second || f.jobs[1].Duration != 3*time.Second {
		t.Errorf("%+v", f.jobs)
	}
}

func TestVisitFails(t *testing.T) {
	broken := errors.New("broken")
	for name, test := range map[string]struct {
		generator *fake
		want      string
	}{
		"the generator": {&fake{err: broken}, "broken"},
		"the requests":  {&fake{result: load.Result{Elapsed: time.Second}}, "no request was answered"},
	} {
		figures, err := (Bench{Generator: test.generator}).Visit(t.Context(), testTarget(t), New1)
		if err == nil || !strings.Contains(err.Error(), test.want) || figures[Start] <= 0 {
			t.Errorf("%s: %v, %v", name, figures, err)
		}
	}
	nowhere := Target{Command: process.Command{Path: "/nowhere"}, Address: "127.0.0.1:1", Paths: []string{"/"}}
	if _, err := (Bench{}).Visit(t.Context(), nowhere, New1); err == nil {
		t.Error("a server that is not there was visited")
	}
	if _, err := (Bench{}).Start(t.Context(), nowhere); err == nil {
		t.Error("a server that is not there was started")
	}
	if _, err := (Bench{}).Steps(t.Context(), nowhere, false); err == nil {
		t.Error("a server that is not there was stepped through")
	}
}

func TestPin(t *testing.T) {
	f := &fake{}
	b := Bench{Generator: f}
	if b.Pin([]int{0, 1}); len(b.Server) != 1 || len(b.Load) != 1 {
		t.Errorf("%+v", b)
	}
	f.roams = true
	if b.Pin([]int{0, 1}); len(b.Server) != 1 || len(b.Load) != 0 {
		t.Errorf("a generator that roams: %+v", b)
	}
}

func TestStart(t *testing.T) {
	got, err := (Bench{}).Start(t.Context(), testTarget(t))
	if err != nil || got[Start] <= 0 || got[Idle] <= 0 {
		t.Errorf("%v, %v", got, err)
	}
}

func TestAsk(t *testing.T) {
	target := testTarget(t)
	if err := (Bench{}).Ask(t.Context(), target); err != nil {
		t.Error(err)
	}
	target.Paths = append(target.Paths, "/missing")
	if err := (Bench{}).Ask(t.Context(), target); err == nil || !strings.Contains(err.Error(), "GET /missing is answered by HTTP/1.1 404") {
		t.Errorf("got %v", err)
	}
	target.Command.Path = "/nowhere"
	if err := (Bench{}).Ask(t.Context(), target); err == nil {
		t.Error("nobody answered well")
	}
}

// At a fixed rate no generator is asked; how late it was sent is a figure then.
func TestVisitSteadily(t *testing.T) {
	f := &fake{result: good}
	steady := Scenario{Connections: 2, KeepAlive: true, Rate: 100}
	got, err := (Bench{Generator: f, Duration: time.Second}).Visit(t.Context(), testTarget(t), steady)
	if err != nil || len(f.jobs) != 0 || got[P99] <= 0 || got[Throughput] <= 0 {
		t.Errorf("%v, %v, %d jobs of the generator", got, err, len(f.jobs))
	}
	if _, ok := got[Late]; !ok {
		t.Errorf("how late they were sent is missing: %v", got)
	}
}
