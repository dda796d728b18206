package main

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

// devFlags are the flags of dev.
type devFlags struct {
	port           int
	open, noReload bool
}

func newDev() *cobra.Command {
	var f devFlags
	cmd := &cobra.Command{
		Use:   "dev SPEC",
		Short: "Run the server, and rebuild it whenever its files change",
		Long: `Runs the server of a spec, watches the spec and every file and folder that it names, and rebuilds
and restarts the server on the same port when one changes. A build that fails prints its mistakes, and
the last good server goes on. Ctrl-C ends both.

HTML gets a script that loads the page again after a restart, from a second port on 127.0.0.1, which
Content-Security-Policy is made to allow; --no-reload leaves both away. So that pages are new at once,
Cache-Control is no-cache, folders' files have no encodings, and a process answers one request.`,
		Example: `  verbosel dev site
  verbosel dev routes.yaml --port 3000 --open`,
		Args: between(1, 1, "SPEC"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if cmd.Flags().Changed("port") && (f.port < 1 || f.port > 65535) {
				return usageError{fmt.Errorf("--port %d is not in 1 to 65535", f.port)}
			}
			return f.run(cmd, args[0])
		},
	}
	flags := cmd.Flags()
	flags.IntVar(&f.port, "port", 0, "listen on port `N` instead of the spec's")
	flags.BoolVar(&f.open, "open", false, "open the page in a browser")
	flags.BoolVar(&f.noReload, "no-reload", false, "do not load pages again in the browser")
	return cmd
}

func (f devFlags) run(cmd *cobra.Command, arg string) error {
	if arg == fromStdin {
		return usageError{errors.New("dev watches files: name the spec's")}
	}
	spec, err := openSpec(cmd, arg)
	if err != nil {
		return err
	}
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(signals)

	dir, err := tempDir()
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	d := &devSession{spec: spec, flags: f, dir: dir, talk: os.Stderr}
	if !f.noReload {
		if d.reload, err = newReloader(); err != nil {
			return err
		}
		defer d.reload.close()
	}
	return d.run(signals)
}
