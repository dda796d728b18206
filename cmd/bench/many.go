package main

import (
	"github.com/verbosel/verbosel/cmd/internal/measure"
	"github.com/verbosel/verbosel/cmd/internal/report"
)

// manyFigure is a column of the table about many clients at once.
type manyFigure struct {
	scenario measure.Scenario
	short    string
	metric   measure.Metric
}

var manyFigures = []manyFigure{
	{measure.Keep32, "32 kept", measure.Throughput}, {measure.Keep32, "32 kept", measure.P99}, {measure.Keep32, "32 kept", measure.CPU},
	{measure.Keep128, "128 kept", measure.Throughput}, {measure.Keep128, "128 kept", measure.P99}, {measure.Keep128, "128 kept", measure.CPU},
	{measure.New32, "32 new", measure.Throughput}, {measure.New32, "32 new", measure.P99}, {measure.New32, "32 new", measure.CPU},
}

// manyServers are compared there: a process for each client, one for all, and a few.
var manyServers = []string{
	ownRequest, ownConnection, ownLoop, ownLoopOne, ownLoopTwo, ownLoopFour, floorRequest, floorConn, floorEpoll, floorEpollNew, floorEpollTry,
	nginxName, "lighttpd", "fasthttp", "Go net/http",
}

// manyTable has what many clients at once get of each server, and cost it.
func (r *results) manyTable() *report.Table {
	t := &report.Table{Header: []string{"many clients"}}
	for _, f := range manyFigures {
		t.Header = append(t.Header, f.short+", "+measure.About(f.metric).Title)
	}
	for _, server := range manyServers {
		row, taken := []string{server}, false
		for _, f := range manyFigures {
			s := r.summary(server, f.scenario.ID, f.metric)
			row, taken = append(row, show(s, f.metric)), taken || s.N > 0
		}
		if taken {
			t.Add(row...)
		}
	}
	return t
}
