package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/verbosel/verbosel/cmd/internal/cache"
	"github.com/verbosel/verbosel/cmd/internal/child"
	"github.com/verbosel/verbosel/cmd/internal/dev"
	"github.com/verbosel/verbosel/cmd/internal/memory"
	"github.com/verbosel/verbosel/cmd/internal/specfile"
	"github.com/verbosel/verbosel/cmd/internal/terminal"
	"github.com/verbosel/verbosel/cmd/internal/usage"
	"github.com/verbosel/verbosel/codegen"
)

func newDev() *cobra.Command {
	var f dev.Options
	cmd := &cobra.Command{
		Use:   "dev SPEC",
		Short: "Run the server, and rebuild it whenever its files change",
		Long: `Runs the server of a spec, watches the spec and every file and folder that it names, and rebuilds
and restarts the server on the same port when one changes. It serves first, and proves the server after.
A build that fails prints its mistakes and shows them in the page, and the last good server goes on.
Requests are logged on standard output. Ctrl-C ends both.

It listens for this machine alone, on 127.0.0.1 or ::1, unless the spec names another address or --public
is given. HTML gets a script that loads the page again after a restart, from a second port on 127.0.0.1,
which Content-Security-Policy is made to allow; --no-reload leaves both away. So that pages are new at
once, Cache-Control is no-cache, folders' files have no encodings, and a process answers one request.`,
		Example: `  verbosel dev site
  verbosel dev routes.yaml --port 3000 --open`,
		Args: usage.Between(1, 1, "SPEC"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if cmd.Flags().Changed("port") && (f.Port < 1 || f.Port > 65535) {
				return usage.Mistake(fmt.Errorf("--port %d is not in 1 to 65535", f.Port))
			}
			if err := child.Runs(runtime.GOOS); err != nil {
				return err
			}
			return runDev(cmd, f, args[0])
		},
	}
	flags := cmd.Flags()
	flags.IntVar(&f.Port, "port", 0, "listen on port `N` instead of the spec's")
	flags.BoolVar(&f.Public, "public", false, "listen where the spec says, for other machines too")
	flags.BoolVar(&f.Open, "open", false, "open the page in a browser")
	flags.BoolVar(&f.NoReload, "no-reload", false, "do not load pages again in the browser")
	return cmd
}

func runDev(cmd *cobra.Command, opts dev.Options, arg string) error {
	if arg == specfile.Stdin {
		return usage.Mistake(errors.New("dev watches files: name the spec's"))
	}
	spec, err := specfile.Open(cmd, arg)
	if err != nil {
		return err
	}
	memory.Allow(memory.Dev)
	if memory.Limited() {
		defer debug.SetGCPercent(debug.SetGCPercent(memory.DevGarbage))
	}
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(signals)
	if opts.Dir, err = cache.TempDir(); err != nil {
		return err
	}
	defer os.RemoveAll(opts.Dir)
	opts.Talk, opts.Log, opts.Clear = os.Stderr, os.Stdout, terminal.UseColor(os.Stderr)
	return dev.Run(devSpec{spec}, opts, signals)
}

// devSpec is a spec for package dev.
type devSpec struct{ spec specfile.File }

func (s devSpec) Root() string { return s.spec.Root }
func (s devSpec) Name() string { return s.spec.Name }

func (s devSpec) Inputs() codegen.Inputs { return codegen.FindInputs(s.spec.Fsys, s.spec.Name) }

// Compile collects no garbage until somebody sees the page, as far as DevMemory reaches.
func (s devSpec) Compile(opts codegen.Options) (*codegen.Result, error) {
	if memory.Limited() {
		defer debug.SetGCPercent(debug.SetGCPercent(-1))
	}
	return s.spec.Compile(opts)
}

func (s devSpec) Warn(w io.Writer, r *codegen.Result) { s.spec.Warn(w, r) }

func (s devSpec) Explain(w io.Writer, err error) { terminal.PrintError(w, err) }
