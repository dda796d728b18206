// Package load drives a server with requests and measures what comes back: with wrk
// where it is installed, with vegeta's library where it is not.
//
// Both run a closed loop: each connection sends its next request (or batch) when the
// answer to the last has come. Steady does not wait: it asks at a fixed rate.
package load

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"time"
)

// Job is a load.
type Job struct {
	Address     string   // host:port
	Paths       []string // asked for in turn; at least one
	Connections int      // at the same time
	Pipeline    int      // requests in one write; 0 and 1 are none
	KeepAlive   bool     // false: a new connection for each request
	Duration    time.Duration
	CPUs        []int // where the generator is to run; empty for anywhere
}

// Result is what a load has measured. Latencies are those of a batch where requests
// are pipelined.
type Result struct {
	Requests      int64 // answered
	Elapsed       time.Duration
	Bytes         int64 // received; of a generator that does not see headers, of bodies
	Errors        Errors
	P50, P90, P99 time.Duration
	// Late is how late requests were sent at most, but for one in a hundred, that no response was waited for: the generator
	// is to blame for it. A closed loop has none.
	Late time.Duration
}

// Errors counts what went wrong.
type Errors struct {
	Connect int64 `json:"connect"`
	Read    int64 `json:"read"`
	Write   int64 `json:"write"`
	Status  int64 `json:"status"` // answers of 400 and above
	Timeout int64 `json:"timeout"`
}

// Sum is how many there are.
func (e Errors) Sum() int64 { return e.Connect + e.Read + e.Write + e.Status + e.Timeout }

// Throughput is in requests per second.
func (r Result) Throughput() float64 { return float64(r.Requests) / r.Elapsed.Seconds() }

// BytesPerSecond is what was received.
func (r Result) BytesPerSecond() float64 { return float64(r.Bytes) / r.Elapsed.Seconds() }

// maxErrors is the part of requests that may fail before a measurement says more
// about the failures than about the server.
const maxErrors = 0.001

// Err is nil for a result to go by.
func (r Result) Err() error {
	switch {
	case r.Requests == 0:
		return errors.New("no request was answered")
	case float64(r.Errors.Sum()) > maxErrors*float64(r.Requests):
		return fmt.Errorf("of %d requests too many failed: %+v", r.Requests, r.Errors)
	}
	return nil
}

// Generator makes load.
type Generator interface {
	Name() string // with its version, for the report
	Run(context.Context, Job) (Result, error)
	Pins() bool // whether it keeps to the processors of a job
}

// ErrPipeline is returned for a job that a generator cannot do.
var ErrPipeline = errors.New("vegeta does not pipeline requests: install wrk for this")

// Find returns wrk where it is installed, and vegeta's library otherwise.
func Find() Generator {
	if path, err := exec.LookPath("wrk"); err == nil {
		return &wrk{path: path}
	}
	return vegetaLibrary{}
}

// validate refuses jobs that mean nothing.
func (j Job) validate() error {
	switch {
	case len(j.Paths) == 0:
		return errors.New("BUG: a load without a path")
	case j.Connections < 1:
		return fmt.Errorf("a load of %d connections", j.Connections)
	case j.Duration < time.Second:
		return fmt.Errorf("a load of %v: at least a second is needed", j.Duration)
	case j.Pipeline > 1 && !j.KeepAlive:
		return errors.New("requests cannot be pipelined over a connection for each")
	}
	return nil
}
