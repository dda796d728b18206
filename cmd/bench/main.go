// Command bench measures servers made by verbosel against other servers, in rounds
// that alternate between them, and writes what came out: results.json with every
// single run, README.md with tables, and plots.
//
//	make bench ROUNDS=5 SECONDS=2
//
// Everything runs on 127.0.0.1, on ports that are free, for a bounded time.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/verbosel/verbosel/cmd/internal/load"
	"github.com/verbosel/verbosel/cmd/internal/measure"
	"github.com/verbosel/verbosel/cmd/internal/process"
)

// options are what the command line says.
type options struct {
	rounds  int
	seconds int
	out     string // folder of the results
	only    string // servers, by a part of their name, separated by commas
	loads   string // scenarios, likewise by a part of their id
	from    string // results to report again, instead of measuring
	install bool
	share   bool
}

func main() {
	opts, err := parseFlags(os.Args[1:], os.Stderr)
	if err != nil {
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, opts, os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func parseFlags(args []string, stderr io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.IntVar(&o.rounds, "rounds", 5, "how often every server is measured in every way")
	flags.IntVar(&o.seconds, "seconds", 2, "length of each load")
	flags.StringVar(&o.out, "o", "examples/benchmarks", "`folder` for the results")
	flags.StringVar(&o.only, "only", "", "measure servers whose names contain one of these `words`, separated by commas")
	flags.StringVar(&o.loads, "loads", "", "make the loads whose ids contain one of these `words`, separated by commas, and count no instructions")
	flags.StringVar(&o.from, "from", "", "report the results in this `file` again and measure nothing")
	flags.BoolVar(&o.install, "install", true, "as root, install Debian packages of servers that are missing")
	flags.BoolVar(&o.share, "share", false, "let servers and load share all processors")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if o.rounds < 1 || o.seconds < 1 || flags.NArg() > 0 {
		fmt.Fprintln(stderr, "bench: rounds and seconds are at least 1, and there are no arguments")
		return o, errors.New("usage")
	}
	return o, nil
}

// run measures, or reads what was measured, and reports it.
func run(ctx context.Context, o options, stdout, stderr io.Writer) error {
	var r *results
	var err error
	if o.from != "" {
		r, err = readResults(o.from)
	} else {
		r, err = measureAll(ctx, o, stderr)
	}
	if err != nil {
		return err
	}
	if err := r.write(o.out); err != nil {
		return err
	}
	return r.text(stdout)
}

// measureAll prepares every server and takes all rounds.
func measureAll(ctx context.Context, o options, talk io.Writer) (*results, error) {
	dir, err := os.MkdirTemp("", "verbosel-bench-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	b := measure.Bench{Generator: load.Find(), Duration: time.Duration(o.seconds) * time.Second}
	if !o.share {
		b.Pin(process.Affinity())
	}
	r := &results{
		Command: fmt.Sprintf("make bench ROUNDS=%d SECONDS=%d", o.rounds, o.seconds), Taken: time.Now().UTC().Truncate(time.Second),
		Machine: measure.ThisMachine(), Load: b.Generator.Name(), ServerCPUs: b.Server, LoadCPUs: b.Load,
		Rounds: o.rounds, Seconds: o.seconds,
	}
	env, err := newEnvironment(dir, o.install, max(len(b.Server), 1), talk)
	if err != nil {
		return nil, err
	}
	loads := chosenScenarios(o.loads)
	if len(loads) == 0 {
		return nil, fmt.Errorf("no load has any of %q in its id", o.loads)
	}
	list := chosen(allServers(), o.only)
	if o.loads != "" { // else all are named, also one that cannot be had and takes part in nothing
		list = taking(list, loads)
	}
	servers := prepare(ctx, env, list, r)
	if len(servers) == 0 {
		return nil, errors.New("no server is there to be measured")
	}
	s := schedule{bench: b, env: env, servers: servers, scenarios: loads, steps: o.loads == "", rounds: o.rounds, talk: talk}
	r.Runs, err = s.run(ctx)
	return r, err
}

// chosen keeps the servers that were asked for.
func chosen(all []*server, words string) []*server {
	return having(all, words, func(s *server) string { return s.Name })
}

// having keeps what has one of the words, which commas separate, in its name, in capitals or not; without a word all.
func having[T any](all []T, words string, name func(T) string) []T {
	if words == "" {
		return all
	}
	var list []T
	for _, one := range all {
		for word := range strings.SplitSeq(words, ",") {
			if strings.Contains(strings.ToLower(name(one)), strings.ToLower(strings.TrimSpace(word))) {
				list = append(list, one)
				break
			}
		}
	}
	return list
}

// taking keeps the servers that take part in one of the loads.
func taking(all []*server, loads []measure.Scenario) []*server {
	var list []*server
	for _, s := range all {
		if slices.ContainsFunc(loads, func(load measure.Scenario) bool { return slices.Contains(s.Scenarios, load.ID) }) {
			list = append(list, s)
		}
	}
	return list
}
