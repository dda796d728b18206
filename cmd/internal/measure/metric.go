// Package measure says what is measured of a server, and does it: one visit starts a
// server, waits for its first response, looks at its memory, loads it, and ends it.
//
// Invariant: a visit leaves nothing behind, and its load is bounded in time. Figures
// are in base units: seconds, bytes, requests per second, counts.
package measure

import "github.com/verbosel/verbosel/cmd/internal/report"

// Metric names a figure.
type Metric string

// The metrics.
const (
	Throughput   Metric = "throughput"   // requests per second
	P50          Metric = "p50"          // seconds, as are the next two
	P90          Metric = "p90"          // of a batch where requests are pipelined
	P99          Metric = "p99"          //
	Late         Metric = "late"         // seconds, p99: how late a request is sent at a fixed rate, by the generator's fault
	CPU          Metric = "cpu"          // of the server, seconds per request
	Bytes        Metric = "bytes"        // received, per second
	Start        Metric = "start"        // seconds from exec to the first byte of the first response
	Resident     Metric = "resident"     // bytes; shared pages count in each process
	Idle         Metric = "idle"         // bytes: proportional set and kernel stacks
	Kept         Metric = "kept"         // bytes, as idle, with a scenario's clients that are silent
	Instructions Metric = "instructions" // user mode, per request
	Size         Metric = "size"         // bytes of the program's file
)

// Figures are values by metric. What could not be measured is not there.
type Figures map[Metric]float64

// Info is how a metric is shown.
type Info struct {
	Title    string
	Format   func(float64) string
	MoreGood bool // a higher value is the better one
}

// infos has every metric.
var infos = map[Metric]Info{
	Throughput:   {"requests/s", report.Count, true},
	P50:          {"p50", report.Seconds, false},
	P90:          {"p90", report.Seconds, false},
	P99:          {"p99", report.Seconds, false},
	Late:         {"sent late (p99)", report.Seconds, false},
	CPU:          {"CPU/request", report.Seconds, false},
	Bytes:        {"received/s", report.Bytes, true},
	Start:        {"exec to first response", report.Seconds, false},
	Resident:     {"resident", report.Bytes, false},
	Idle:         {"idle memory (PSS, kernel stacks)", report.Bytes, false},
	Kept:         {"memory with silent clients (PSS, kernel stacks)", report.Bytes, false},
	Instructions: {"user instructions/request", report.Count, false},
	Size:         {"program file", report.Bytes, false},
}

// About gives a metric's title and format.
func About(m Metric) Info {
	info, ok := infos[m]
	if !ok {
		panic("BUG: no metric is called " + string(m))
	}
	return info
}

// Show formats a figure, with a dash where there is none.
func (f Figures) Show(m Metric) string {
	value, ok := f[m]
	if !ok {
		return "-"
	}
	return About(m).Format(value)
}
