package usage

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/verbosel/verbosel/codegen"
)

// flagValues says what a flag of a type takes.
var flagValues = map[string]string{
	"int": "a whole number", "duration": "a time with its unit, such as 2s", "bool": "true or false",
}

// ExplainFlag says what is wrong with a flag, and what was meant.
func ExplainFlag(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var bad *pflag.InvalidValueError
	var bare *pflag.ValueRequiredError
	switch {
	case errors.As(err, &unknown):
		return Mistake(errors.New(unknownFlag(cmd, unknown)))
	case errors.As(err, &bad):
		return Mistake(fmt.Errorf("--%s %s: write %s", bad.GetFlag().Name, bad.GetValue(), flagValues[bad.GetFlag().Value.Type()]))
	case errors.As(err, &bare):
		what, _ := pflag.UnquoteUsage(bare.GetFlag())
		return Mistake(fmt.Errorf("--%s needs a value: --%s %s", bare.GetFlag().Name, bare.GetFlag().Name, what))
	}
	return Mistake(err)
}

func unknownFlag(cmd *cobra.Command, e *pflag.NotExistError) string {
	if short := e.GetSpecifiedShortnames(); short != "" {
		return fmt.Sprintf("there is no flag -%c", e.GetSpecifiedName()[0])
	}
	msg := fmt.Sprintf("there is no flag --%s", e.GetSpecifiedName())
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	if similar := codegen.Similar(e.GetSpecifiedName(), names); similar != "" {
		msg += "; did you mean --" + similar + "?"
	}
	return msg
}

// NewHelp makes `help`, which fails for what it knows nothing about.
func NewHelp() *cobra.Command {
	return &cobra.Command{
		Use:     "help [COMMAND]",
		Short:   "Print the help of a command",
		Example: "  verbosel help build",
		RunE: func(cmd *cobra.Command, args []string) error {
			about, rest, err := cmd.Root().Find(args)
			if err == nil && len(rest) > 0 {
				err = NoCommand(cmd.Root(), rest)
			}
			if err != nil {
				return NoCommand(cmd.Root(), args)
			}
			about.InitDefaultHelpFlag()
			return about.Help()
		},
	}
}
