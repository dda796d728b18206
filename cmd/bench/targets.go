package main

import (
	"fmt"

	"github.com/verbosel/verbosel/cmd/internal/measure"
	"github.com/verbosel/verbosel/cmd/internal/report"
	"github.com/verbosel/verbosel/cmd/internal/stats"
)

// target is a ratio that is to be reached: a figure of ours by one of another server,
// both under the same scenario in the same round.
type target struct {
	what          string
	ours, against string
	scenario      string
	metric        measure.Metric
	target        stats.Target
	otherwise     string // the scenario of the other server; empty: the same
}

func atMost(bound float64) stats.Target  { return stats.Target{Bound: bound} }
func atLeast(bound float64) stats.Target { return stats.Target{Bound: bound, AtLeast: true} }

// targets lists what the project has set itself.
func targets() []target {
	const (
		goHTTP = "Go net/http"
		nginx  = nginxName
	)
	return append([]target{
		{"CPU per request, new connection, c=32", ownRequest, floorRequest, measure.New32.ID, measure.CPU, atMost(1.05), ""},
		{"throughput, new connection, c=32", ownRequest, "busybox httpd", measure.New32.ID, measure.Throughput, atLeast(2.5), ""},
		{"latency p50, new connection, c=1", ownRequest, goHTTP, measure.New1.ID, measure.P50, atMost(1), ""},
		{"throughput, keep-alive, c=32", ownConnection, goHTTP, measure.Keep32.ID, measure.Throughput, atLeast(1.3), ""},
		{"throughput, keep-alive, c=128", ownConnection, goHTTP, measure.Keep128.ID, measure.Throughput, atLeast(1.3), ""},
		{"latency p99, keep-alive, c=128", ownConnection, goHTTP, measure.Keep128.ID, measure.P99, atMost(0.5), ""},
		{"latency p99, keep-alive, c=128", ownConnection, nginx, measure.Keep128.ID, measure.P99, atMost(1), ""},
		{"throughput, keep-alive, c=32, first goal", ownConnection, nginx, measure.Keep32.ID, measure.Throughput, atLeast(0.8), ""},
		{"throughput, keep-alive, c=32, second goal", ownConnection, nginx, measure.Keep32.ID, measure.Throughput, atLeast(1), ""},
		{"throughput, 16 pipelined", ownConnection, "fasthttp", measure.Pipe16.ID, measure.Throughput, atLeast(1.2), ""},
		{"exec to first response", ownRequest, goHTTP, measure.New1.ID, measure.Start, atMost(0.3), ""},
		{"exec to first response", ownRequest, nginx, measure.New1.ID, measure.Start, atMost(0.3), ""},
		{"user instructions/request, new connection", ownRequest, nginx, stepsClose, measure.Instructions, atMost(0.05), ""},
		{"user instructions/request, keep-alive", ownConnection, nginx, stepsKeep, measure.Instructions, atMost(0.05), ""},
		{"idle memory", ownRequest, nginx, measure.New1.ID, measure.Idle, atMost(0.05), ""},
		{"10 MiB body, keep-alive, bytes/s", ownLarge, nginx, large, measure.Bytes, atLeast(0.9), ""},
		{"CPU per request, 10,000 routes, new connection", manyRequest, oneRequest, routesNew, measure.CPU, atMost(1.2), ""},
		{"CPU per request, 10,000 routes, keep-alive", manyConn, oneConn, routesKeep, measure.CPU, atMost(1.2), ""},
	}, loopTargets()...)
}

// loopTargets are those of one process with many connections.
func loopTargets() []target {
	const nginx, lighttpd, fasthttp, goHTTP = nginxName, "lighttpd", "fasthttp", "Go net/http"
	keep32, keep128 := measure.Keep32.ID, measure.Keep128.ID
	return []target{
		{"CPU per request, keep-alive, c=32", ownLoop, floorEpoll, keep32, measure.CPU, atMost(1.1), ""},
		{"CPU per request, keep-alive, c=128", ownLoop, floorEpoll, keep128, measure.CPU, atMost(1.1), ""},
		{"CPU per request, keep-alive, c=32", ownLoop, nginx, keep32, measure.CPU, atMost(0.8), ""},
		{"CPU per request, keep-alive, c=128", ownLoop, nginx, keep128, measure.CPU, atMost(0.8), ""},
		{"CPU per request, keep-alive, c=128", ownLoop, lighttpd, keep128, measure.CPU, atMost(0.8), ""},
		{"CPU per request, keep-alive, c=128", ownLoop, fasthttp, keep128, measure.CPU, atMost(0.8), ""},
		{"throughput, keep-alive, c=32", ownLoop, nginx, keep32, measure.Throughput, atLeast(1.15), ""},
		{"throughput, keep-alive, c=128", ownLoop, nginx, keep128, measure.Throughput, atLeast(1.15), ""},
		{"throughput, keep-alive, c=32", ownLoop, lighttpd, keep32, measure.Throughput, atLeast(1), ""},
		{"throughput, keep-alive, c=128", ownLoop, lighttpd, keep128, measure.Throughput, atLeast(1), ""},
		{"throughput, keep-alive, c=32, half a processor", ownLoop, nginx, slowed32, measure.Throughput, atLeast(1.15), ""},
		{"throughput, keep-alive, c=128, half a processor", ownLoop, nginx, slowed128, measure.Throughput, atLeast(1.15), ""},
		{"throughput, keep-alive, c=32, half a processor", ownLoop, lighttpd, slowed32, measure.Throughput, atLeast(1), ""},
		{"throughput, keep-alive, c=128, half a processor", ownLoop, lighttpd, slowed128, measure.Throughput, atLeast(1), ""},
		{"latency p99, keep-alive, c=128", ownLoop, nginx, keep128, measure.P99, atMost(1), ""},
		{"latency p99, keep-alive, c=128", ownLoop, goHTTP, keep128, measure.P99, atMost(0.3), ""},
		{"latency p99, keep-alive, c=128, half of nginx's rate", ownLoop, nginx, half128, measure.P99, atMost(0.7), ""},
		{"CPU per request, new connection, c=32", ownLoop, nginx, measure.New32.ID, measure.CPU, atMost(0.85), ""},
		{"latency p50, new connection, c=1", ownLoop, nginx, measure.New1.ID, measure.P50, atMost(1), ""},
		{"CPU per request, 16 pipelined", ownLoop, fasthttp, measure.Pipe16.ID, measure.CPU, atMost(0.5), ""},
		{"latency p99 beside 1,000 silent clients", ownLoop, ownLoop, idle1000, measure.P99, atMost(1.2), keep32},
		{"memory with 1,000 silent clients", ownLoop, nginx, idle1000, measure.Kept, atMost(0.1), ""},
		{"latency p99 beside 8 slow readers of 10 MiB", ownLoopLarge, ownLoopLarge, slow8, measure.P99, atMost(1.5), keep32},
	}
}

// compare compares two servers: the ratio, and whether the target is met.
func (r *results) compare(t target) (ratios stats.Summary, verdict stats.Verdict, met int) {
	otherwise := t.otherwise
	if otherwise == "" {
		otherwise = t.scenario
	}
	list := stats.Ratios(r.rounds(t.ours, t.scenario, t.metric), r.rounds(t.against, otherwise, t.metric))
	verdict, met = t.target.Judge(list)
	return stats.Of(list), verdict, met
}

// showRatio writes a ratio, unless its spread is larger than the difference.
func showRatio(s stats.Summary) string {
	switch {
	case s.N == 0:
		return "-"
	case s.N == 1:
		return "one round only"
	case !stats.Shows(s):
		return "no difference shown"
	}
	return report.Ratio(s.Median)
}

// targetTable has a row for each target.
func (r *results) targetTable() *report.Table {
	t := &report.Table{Labels: 3, Header: []string{"what", "server", "against", "target", "ratio", "spread", "rounds that meet it", "verdict"}}
	for _, target := range targets() {
		ratios, verdict, met := r.compare(target)
		sign := "≤"
		if target.target.AtLeast {
			sign = "≥"
		}
		spread := "-"
		if stats.Shows(ratios) { // otherwise they are noise, and no figures to be quoted
			spread = report.Ratio(ratios.Min) + " to " + report.Ratio(ratios.Max)
		}
		t.Add(target.what, target.ours, target.against, sign+" "+report.Ratio(target.target.Bound),
			showRatio(ratios), spread, fmt.Sprintf("%d of %d", met, ratios.N), string(verdict))
	}
	return t
}
