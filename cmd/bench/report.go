package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/verbosel/verbosel/cmd/internal/measure"
	"github.com/verbosel/verbosel/cmd/internal/report"
	"github.com/verbosel/verbosel/cmd/internal/stats"
)

// text prints the targets, and what many clients at once get.
func (r *results) text(w io.Writer) error {
	fmt.Fprintf(w, "%s\n%s\n\n", r.Machine, r.method())
	if err := r.targetTable().Text(w); err != nil {
		return err
	}
	if many := r.manyTable(); len(many.Rows) > 0 {
		fmt.Fprintln(w)
		if err := many.Text(w); err != nil {
			return err
		}
	}
	for _, remark := range r.remarks() {
		if _, err := fmt.Fprintf(w, "\n%s\n", remark); err != nil {
			return err
		}
	}
	return nil
}

// method says in a sentence how was measured.
func (r *results) method() string {
	processors := "server and load share all processors"
	switch {
	case len(r.LoadCPUs) > 0:
		processors = fmt.Sprintf("server on processors %v, load on %v", r.ServerCPUs, r.LoadCPUs)
	case len(r.ServerCPUs) > 0:
		processors = fmt.Sprintf("server on processors %v, load on any", r.ServerCPUs)
	}
	return fmt.Sprintf("%d rounds of %d s for each server and kind of load, load from %s, %s.", r.Rounds, r.Seconds, r.Load, processors)
}

// remarks says what tables cannot.
func (r *results) remarks() []string {
	var list []string
	if r.Machine.Busy() {
		list = append(list, fmt.Sprintf("The machine was busy before the run (load %.2f): these figures are not to be quoted.", r.Machine.Load))
	}
	if r.Rounds < 5 {
		list = append(list, fmt.Sprintf("%d rounds are too few to quote: five are the least.", r.Rounds))
	}
	for _, m := range r.Missing {
		list = append(list, fmt.Sprintf("Missing: %s: %s.", m.Name, strings.TrimSuffix(m.Reason, ".")))
	}
	for _, f := range r.failures() {
		list = append(list, fmt.Sprintf("Failed: %s, %s, round %d: %s.", f.Server, f.Scenario, f.Round, strings.TrimSuffix(f.Failure, ".")))
	}
	return list
}

// reading explains the tables.
const reading = `A ratio is taken round by round between runs that were neighbours in time; its median is printed with the
smallest and the largest of the rounds. Where that spread is larger than the distance of the median from 1
there is no ratio, but "no difference shown". A verdict follows from the rounds where they agree, and from
the median where they do not and there is a difference; otherwise it is "undecided".

Latencies are those of the load generator: from writing a request to its response, without connect(2), of a
whole batch where requests are pipelined. At a fixed rate they are from when a request was due, which it is whatever
the server does, and "sent late" is what the generator itself took from that. CPU per request is the time that all processes of the server used
(control group), children that have ended included, by the number of responses. User instructions are
counted one by one (ptrace(2)), over all processes and threads, for servers without a runtime that would
behave otherwise when it is slowed down. Idle memory is the proportional set (PSS)
of all processes and 16 KiB of kernel stack for each thread.
Where a server has half a processor (cpu.max or cpu.cfs_quota_us of its control group, of 10 ms), it is slower than the
load generator: requests/s are then what the server can do, and latencies mostly how long it has to rest.
A server of isolation: proof without a number has as many workers as nginx, one for each of the server's processors; BENCHFLAGS=-share
gives it all of them. "exec to first response" begins when a waiting shell is told to exec the server. Logging is off everywhere; every
response is 200 with the 14 bytes "Hello, World!\n". A floor is the smallest program with a loop: those of
isolation: request and connection, one that forks ahead of accept, and of one process with epoll for all clients, which
may read right behind accept. It looks at nothing it reads and always writes the same bytes.
`

// markdown is the page of the results.
func (r *results) markdown() ([]byte, error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# Benchmarks\n\nMade by `%s` on %s; [%s](%s) holds every single run.\n\n",
		r.Command, r.Taken.Format("2 January 2006"), jsonName, jsonName)
	fmt.Fprintf(&b, "%s\n\n%s\n\n", r.Machine, r.method())
	for _, remark := range r.remarks() {
		fmt.Fprintf(&b, "%s\n\n", remark)
	}
	for _, image := range []struct {
		title, name string
		of          []report.Panel
	}{{"Throughput", loadPlotName, r.loadPanels()}, {"Latency", timePlotName, r.timePanels()}} {
		if len(image.of) > 0 {
			fmt.Fprintf(&b, "![%s](%s)\n\n", image.title, image.name)
		}
	}
	fmt.Fprint(&b, "## Targets\n\n")
	if err := r.targetTable().Markdown(&b); err != nil {
		return nil, err
	}
	fmt.Fprintf(&b, "\n%s\n## Servers\n\n", reading)
	if err := r.serverTable().Markdown(&b); err != nil {
		return nil, err
	}
	if many := r.manyTable(); len(many.Rows) > 0 {
		fmt.Fprint(&b, "\n## Many clients at once\n\n")
		if err := many.Markdown(&b); err != nil {
			return nil, err
		}
	}
	for _, s := range scenarios() {
		if t := r.scenarioTable(s); len(t.Rows) > 0 {
			fmt.Fprintf(&b, "\n## %s\n\n", strings.ToUpper(s.Title[:1])+s.Title[1:])
			if err := t.Markdown(&b); err != nil {
				return nil, err
			}
		}
	}
	return b.Bytes(), nil
}

// serverTable has what does not depend on the load.
func (r *results) serverTable() *report.Table {
	t := &report.Table{Labels: 2, Header: []string{"server", "version", "program file", "exec to first response", "resident", "idle memory",
		"instructions/request, new", "keep-alive"}}
	for _, s := range r.Servers {
		first := r.firstScenario(s.Name)
		t.Add(s.Name, s.Version, report.Bytes(float64(s.Size)),
			show(r.summary(s.Name, first, measure.Start), measure.Start),
			show(r.summary(s.Name, first, measure.Resident), measure.Resident),
			show(r.summary(s.Name, first, measure.Idle), measure.Idle),
			show(r.summary(s.Name, stepsClose, measure.Instructions), measure.Instructions),
			show(r.summary(s.Name, stepsKeep, measure.Instructions), measure.Instructions))
	}
	return t
}

// firstScenario is the first that a server took part in; its runs stand for how the
// server starts.
func (r *results) firstScenario(name string) string {
	for _, run := range r.Runs {
		if run.Server == name {
			return run.Scenario
		}
	}
	return ""
}

// show writes a median, with the half of its spread where that is worth a word.
func show(s stats.Summary, m measure.Metric) string {
	if s.N == 0 {
		return "-"
	}
	text := measure.About(m).Format(s.Median)
	if half := s.RelativeSpread() / 2; half >= 0.01 {
		text += " ± " + report.Percent(half)
	}
	return text
}

// scenarioTable has a row for each server that took part.
func (r *results) scenarioTable(s measure.Scenario) *report.Table {
	metrics := []measure.Metric{measure.Throughput, measure.P50, measure.P90, measure.P99, measure.CPU}
	if s.ID == half128 {
		metrics = append(metrics, measure.Late)
	}
	if s.Idle > 0 {
		metrics = append(metrics, measure.Kept)
	}
	if s.ID == large {
		metrics = append([]measure.Metric{measure.Bytes}, metrics...)
	}
	t := &report.Table{Header: []string{"server"}}
	for _, m := range metrics {
		t.Header = append(t.Header, measure.About(m).Title)
	}
	for _, server := range r.Servers {
		row := []string{server.Name}
		for _, m := range metrics {
			row = append(row, show(r.summary(server.Name, s.ID, m), m))
		}
		if r.summary(server.Name, s.ID, measure.Throughput).N > 0 {
			t.Add(row...)
		}
	}
	return t
}

// loadPanels and timePanels are what is drawn of throughput and latency: kinds of load that were made.
func (r *results) loadPanels() []report.Panel {
	return r.panels(measure.Throughput, measure.New32, measure.Keep32, measure.Keep128, measure.Pipe16)
}

func (r *results) timePanels() []report.Panel {
	return r.panels(measure.P99, measure.New1, measure.New32, measure.Keep32, measure.Keep128)
}

func (r *results) panels(m measure.Metric, list ...measure.Scenario) []report.Panel {
	var panels []report.Panel
	for _, scenario := range list {
		panel := report.Panel{Title: measure.About(m).Title + ", " + scenario.Title}
		for _, server := range r.Servers {
			if s := r.summary(server.Name, scenario.ID, m); s.N > 0 {
				panel.Bars = append(panel.Bars, report.Bar{
					Label: server.Name, Text: measure.About(m).Format(s.Median), Value: s.Median, Low: s.Min, High: s.Max, Own: server.Own,
				})
			}
		}
		if len(panel.Bars) > 0 {
			panels = append(panels, panel)
		}
	}
	return panels
}
