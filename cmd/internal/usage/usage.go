package usage

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// Exit statuses.
const (
	ExitOK    = 0
	ExitError = 1
	ExitUsage = 2
)

// Error is a mistake on the command line.
type Error struct{ error }

// Mistake makes an error one of usage.
func Mistake(err error) error { return Error{err} }

// ExitStatus ends the program with a status and without a word: all is said.
type ExitStatus int

func (s ExitStatus) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

// NoCommand is reached with arguments only where the first one names no command.
func NoCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	msg := fmt.Sprintf("there is no command %q", args[0])
	if similar := cmd.SuggestionsFor(args[0]); len(similar) > 0 {
		msg += "; did you mean " + strings.Join(similar, " or ") + "?"
	}
	return Mistake(fmt.Errorf("%s", msg))
}

// Between demands from least to most arguments, which are called what.
func Between(least, most int, what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		switch {
		case len(args) < least:
			return Mistake(fmt.Errorf("%s is missing", what))
		case len(args) > most:
			return Mistake(fmt.Errorf("unexpected argument %q", args[most]))
		}
		return nil
	}
}
