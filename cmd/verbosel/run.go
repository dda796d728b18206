package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/verbosel/verbosel/cmd/internal/cache"
	"github.com/verbosel/verbosel/cmd/internal/child"
	"github.com/verbosel/verbosel/cmd/internal/specfile"
	"github.com/verbosel/verbosel/cmd/internal/usage"
	"github.com/verbosel/verbosel/codegen"
)

func newRun() *cobra.Command {
	var f runFlags
	cmd := &cobra.Command{
		Use:   "run SPEC",
		Short: "Compile a spec and run the server in the foreground",
		Long: `Compiles a spec to a temporary place and runs the server in the foreground. Ctrl-C ends both.
The exit status is the server's.

It listens where the spec says. With listen: systemd, or --socket-activation, it hands the socket on that
systemd, or systemd-socket-activate, hands to it. A folder without a spec is served for this machine alone, on 127.0.0.1,
unless --public is given.`,
		Example: `  verbosel run examples/hello
  verbosel run routes.yaml --port 3000
  verbosel run ./public
  systemd-socket-activate -l 8080 verbosel run site --socket-activation`,
		Args: usage.Between(1, 1, "SPEC"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if cmd.Flags().Changed("port") && (f.port < 1 || f.port > 65535) {
				return usage.Mistake(fmt.Errorf("--port %d is not in 1 to 65535", f.port))
			}
			if f.activated && f.port != 0 {
				return usage.Mistake(errors.New("--socket-activation takes a socket over that is there already: --port does not go with it"))
			}
			if err := child.Runs(runtime.GOOS); err != nil {
				return err
			}
			return f.buildAndServe(cmd, args[0])
		},
	}
	cmd.Flags().IntVar(&f.port, "port", 0, "listen on port `N` instead of the spec's")
	usage.AddActivated(cmd.Flags(), &f.activated)
	cmd.Flags().BoolVar(&f.public, "public", false, "listen for other machines too where there is no spec")
	return cmd
}

// runFlags are the flags of run.
type runFlags struct {
	port   int
	public bool

	activated bool
}

// buildAndServe compiles the spec that arg names and runs it until it ends.
func (f runFlags) buildAndServe(cmd *cobra.Command, arg string) error {
	spec, err := specfile.Open(cmd, arg)
	if err != nil {
		return err
	}
	// From here on a signal must not end us before the temporary folder is gone.
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(signals)

	dir, err := cache.TempDir()
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "server")
	// Encoding a folder's files may take minutes.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	r, err := buildTo(ctx, path, spec, codegen.Options{Port: f.port, Loopback: spec.Guessed && !f.public, Activated: f.activated})
	if err != nil {
		if ctx.Err() != nil {
			return usage.ExitStatus(128 + int((<-signals).(syscall.Signal)))
		}
		return err
	}
	err = serve(child.Command(path, r), signals)
	if err != nil {
		child.ExplainAddress(os.Stderr, r)
	}
	return err
}

// buildTo compiles to an executable file. The file is closed before the server
// starts: a file that is open for writing cannot be run.
func buildTo(ctx context.Context, path string, spec specfile.File, opts codegen.Options) (*codegen.Result, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o700)
	if err != nil {
		return nil, err
	}
	opts.Out, opts.Context = file, ctx
	r, err := spec.Compile(opts)
	if err == nil {
		spec.Warn(os.Stderr, r)
	}
	return r, errors.Join(err, file.Close())
}

// serve runs a server and hands it the signals that we get, those that came while
// it was built included.
func serve(server *exec.Cmd, signals <-chan os.Signal) error {
	// The kernel ends the server when the thread that started it ends, so that it
	// does not outlive a killed verbosel (prctl(2), PR_SET_PDEATHSIG).
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	server.Stdin, server.Stdout, server.Stderr = os.Stdin, os.Stdout, os.Stderr
	child.EndWithUs(server)
	if err := server.Start(); err != nil {
		return child.ExplainStart(err)
	}
	ended := make(chan struct{})
	go forward(server.Process, signals, ended)
	err := server.Wait()
	close(ended)
	return serverStatus(server.ProcessState, err)
}

func forward(p *os.Process, signals <-chan os.Signal, ended <-chan struct{}) {
	for {
		select {
		case sig := <-signals:
			_ = p.Signal(sig) // it may have ended meanwhile
		case <-ended:
			return
		}
	}
}

// serverStatus hands on how the server ended: its status, or as a shell has it 128
// and the number of the signal.
func serverStatus(state *os.ProcessState, err error) error {
	if err == nil {
		return nil
	}
	if ws, ok := state.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		fmt.Fprintf(os.Stderr, "the server was ended by a signal: %v\n", ws.Signal())
		return usage.ExitStatus(128 + int(ws.Signal()))
	}
	if state.ExitCode() > 0 {
		return usage.ExitStatus(state.ExitCode())
	}
	return err
}
