// Command verbosel compiles a spec of routes and responses, routes.yaml, into a web
// server: one freestanding x86-64 Linux ELF of a few kilobytes.
//
// Results go to standard output, everything else to standard error. The exit status
// is 0, 1 for a bad spec or a build that failed, 2 for bad usage, or that of the
// server which `run` ran.
//
// Here is a file or two for each command. What they rest on are packages of ../internal,
// from low to high: usage, terminal, memory and cache; specfile, the spec that an argument
// names; summary and benchmark, which print.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/verbosel/verbosel/cmd/internal/memory"
	"github.com/verbosel/verbosel/cmd/internal/output"
	"github.com/verbosel/verbosel/cmd/internal/terminal"
	"github.com/verbosel/verbosel/cmd/internal/usage"
)

func main() {
	memory.Limit(os.Getenv)
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// run runs one command line and returns its exit status.
func run(args []string, stdout, stderr io.Writer) int {
	root := newRoot()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	cmd, err := root.ExecuteC()
	var wrong usage.Error
	var status usage.ExitStatus
	var refused *output.Refused
	switch {
	case err == nil:
		return usage.ExitOK
	case errors.As(err, &status):
		return int(status)
	case errors.As(err, &refused): // whatever was about to write
		fmt.Fprintf(stderr, "verbosel: %v\n", refused)
		return usage.ExitUsage
	case errors.As(err, &wrong):
		fmt.Fprintf(stderr, "verbosel: %v\nSee '%s --help'.\n", err, cmd.CommandPath())
		return usage.ExitUsage
	}
	terminal.PrintError(stderr, err)
	return usage.ExitError
}
