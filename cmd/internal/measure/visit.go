package measure

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/verbosel/verbosel/cmd/internal/load"
	"github.com/verbosel/verbosel/cmd/internal/process"
)

// Bench is what all visits of a run share.
type Bench struct {
	Generator load.Generator
	Server    []int // processors of the server; empty for any
	Load      []int // processors of the generator; empty for any
	Duration  time.Duration
}

// Target is a server to visit.
type Target struct {
	Command process.Command
	Address string   // host:port
	Paths   []string // asked for in turn; the first one first
	Warm    time.Duration
}

const (
	startLimit = 30 * time.Second
	stepLimit  = 20 * time.Second
	// settle is what a server gets to finish with the first request, before its idle
	// memory is looked at.
	settle = 50 * time.Millisecond
	// warmRequests go ahead of every load: code and data are in memory then.
	warmRequests = 50
	// stepRequests are enough: instructions hardly vary.
	stepRequests = 5
)

// Split shares out the processors: the first half to the server, the rest to the
// load, so that neither takes from the other. A single one cannot be shared.
func Split(cpus []int) (server, generator []int) {
	if len(cpus) < 2 {
		return nil, nil
	}
	return cpus[:len(cpus)/2], cpus[len(cpus)/2:]
}

// Pin gives the server its processors, and the generator its own if it keeps to them.
func (b *Bench) Pin(cpus []int) {
	b.Server, b.Load = Split(cpus)
	if !b.Generator.Pins() {
		b.Load = nil
	}
}

// Visit starts the server, measures it under the scenario, and ends it. Figures that
// could be taken are returned with an error too.
func (b Bench) Visit(ctx context.Context, t Target, s Scenario) (Figures, error) {
	server, figures, err := b.start(ctx, t, s.Processors)
	if err != nil {
		return figures, err
	}
	defer server.Stop()
	if err := b.warm(ctx, t, s); err != nil {
		return figures, err
	}
	beside, err := join(t, s)
	if err != nil {
		return figures, err
	}
	defer beside.leave()
	if s.Idle > 0 {
		memory, err := server.Memory()
		if err != nil {
			return figures, fmt.Errorf("memory: %w", err)
		}
		figures[Kept] = float64(memory.Idle())
	}
	return figures, b.measure(ctx, server, b.job(t, s), s.Rate, figures)
}

// Start starts the server, looks at it while it is idle, and ends it.
func (b Bench) Start(ctx context.Context, t Target) (Figures, error) {
	server, figures, err := b.start(ctx, t, 0)
	if err == nil {
		server.Stop()
	}
	return figures, err
}

// Ask starts the server, asks once for each path, and ends it. It fails where an
// answer is not what a measurement is worth: 400 and above.
func (b Bench) Ask(ctx context.Context, t Target) error {
	server, err := process.Start(ctx, t.Command, b.options(t))
	if err != nil {
		return err
	}
	defer server.Stop()
	for _, path := range t.Paths {
		answer, err := process.Exchange(t.Address, process.Request(path, t.Address, false), startLimit)
		if err != nil {
			return fmt.Errorf("GET %s: %w", path, err)
		}
		status, _, _ := bytes.Cut(answer, []byte("\r\n"))
		if fields := bytes.Fields(status); len(fields) < 2 || string(fields[1]) >= "400" {
			return fmt.Errorf("GET %s is answered by %s: measuring needs a path with a good answer", path, status)
		}
	}
	return nil
}

// start starts the server and takes what can be taken before any load.
func (b Bench) start(ctx context.Context, t Target, processors float64) (*process.Server, Figures, error) {
	options := b.options(t)
	options.Processors = processors
	server, err := process.Start(ctx, t.Command, options)
	if err != nil {
		return nil, nil, err
	}
	figures := Figures{Start: server.First.Seconds()}
	time.Sleep(settle)
	memory, err := server.Memory()
	if err != nil {
		server.Stop()
		return nil, figures, fmt.Errorf("memory: %w", err)
	}
	figures[Resident], figures[Idle] = float64(memory.Resident), float64(memory.Idle())
	return server, figures, nil
}

func (b Bench) options(t Target) process.Options {
	return process.Options{CPUs: b.Server, Address: t.Address, Path: t.Paths[0], Timeout: startLimit}
}

func (b Bench) job(t Target, s Scenario) load.Job {
	return load.Job{
		Address: t.Address, Paths: t.Paths, Duration: b.Duration, CPUs: b.Load,
		Connections: s.Connections, Pipeline: s.Pipeline, KeepAlive: s.KeepAlive,
	}
}

// warm asks a few times, or for as long as the target wants it.
func (b Bench) warm(ctx context.Context, t Target, s Scenario) error {
	if t.Warm > 0 {
		job := b.job(t, s)
		job.Duration = t.Warm
		_, err := b.Generator.Run(ctx, job)
		return err
	}
	for i := range warmRequests {
		request := process.Request(t.Paths[i%len(t.Paths)], t.Address, false)
		if _, err := process.Exchange(t.Address, request, startLimit); err != nil {
			return fmt.Errorf("warming up: %w", err)
		}
	}
	return nil
}

// measure loads the server and adds what comes of it to the figures. Without a way to
// know its processor time that figure is missing.
func (b Bench) measure(ctx context.Context, server *process.Server, job load.Job, rate float64, figures Figures) error {
	before, _ := server.CPU()
	result, err := b.load(ctx, job, rate)
	if err != nil {
		return err
	}
	after, cpuErr := server.CPU()
	if err := result.Err(); err != nil {
		return err
	}
	figures[Throughput], figures[Bytes] = result.Throughput(), result.BytesPerSecond()
	figures[P50], figures[P90], figures[P99] = result.P50.Seconds(), result.P90.Seconds(), result.P99.Seconds()
	if rate > 0 {
		figures[Late] = result.Late.Seconds()
	}
	if cpuErr == nil {
		figures[CPU] = (after - before).Seconds() / float64(result.Requests)
	}
	return nil
}

// load loads the server, at a rate above 0 by what needs no generator.
func (b Bench) load(ctx context.Context, job load.Job, rate float64) (load.Result, error) {
	if rate > 0 {
		return load.Steady(ctx, job, rate)
	}
	return b.Generator.Run(ctx, job)
}

// Steps counts user-mode instructions for a request, keep-alive or each with its own
// connection.
func (b Bench) Steps(ctx context.Context, t Target, keepAlive bool) (float64, error) {
	ctx, cancel := context.WithTimeout(ctx, stepLimit)
	defer cancel()
	n, err := process.Instructions(ctx, t.Command, b.options(t), keepAlive, stepRequests)
	if errors.Is(err, context.DeadlineExceeded) {
		return 0, fmt.Errorf("more than can be stepped through in %v", stepLimit)
	}
	return n, err
}
