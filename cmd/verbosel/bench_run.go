package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/verbosel/verbosel/cmd/internal/load"
	"github.com/verbosel/verbosel/cmd/internal/measure"
	"github.com/verbosel/verbosel/cmd/internal/process"
	"github.com/verbosel/verbosel/cmd/internal/stats"
	"github.com/verbosel/verbosel/cmd/internal/subject"
	"github.com/verbosel/verbosel/codegen"
)

// benchResult is what bench has found out.
type benchResult struct {
	Spec      string           `json:"spec"`
	Path      string           `json:"path"`
	Warning   string           `json:"warning,omitempty"`
	Machine   measure.Machine  `json:"machine"`
	Load      string           `json:"load"`       // the generator
	ServerCPU []int            `json:"serverCPUs"` // empty: shared
	LoadCPU   []int            `json:"loadCPUs"`
	Rounds    int              `json:"rounds"`
	Seconds   float64          `json:"seconds"` // of each load
	Builds    []*benchBuild    `json:"builds"`
	Scenarios []*benchScenario `json:"scenarios"`
	Notes     []string         `json:"notes,omitempty"`
}

// benchBuild is a variant of the server, and what does not depend on the load.
type benchBuild struct {
	Isolation string                           `json:"isolation"`
	AsWritten bool                             `json:"asWritten"` // the isolation of the spec
	Figures   map[measure.Metric]stats.Summary `json:"figures"`

	subject *subject.Subject
}

// benchScenario is a way of asking, and what came of it.
type benchScenario struct {
	ID        string                           `json:"id"`
	Title     string                           `json:"title"`
	Isolation string                           `json:"isolation"` // of the build
	Figures   map[measure.Metric]stats.Summary `json:"figures"`

	scenario measure.Scenario
	values   map[measure.Metric][]float64
}

// startSamples is how often the time from exec to first response is taken.
const startSamples = 10

// benchRun measures one spec.
type benchRun struct {
	bench measure.Bench
	flags benchFlags
	dir   string
	spec  specFile
	talk  io.Writer
	guard func(codegen.Sources) error
}

// measure takes all figures. A figure that cannot be had becomes a note.
func (b *benchRun) measure(ctx context.Context) (*benchResult, error) {
	r := &benchResult{
		Spec: b.spec.path, Machine: measure.ThisMachine(), Load: b.bench.Generator.Name(),
		ServerCPU: b.bench.Server, LoadCPU: b.bench.Load, Rounds: b.flags.rounds, Seconds: b.flags.duration.Seconds(),
	}
	r.Warning = r.warning()
	if r.Warning != "" {
		fmt.Fprintln(b.talk, r.Warning)
	}
	if err := b.build(r); err != nil {
		return nil, err
	}
	if err := b.measureBuilds(ctx, r); err != nil {
		return nil, err
	}
	for round := range b.flags.rounds {
		for _, s := range r.Scenarios {
			fmt.Fprintf(b.talk, "round %d of %d: %s\n", round+1, b.flags.rounds, s.Title)
			if err := b.visit(ctx, r, s); err != nil {
				return nil, err
			}
		}
	}
	r.finish()
	return r, nil
}

// build compiles the spec as it is, and a variant for keep-alive where it needs one.
func (b *benchRun) build(r *benchResult) error {
	parsed, err := b.spec.compile(codegen.Options{Sources: b.guard})
	if err != nil {
		return err
	}
	b.spec.warn(b.talk, parsed)
	own := string(parsed.Spec.Server.Isolation)
	isolations := []string{own}
	if own == "request" {
		isolations = append(isolations, "connection")
	}
	for _, isolation := range isolations {
		r.Builds = append(r.Builds, &benchBuild{
			Isolation: isolation, AsWritten: isolation == own,
			subject: subject.New(b.dir, isolation, b.spec.compile),
		})
	}
	keep := isolations[len(isolations)-1]
	for _, s := range measure.Scenarios() {
		isolation := own
		if s.KeepAlive {
			isolation = keep
		}
		r.Scenarios = append(r.Scenarios, &benchScenario{
			ID: s.ID, Title: s.Title, Isolation: isolation, scenario: s, values: map[measure.Metric][]float64{},
		})
	}
	return nil
}

// target is the server of a build, asked for the path that was wanted.
func (b *benchRun) target(build *benchBuild) (measure.Target, error) {
	var paths []string
	if b.flags.path != "" {
		paths = []string{b.flags.path}
	}
	return build.subject.Target(paths...)
}

// measureBuilds takes what does not depend on the load.
func (b *benchRun) measureBuilds(ctx context.Context, r *benchResult) error {
	for _, build := range r.Builds {
		fmt.Fprintf(b.talk, "isolation: %s: starting, and stepping through a request\n", build.Isolation)
		if err := b.ask(ctx, build); err != nil {
			return err
		}
		values := map[measure.Metric][]float64{}
		for range startSamples {
			if err := b.start(ctx, build, values); err != nil {
				return err
			}
		}
		t, err := b.target(build)
		if err != nil {
			return err
		}
		r.Path = t.Paths[0]
		values[measure.Size] = []float64{float64(build.subject.Size())}
		steps, err := b.bench.Steps(ctx, t, build.Isolation != "request")
		if err != nil && ctx.Err() == nil {
			r.note("instructions of isolation: %s: %v", build.Isolation, err)
		} else {
			values[measure.Instructions] = []float64{steps}
		}
		build.Figures = summarise(values)
	}
	return ctx.Err()
}

// ask makes sure that there is something to measure.
func (b *benchRun) ask(ctx context.Context, build *benchBuild) error {
	t, err := b.target(build)
	if err != nil {
		return err
	}
	return b.bench.Ask(ctx, t)
}

// start starts a build once.
func (b *benchRun) start(ctx context.Context, build *benchBuild, values map[measure.Metric][]float64) error {
	t, err := b.target(build)
	if err != nil {
		return err
	}
	figures, err := b.bench.Start(ctx, t)
	add(values, figures)
	return err
}

// visit loads the server once.
func (b *benchRun) visit(ctx context.Context, r *benchResult, s *benchScenario) error {
	t, err := b.target(r.build(s.Isolation))
	if err != nil {
		return err
	}
	figures, err := b.bench.Visit(ctx, t, s.scenario)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, load.ErrPipeline):
		r.note("%s: %v", s.Title, err)
	case err != nil:
		return fmt.Errorf("%s: %w", s.Title, err)
	default:
		add(s.values, figures)
	}
	return nil
}

func (r *benchResult) build(isolation string) *benchBuild {
	for _, b := range r.Builds {
		if b.Isolation == isolation {
			return b
		}
	}
	panic("BUG: no build has isolation: " + isolation)
}

// finish turns values into summaries, and says what is missing.
func (r *benchResult) finish() {
	timed := false
	for _, s := range r.Scenarios {
		s.Figures = summarise(s.values)
		timed = timed || s.Figures[measure.CPU].N > 0
	}
	if !timed {
		r.note("%v", process.ErrNoCPUTime)
	}
	if len(r.ServerCPU) == 0 {
		r.note("server and load shared the processors")
	}
}

// note adds a remark, once.
func (r *benchResult) note(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	for _, have := range r.Notes {
		if have == text {
			return
		}
	}
	r.Notes = append(r.Notes, text)
}

func add(values map[measure.Metric][]float64, figures measure.Figures) {
	for metric, value := range figures {
		values[metric] = append(values[metric], value)
	}
}

func summarise(values map[measure.Metric][]float64) map[measure.Metric]stats.Summary {
	summaries := map[measure.Metric]stats.Summary{}
	for metric, list := range values {
		summaries[metric] = stats.Of(list)
	}
	return summaries
}
