// Command verbosel compiles a spec of routes and responses, routes.yaml, into a web
// server: one freestanding x86-64 Linux ELF of a few kilobytes.
//
// Results go to standard output, everything else to standard error. The exit status
// is 0, 1 for a bad spec or a build that failed, 2 for bad usage, or that of the
// server which `run` ran.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/verbosel/verbosel/cmd/internal/output"
)

// Exit statuses.
const (
	exitOK    = 0
	exitError = 1
	exitUsage = 2
)

func main() {
	limitMemory(os.Getenv)
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// run runs one command line and returns its exit status.
func run(args []string, stdout, stderr io.Writer) int {
	root := newRoot()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	cmd, err := root.ExecuteC()
	var usage usageError
	var status exitStatus
	var refused *output.Refused
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &status):
		return int(status)
	case errors.As(err, &refused): // whatever was about to write
		fmt.Fprintf(stderr, "verbosel: %v\n", refused)
		return exitUsage
	case errors.As(err, &usage):
		fmt.Fprintf(stderr, "verbosel: %v\nSee '%s --help'.\n", err, cmd.CommandPath())
		return exitUsage
	}
	printError(stderr, err)
	return exitError
}

// usageError is a mistake on the command line.
type usageError struct{ error }

// exitStatus ends the program with a status and without a word: all is said.
type exitStatus int

func (s exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(s)) }
