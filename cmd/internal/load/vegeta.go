package load

import (
	"context"
	"errors"
	"net/http"
	"runtime/debug"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"
)

const vegetaModule = "github.com/tsenart/vegeta/v12"

// vegetaLibrary is the load generator of vegeta, inside this process. It takes more
// processor time for a request than wrk does, so that its throughput may be its own.
type vegetaLibrary struct{}

// Name gives the library's version as it was built in.
func (vegetaLibrary) Name() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "vegeta's library"
	}
	for _, dep := range info.Deps {
		if dep.Path == vegetaModule {
			return "vegeta's library " + dep.Version
		}
	}
	return "vegeta's library"
}

// Pins is false: the library runs on the threads of this process.
func (vegetaLibrary) Pins() bool { return false }

// Run runs one job. The time of a new connection's connect(2) is part of its latency.
func (vegetaLibrary) Run(ctx context.Context, job Job) (Result, error) {
	if err := job.validate(); err != nil {
		return Result{}, err
	}
	if job.Pipeline > 1 {
		return Result{}, ErrPipeline
	}
	n := uint64(job.Connections)
	attacker := vegeta.NewAttacker(
		vegeta.Workers(n), vegeta.MaxWorkers(n), vegeta.Connections(job.Connections),
		vegeta.KeepAlive(job.KeepAlive), vegeta.HTTP2(false), vegeta.Redirects(vegeta.NoFollow),
		vegeta.Timeout(10*time.Second),
	)
	stop := context.AfterFunc(ctx, func() { attacker.Stop() })
	defer stop()
	var metrics vegeta.Metrics
	var failed Errors
	unlimited := vegeta.Rate{}
	for r := range attacker.Attack(targeter(job), unlimited, job.Duration, "") {
		metrics.Add(r)
		countError(&failed, r)
	}
	metrics.Close()
	if err := ctx.Err(); err != nil {
		return Result{}, err
	}
	return vegetaResult(&metrics, failed)
}

func targeter(job Job) vegeta.Targeter {
	targets := make([]vegeta.Target, len(job.Paths))
	for i, path := range job.Paths {
		targets[i] = vegeta.Target{Method: http.MethodGet, URL: "http://" + job.Address + path}
	}
	return vegeta.NewStaticTargeter(targets...)
}

// countError sorts a failed request under what wrk would have called it, as far as
// vegeta tells.
func countError(e *Errors, r *vegeta.Result) {
	switch {
	case r.Code >= 400:
		e.Status++
	case r.Code == 0:
		e.Read++
	}
}

func vegetaResult(m *vegeta.Metrics, failed Errors) (Result, error) {
	elapsed := m.Duration + m.Wait
	if elapsed <= 0 {
		return Result{}, errors.New("vegeta: no time has passed")
	}
	answered := int64(m.Requests) - failed.Read
	return Result{
		Requests: answered, Elapsed: elapsed, Bytes: int64(m.BytesIn.Total), Errors: failed,
		P50: m.Latencies.P50, P90: m.Latencies.P90, P99: m.Latencies.P99,
	}, nil
}
