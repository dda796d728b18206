package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/verbosel/verbosel/cmd/internal/benchmark"
	"github.com/verbosel/verbosel/cmd/internal/cache"
	"github.com/verbosel/verbosel/cmd/internal/load"
	"github.com/verbosel/verbosel/cmd/internal/measure"
	"github.com/verbosel/verbosel/cmd/internal/output"
	"github.com/verbosel/verbosel/cmd/internal/process"
	"github.com/verbosel/verbosel/cmd/internal/specfile"
	"github.com/verbosel/verbosel/cmd/internal/usage"
)

// benchFlags are the flags of bench.
type benchFlags struct {
	benchmark.Options
	json  bool
	html  string
	share bool
}

func newBench() *cobra.Command {
	var f benchFlags
	cmd := &cobra.Command{
		Use:   "bench SPEC",
		Short: "Compile a spec and measure the server",
		Long: `Compiles a spec and measures the server on this machine: latency, throughput and processor time
per request for new connections, keep-alive and pipelining, the time from exec to the first response,
memory, and the instructions that a request takes.

Load comes from wrk where it is installed, else from vegeta's library. Server and load get a half of
the processors each, unless --share. Keep-alive needs another isolation than 'request': where the spec has
that, a variant of the server is built with 'connection', and the output says so.`,
		Example: `  verbosel bench examples/hello
  verbosel bench routes.yaml --path /api/health --json
  verbosel bench routes.yaml --duration 10s --rounds 5 --html report.html`,
		Args: usage.Between(1, 1, "SPEC"),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args[0]) },
	}
	flags := cmd.Flags()
	flags.BoolVar(&f.json, "json", false, "print the results as JSON")
	flags.StringVar(&f.html, "html", "", "write a page with tables and plots to `FILE`")
	flags.DurationVar(&f.Duration, "duration", 2*time.Second, "of each load: whole seconds")
	flags.IntVar(&f.Rounds, "rounds", 3, "how often everything is measured; medians are printed")
	flags.StringVar(&f.Path, "path", "", "ask for `PATH` instead of the first route that answers GET")
	flags.BoolVar(&f.share, "share", false, "let server and load share all processors")
	return cmd
}

// validate refuses what cannot be measured.
func (f benchFlags) validate() error {
	switch {
	case f.Duration < time.Second || f.Duration%time.Second != 0:
		return usage.Mistake(fmt.Errorf("--duration %v: a load takes whole seconds, at least 1s", f.Duration))
	case f.Rounds < 1:
		return usage.Mistake(fmt.Errorf("--rounds %d: at least one is needed", f.Rounds))
	case f.Path != "" && f.Path[0] != '/':
		return usage.Mistake(fmt.Errorf("--path %s does not begin with /", f.Path))
	case f.html == toStdout:
		return usage.Mistake(errors.New("--html - is not possible: name a file"))
	case runtime.GOOS != "linux" || runtime.GOARCH != "amd64":
		return process.ErrUnsupported
	}
	return nil
}

func (f benchFlags) run(cmd *cobra.Command, arg string) error {
	if err := f.validate(); err != nil {
		return err
	}
	spec, err := specfile.Open(cmd, arg)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	dir, err := cache.TempDir()
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b := &benchmark.Run{
		Bench:   measure.Bench{Generator: load.Find(), Duration: f.Duration},
		Options: f.Options, Dir: dir, Spec: spec, Talk: cmd.ErrOrStderr(),
	}
	if !f.share {
		b.Bench.Pin(process.Affinity())
	}
	files := output.New()
	defer files.Close()
	var page *output.File
	if f.html != "" {
		if page, err = files.Add(f.html, 0o644); err != nil {
			return err
		}
	}
	b.Guard = files.Guard
	result, err := b.Measure(ctx)
	switch {
	case ctx.Err() != nil:
		return output.ErrInterrupted
	case err != nil:
		return err
	}
	if page != nil {
		if err := errors.Join(result.Page(page), files.Commit()); err != nil {
			return err
		}
	}
	return f.print(cmd, result)
}

func (f benchFlags) print(cmd *cobra.Command, r *benchmark.Result) error {
	if !f.json {
		return r.Text(cmd.OutOrStdout())
	}
	enc := json.NewEncoder(cmd.OutOrStdout())
	enc.SetIndent("", "  ")
	return enc.Encode(r)
}
