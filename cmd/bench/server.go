package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/verbosel/verbosel/cmd/internal/measure"
)

// server is one that is measured.
type server struct {
	Name      string
	Own       bool     // made by verbosel
	Scenarios []string // ids of what it is put through
	Steps     bool     // count its instructions
	KeepAlive bool     // count them on a persistent connection too
	Warm      time.Duration

	// prepare makes it ready, once, and gives its version. An error is the reason why
	// it is missing.
	prepare func(context.Context, *environment) (version string, err error)
	// target gives a server that has not been started yet, on a port of its own.
	target func(context.Context, *environment) (measure.Target, error)
}

// The scenarios that only some servers take part in, beside those of every bench.
const (
	half128    = "half-128"    // 128 connections, at half the rate that nginx reached with as many in this round
	large      = "large"       // a body of 10 MiB
	slowed32   = "slowed-32"   // 32 connections, and the server has half a processor: what it can do, where one generator is slower
	slowed128  = "slowed-128"  // likewise with 128
	slowedPipe = "slowed-pipe" // likewise with 32, and 16 requests of each in one write
	idle1000   = "idle-1000"   // 1,000 clients are silent
	slow8      = "slow-8"      // 8 clients read a body of 10 MiB slowly
	routesNew  = "routes-new"  // requests to many paths
	routesKeep = "routes-keep" // the same, keep-alive
	stepsClose = "steps-close" // instructions are counted
	stepsKeep  = "steps-keep"  // the same, keep-alive
)

// chosenScenarios keeps the loads that were asked for, by a part of an id.
func chosenScenarios(words string) []measure.Scenario {
	return having(scenarios(), words, func(s measure.Scenario) string { return s.ID })
}

// scenarios lists every load, in the order in which it is made and reported.
func scenarios() []measure.Scenario {
	return append(measure.Scenarios(),
		measure.Scenario{ID: half128, Title: "keep-alive, 128 connections, at a fixed rate: half of what nginx reached", Connections: 128, KeepAlive: true},
		measure.Scenario{ID: slowed32, Title: "keep-alive, 32 connections, the server has half a processor", Connections: 32, KeepAlive: true, Processors: 0.5},
		measure.Scenario{ID: slowed128, Title: "keep-alive, 128 connections, the server has half a processor", Connections: 128, KeepAlive: true, Processors: 0.5},
		measure.Scenario{ID: slowedPipe, Title: "16 pipelined, 32 connections, the server has half a processor", Connections: 32, Pipeline: 16, KeepAlive: true, Processors: 0.5},
		measure.Scenario{ID: large, Title: "10 MiB body, keep-alive, 4 connections", Connections: 4, KeepAlive: true},
		measure.Scenario{ID: idle1000, Title: "keep-alive, 32 connections beside 1,000 that are silent", Connections: 32, KeepAlive: true, Idle: 1000},
		measure.Scenario{ID: slow8, Title: "keep-alive, 32 connections beside 8 that read 10 MiB slowly", Connections: 32, KeepAlive: true, Slow: 8, SlowPath: "/large.bin"},
		measure.Scenario{ID: routesNew, Title: "100 paths in turn, new connection, 32 at a time", Connections: 32},
		measure.Scenario{ID: routesKeep, Title: "100 paths in turn, keep-alive, 32 connections", Connections: 32, KeepAlive: true},
	)
}

var (
	newScenarios  = []string{measure.New1.ID, measure.New32.ID}
	keepScenarios = []string{measure.Keep1.ID, measure.Keep32.ID, measure.Keep128.ID}
	allScenarios  = with(newScenarios, with(keepScenarios, measure.Pipe16.ID)...)
	// mainScenarios are for servers that no target is about.
	mainScenarios = []string{measure.New1.ID, measure.New32.ID, measure.Keep32.ID, measure.Keep128.ID}
	// pageScenarios are for servers that the original's page names, and that are
	// slower by far.
	pageScenarios = []string{measure.New1.ID, measure.Keep32.ID}
)

// with is a list and more.
func with(list []string, more ...string) []string { return slices.Concat(list, more) }

const hello = "Hello, World!\n"

// prepare makes the servers ready and enters them in the results. Those that cannot
// be had are named there with the reason.
func prepare(ctx context.Context, env *environment, all []*server, r *results) []*server {
	var ready []*server
	for _, s := range all {
		fmt.Fprintf(env.talk, "preparing %s\n", s.Name)
		version, err := s.prepare(ctx, env)
		if err == nil {
			err = check(ctx, env, s)
		}
		if err != nil {
			fmt.Fprintf(env.talk, "  missing: %v\n", err)
			r.Missing = append(r.Missing, missing{s.Name, err.Error()})
			continue
		}
		ready = append(ready, s)
		r.Servers = append(r.Servers, serverInfo{Name: s.Name, Own: s.Own, Version: version, Size: env.sizes[s.Name]})
	}
	return ready
}
