package benchmark

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/verbosel/verbosel/cmd/internal/load"
	"github.com/verbosel/verbosel/cmd/internal/measure"
	"github.com/verbosel/verbosel/cmd/internal/process"
	"github.com/verbosel/verbosel/cmd/internal/specfile"
	"github.com/verbosel/verbosel/cmd/internal/stats"
	"github.com/verbosel/verbosel/cmd/internal/subject"
	"github.com/verbosel/verbosel/codegen"
)

// Result is what bench has found out.
type Result struct {
	Spec      string          `json:"spec"`
	Path      string          `json:"path"`
	Warning   string          `json:"warning,omitempty"`
	Machine   measure.Machine `json:"machine"`
	Load      string          `json:"load"`       // the generator
	ServerCPU []int           `json:"serverCPUs"` // empty: shared
	LoadCPU   []int           `json:"loadCPUs"`
	Rounds    int             `json:"rounds"`
	Seconds   float64         `json:"seconds"` // of each load
	Builds    []*Build        `json:"builds"`
	Scenarios []*Scenario     `json:"scenarios"`
	Notes     []string        `json:"notes,omitempty"`
}

// Build is a variant of the server, and what does not depend on the load.
type Build struct {
	Isolation string                           `json:"isolation"`
	AsWritten bool                             `json:"asWritten"` // the isolation of the spec
	Figures   map[measure.Metric]stats.Summary `json:"figures"`

	subject *subject.Subject
}

// Scenario is a way of asking, and what came of it.
type Scenario struct {
	ID        string                           `json:"id"`
	Title     string                           `json:"title"`
	Isolation string                           `json:"isolation"` // of the build
	Figures   map[measure.Metric]stats.Summary `json:"figures"`

	scenario measure.Scenario
	values   map[measure.Metric][]float64
}

// startSamples is how often the time from exec to first response is taken.
const startSamples = 10

// Options say how is measured.
type Options struct {
	Duration time.Duration // of each load
	Rounds   int           // how often everything is measured
	Path     string        // asked for; empty: the first route that answers GET
}

// Run measures one spec.
type Run struct {
	Options
	Bench measure.Bench
	Dir   string
	Spec  specfile.File
	Talk  io.Writer
	Guard func(codegen.Sources) error
}

// Measure takes all figures. A figure that cannot be had becomes a note.
func (b *Run) Measure(ctx context.Context) (*Result, error) {
	r := &Result{
		Spec: b.Spec.Path, Machine: measure.ThisMachine(), Load: b.Bench.Generator.Name(),
		ServerCPU: b.Bench.Server, LoadCPU: b.Bench.Load, Rounds: b.Rounds, Seconds: b.Duration.Seconds(),
	}
	r.Warning = r.warning()
	if r.Warning != "" {
		fmt.Fprintln(b.Talk, r.Warning)
	}
	if err := b.build(r); err != nil {
		return nil, err
	}
	if err := b.measureBuilds(ctx, r); err != nil {
		return nil, err
	}
	for round := range b.Rounds {
		for _, s := range r.Scenarios {
			fmt.Fprintf(b.Talk, "round %d of %d: %s\n", round+1, b.Rounds, s.Title)
			if err := b.visit(ctx, r, s); err != nil {
				return nil, err
			}
		}
	}
	r.finish()
	return r, nil
}

// build compiles the spec as it is, and a variant for keep-alive where it needs one.
func (b *Run) build(r *Result) error {
	parsed, err := b.Spec.Compile(codegen.Options{Sources: b.Guard})
	if err != nil {
		return err
	}
	b.Spec.Warn(b.Talk, parsed)
	own := string(parsed.Spec.Server.Isolation)
	isolations := []string{own}
	if own == "request" {
		isolations = append(isolations, "connection")
	}
	for _, isolation := range isolations {
		r.Builds = append(r.Builds, &Build{
			Isolation: isolation, AsWritten: isolation == own,
			subject: subject.New(b.Dir, isolation, b.Spec.Compile),
		})
	}
	keep := isolations[len(isolations)-1]
	for _, s := range measure.Scenarios() {
		isolation := own
		if s.KeepAlive {
			isolation = keep
		}
		r.Scenarios = append(r.Scenarios, &Scenario{
			ID: s.ID, Title: s.Title, Isolation: isolation, scenario: s, values: map[measure.Metric][]float64{},
		})
	}
	return nil
}

// target is the server of a build, asked for the path that was wanted.
func (b *Run) target(build *Build) (measure.Target, error) {
	var paths []string
	if b.Path != "" {
		paths = []string{b.Path}
	}
	return build.subject.Target(paths...)
}

// measureBuilds takes what does not depend on the load.
func (b *Run) measureBuilds(ctx context.Context, r *Result) error {
	for _, build := range r.Builds {
		fmt.Fprintf(b.Talk, "isolation: %s: starting, and stepping through a request\n", build.Isolation)
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
		steps, err := b.Bench.Steps(ctx, t, build.Isolation != "request")
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
func (b *Run) ask(ctx context.Context, build *Build) error {
	t, err := b.target(build)
	if err != nil {
		return err
	}
	return b.Bench.Ask(ctx, t)
}

// start starts a build once.
func (b *Run) start(ctx context.Context, build *Build, values map[measure.Metric][]float64) error {
	t, err := b.target(build)
	if err != nil {
		return err
	}
	figures, err := b.Bench.Start(ctx, t)
	add(values, figures)
	return err
}

// visit loads the server once.
func (b *Run) visit(ctx context.Context, r *Result, s *Scenario) error {
	t, err := b.target(r.build(s.Isolation))
	if err != nil {
		return err
	}
	figures, err := b.Bench.Visit(ctx, t, s.scenario)
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

func (r *Result) build(isolation string) *Build {
	for _, b := range r.Builds {
		if b.Isolation == isolation {
			return b
		}
	}
	panic("BUG: no build has isolation: " + isolation)
}

// finish turns values into summaries, and says what is missing.
func (r *Result) finish() {
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
func (r *Result) note(format string, args ...any) {
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
