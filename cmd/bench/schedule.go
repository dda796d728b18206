package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/verbosel/verbosel/cmd/internal/measure"
	"github.com/verbosel/verbosel/cmd/internal/process"
)

// stepRounds are enough for instructions: they hardly vary.
const stepRounds = 2

// schedule is the order of a run: in each round every scenario, in each scenario
// every server that takes part, so that the runs that are compared are neighbours in
// time. The server that begins is another one in each round.
type schedule struct {
	bench     measure.Bench
	env       *environment
	servers   []*server
	scenarios []measure.Scenario
	steps     bool // instructions are counted too
	rounds    int
	talk      io.Writer
}

// run takes all rounds. A server that fails has a run with the reason; only an
// interruption ends the whole.
func (s *schedule) run(ctx context.Context) ([]runResult, error) {
	var runs []runResult
	for round := 1; round <= s.rounds; round++ {
		began := time.Now()
		for _, scenario := range s.scenarios {
			for _, server := range rotated(participants(s.servers, scenario.ID), round) {
				runs = append(runs, s.visit(ctx, server, scenario, runs, round))
			}
		}
		if s.steps && round <= stepRounds {
			runs = append(runs, s.countSteps(ctx, round)...)
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		fmt.Fprintf(s.talk, "round %d of %d took %v\n", round, s.rounds, time.Since(began).Round(time.Second))
	}
	return runs, nil
}

// participants are the servers that take part in a scenario.
func participants(servers []*server, scenario string) []*server {
	var list []*server
	for _, s := range servers {
		if slices.Contains(s.Scenarios, scenario) {
			list = append(list, s)
		}
	}
	return list
}

// rotated lets another one begin in each round.
func rotated(list []*server, round int) []*server {
	if len(list) == 0 {
		return nil
	}
	first := (round - 1) % len(list)
	return append(list[first:len(list):len(list)], list[:first]...)
}

// visit measures one server under one scenario, behind earlier runs.
func (s *schedule) visit(ctx context.Context, server *server, scenario measure.Scenario, earlier []runResult, round int) runResult {
	result := runResult{Server: server.Name, Scenario: scenario.ID, Round: round}
	if ctx.Err() != nil {
		return result
	}
	target, err := server.target(ctx, s.env)
	if err == nil && scenario.ID == half128 {
		scenario.Rate, err = halfRate(earlier, round)
	}
	if err == nil {
		target.Warm = server.Warm
		if scenario.ID == large {
			target.Paths = []string{"/large.bin"}
		}
		result.Figures, err = s.bench.Visit(ctx, target, scenario)
	}
	return s.said(result, err)
}

// halfRate is half the rate that nginx reached with 128 connections in this round.
func halfRate(earlier []runResult, round int) (float64, error) {
	for _, run := range earlier {
		if run.Server == nginxName && run.Scenario == measure.Keep128.ID && run.Round == round && run.Failure == "" {
			return run.Figures[measure.Throughput] / 2, nil
		}
	}
	return 0, errors.New("its rate is half of what nginx reaches with 128 connections, which was not measured in this round")
}

// said notes how a run went, in the result and on standard error.
func (s *schedule) said(result runResult, err error) runResult {
	shown := result.Figures.Show(measure.Throughput) + " requests/s"
	if value, ok := result.Figures[measure.Instructions]; ok {
		shown = measure.About(measure.Instructions).Format(value) + " instructions"
	}
	if err != nil {
		result.Failure = err.Error()
		shown = "failed: " + result.Failure
	}
	fmt.Fprintf(s.talk, "  %d %-11s %-36s %s\n", result.Round, result.Scenario, result.Server, shown)
	return result
}

// countSteps counts instructions.
func (s *schedule) countSteps(ctx context.Context, round int) []runResult {
	var runs []runResult
	for _, server := range s.servers {
		for _, keepAlive := range []bool{false, true} {
			if !server.Steps || keepAlive && !server.KeepAlive || ctx.Err() != nil {
				continue
			}
			result := runResult{Server: server.Name, Scenario: stepsClose, Round: round}
			if keepAlive {
				result.Scenario = stepsKeep
			} else if keepsEvery(server.Name) {
				continue
			}
			target, err := server.target(ctx, s.env)
			if err == nil {
				var n float64
				n, err = s.bench.Steps(ctx, target, keepAlive)
				result.Figures = measure.Figures{measure.Instructions: n}
			}
			runs = append(runs, s.said(result, err))
		}
	}
	return runs
}

// keepsEvery: the server closes no connection, and a new one for each request cannot be
// counted.
func keepsEvery(server string) bool { return server == floorConn || server == floorEpoll }

// check starts a server once and looks at its answer: nobody is to be measured for
// what it does not do.
func check(ctx context.Context, env *environment, s *server) error {
	target, err := s.target(ctx, env)
	if err != nil {
		return err
	}
	running, err := process.Start(ctx, target.Command, process.Options{Address: target.Address, Path: target.Paths[0], Timeout: 30 * time.Second})
	if err != nil {
		return err
	}
	defer running.Stop()
	answer, err := process.Exchange(target.Address, process.Request(target.Paths[0], target.Address, false), 10*time.Second)
	if err != nil {
		return err
	}
	return checkAnswer(answer, target.Paths[0])
}

// checkAnswer demands 200 and the content that belongs to the path.
func checkAnswer(answer []byte, path string) error {
	head, body, _ := bytes.Cut(answer, []byte("\r\n\r\n"))
	status, _, _ := bytes.Cut(head, []byte("\r\n"))
	switch {
	case !bytes.Contains(status, []byte(" 200 ")):
		return fmt.Errorf("its answer is %q", status)
	case path == "/large.bin" && len(body) != largeSize:
		return fmt.Errorf("its answer has %d bytes of %d", len(body), largeSize)
	case path != "/large.bin" && !bytes.Contains(body, []byte(hello)): // which may be in a chunk
		return fmt.Errorf("its answer has the body %q", body[:min(len(body), 100)])
	}
	return nil
}
