package load

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func steadyJob(addr string, connections int) Job {
	return Job{Address: addr, Paths: []string{"/a", "/b"}, Connections: connections, KeepAlive: true, Duration: time.Second}
}

// As many requests as the rate says, over the connections that there are.
func TestSteady(t *testing.T) {
	s, addr := newTarget(t)
	r, err := Steady(t.Context(), steadyJob(addr, 4), 500)
	if err != nil || r.Err() != nil {
		t.Fatal(err, r.Err())
	}
	if r.Requests != 500 || s.paths["/a"] != 250 || s.paths["/b"] != 250 || s.conns != 4 {
		t.Errorf("%d answered; %v over %d connections", r.Requests, s.paths, s.conns)
	}
	if r.P50 <= 0 || r.P50 > r.P90 || r.P90 > r.P99 || r.Bytes < 6*500 || r.Elapsed < time.Second*499/500 {
		t.Errorf("%+v", r)
	}
}

// A server that stalls once delays all that was due meanwhile: who waits until he is asked again would see one slow
// response of 200. The 50th is due at 245 ms, and held until all others were: these 150 wait 250 ms at least.
func TestSteadyCountsFromWhenItIsDue(t *testing.T) {
	var served atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if served.Add(1) == 50 {
			time.Sleep(time.Second)
		}
		io.WriteString(w, "hello\n")
	}))
	defer server.Close()
	r, err := Steady(t.Context(), steadyJob(strings.TrimPrefix(server.URL, "http://"), 1), 200)
	if err != nil || r.Requests != 200 {
		t.Fatalf("%+v, %v", r, err)
	}
	if r.P50 < 250*time.Millisecond {
		t.Errorf("p50 is %v, though three of four requests were due while nothing was answered", r.P50)
	}
}

// What fails is counted as what it is, and each request once.
func TestSteadyFailures(t *testing.T) {
	var asked atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch n := asked.Add(1); {
		case r.URL.Path == "/missing":
			w.WriteHeader(http.StatusNotFound)
		case n > 20:
			panic(http.ErrAbortHandler) // closes
		}
		io.WriteString(w, "hello\n")
	}))
	defer server.Close()
	job := steadyJob(strings.TrimPrefix(server.URL, "http://"), 2)
	r, err := Steady(t.Context(), job, 100)
	if err != nil || r.Err() == nil || r.Requests != 20 || r.Requests+r.Errors.Sum() != 100 || r.Errors.Read < 2 || r.Errors.Read+r.Errors.Write != 80 {
		t.Errorf("a server that closes: %+v, %v", r, err)
	}
	job.Paths = []string{"/missing"}
	if r, err = Steady(t.Context(), job, 100); err != nil || r.Errors.Status != 100 || r.Err() == nil {
		t.Errorf("a page that is missing: %+v, %v", r, err)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Steady(cancelled, job, 100); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestSteadyRefuses(t *testing.T) {
	for _, test := range []struct {
		spoil func(*Job)
		rate  float64
		want  string
	}{
		{func(j *Job) { j.KeepAlive = false }, 1, "keeps its connections"},
		{func(j *Job) { j.Pipeline = 2 }, 1, "does not pipeline"},
		{func(j *Job) { j.Connections = 0 }, 1, "0 connections"},
		{func(*Job) {}, 0.5, "from 1 to 1,000,000"}, {func(*Job) {}, 1e7, "from 1 to 1,000,000"},
		{func(*Job) {}, 1, "connection 0 to 127.0.0.1:1: connection refused"},
		{func(j *Job) { j.Address = "[::1]:1" }, 1, "an IPv4 address"},
		{func(j *Job) { j.CPUs = []int{1023} }, 1, "processors [1023]"},
	} {
		job := steadyJob("127.0.0.1:1", 1)
		test.spoil(&job)
		if _, err := Steady(t.Context(), job, test.rate); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("got %v, want %q", err, test.want)
		}
	}
}

func TestResponse(t *testing.T) {
	for _, test := range []struct {
		text   string
		status int
		whole  bool
		want   string
	}{
		{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", 200, true, ""},
		{"HTTP/1.1 404 Not Found\r\ncontent-length:0\r\n\r\n", 404, true, ""},
		{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nh", 200, false, ""},
		{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n", 0, false, ""},
		{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi!", 200, false, "more than a response"},
		{"HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\nhi", 200, false, "invalid syntax"},
		{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", 0, false, "no Content-Length"},
		{"HTTP/1.1\r\n\r\n", 0, false, "no status line"},
		{"HTTP/1.1 OK!\r\n\r\n", 0, false, "invalid syntax"},
	} {
		status, whole, err := response([]byte(test.text))
		if test.want == "" && (err != nil || status != test.status || whole != test.whole) ||
			test.want != "" && (err == nil || whole || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%q: %d, %v, %v", test.text, status, whole, err)
		}
	}
}
