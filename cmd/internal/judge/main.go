package judge

import (
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"strings"
)

// Exit statuses, those of verbosel.
const (
	exitOK    = 0
	exitError = 1
	exitUsage = 2
)

const name = "verbosel-verify"

const help = `Checks a server, an ELF file of verbosel, by its certificate, for every path and every input, and exits with 1
if it is not accepted: what 'verbosel verify ELF --proof FILE' does, with the same output, in a program that holds
nothing else. What the rules demand, and what --json prints, 'verbosel verify --help' says.

Usage:
  verbosel-verify ELF --proof FILE [--json]

Examples:
  verbosel build site -o server --proof server.proof
  verbosel-verify server --proof server.proof

Flags:
  -h, --help         print this
      --json         print the verdict as JSON
      --proof FILE   check by the certificate in FILE
      --version      print the version
`

// command is what a command line asks for.
type command struct {
	elf, proof          string
	json, help, version bool
}

// Main is verbosel-verify: it runs one command line and returns its exit status.
func Main(args []string, stdout, stderr io.Writer) int {
	c, err := parse(args)
	switch {
	case err != nil:
		fmt.Fprintf(stderr, "%s: %v\nSee '%s --help'.\n", name, err, name)
		return exitUsage
	case c.help:
		io.WriteString(stdout, help)
		return exitOK
	case c.version:
		fmt.Fprintln(stdout, name, version())
		return exitOK
	}
	holds, err := c.run(stdout, stderr)
	if err != nil {
		fmt.Fprintln(stderr, Plain(err))
	}
	if !holds {
		return exitError
	}
	return exitOK
}

// run prints the verdict, and says whether the server is accepted.
func (c command) run(stdout, stderr io.Writer) (holds bool, err error) {
	s, err := Open(c.elf, c.proof)
	if err != nil {
		return false, err
	}
	defer s.Close()
	debug.SetGCPercent(Garbage)
	v, err := s.Verdict()
	if err != nil {
		return false, err
	}
	err = Print(stdout, stderr, c.elf, v, c.json)
	return err == nil && Holds(v), err
}

// parse reads a command line, in which flags may stand anywhere.
func parse(args []string) (c command, err error) {
	flags := true
	for i := 0; i < len(args); i++ {
		arg := args[i]
		value, hasValue := strings.CutPrefix(arg, "--proof=")
		switch {
		case flags && hasValue:
			c.proof = value
		case flags && arg == "--proof":
			if i++; i == len(args) {
				return c, errors.New("--proof needs a value: --proof FILE")
			}
			c.proof = args[i]
		case flags && arg == "--json":
			c.json = true
		case flags && (arg == "--help" || arg == "-h"):
			return command{help: true}, nil
		case flags && arg == "--version":
			return command{version: true}, nil
		case flags && arg == "--":
			flags = false
		case flags && len(arg) > 1 && arg[0] == '-':
			return c, fmt.Errorf("there is no flag %s", arg)
		case c.elf != "":
			return c, fmt.Errorf("unexpected argument %q", arg)
		default:
			c.elf = arg
		}
	}
	switch {
	case c.elf == "":
		return c, errors.New("ELF is missing")
	case c.proof == "":
		return c, errors.New("--proof FILE is missing: without a certificate 'verbosel verify' looks for a proof")
	}
	return c, nil
}

// version is the module's, as Go recorded it.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		return info.Main.Version
	}
	return "(devel)"
}
