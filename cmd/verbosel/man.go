//go:build man

package main

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"github.com/verbosel/verbosel/cmd/internal/usage"
)

// A release is documented by its own commands: built with the tag man, verbosel has one
// more command, which cmd/release runs. The tag keeps its libraries out of the compiler.
func init() {
	extraCommands = append(extraCommands, newMan)
}

func newMan() *cobra.Command {
	return &cobra.Command{
		Use:     "man DIR VERSION",
		Short:   "Write a manual page for each command",
		Example: "  SOURCE_DATE_EPOCH=0 verbosel man dist/man v1.2.3",
		Hidden:  true,
		Args:    usage.Between(2, 2, "DIR or VERSION"),
		RunE:    func(cmd *cobra.Command, args []string) error { return writePages(args[0], args[1]) },
	}
}

// writePages writes verbosel.1, verbosel-build.1 and so on into an existing folder, dated
// SOURCE_DATE_EPOCH (reproducible-builds.org), or today.
func writePages(dir, version string) error {
	root := newRoot()
	root.InitDefaultCompletionCmd()
	// "Auto generated" with a date of its own says nothing that the page does not.
	root.DisableAutoGenTag = true
	forEach(root, func(cmd *cobra.Command) {
		cmd.Long = markdown(cmd.Long)
		cmd.Example = strings.TrimRight(cmd.Example, "\n")
	})
	header := &doc.GenManHeader{Section: "1", Source: "verbosel " + version, Manual: "verbosel"}
	if err := doc.GenManTree(root, header, dir); err != nil {
		return errors.New("manual pages: " + err.Error())
	}
	return nil
}

func forEach(cmd *cobra.Command, do func(*cobra.Command)) {
	do(cmd)
	for _, sub := range cmd.Commands() {
		forEach(sub, do)
	}
}

// markdown makes a help text what the library takes it for: a table, indented by two, is
// a block of code, which is indented by four and has an empty line around it.
func markdown(text string) string {
	var out []string
	table := false
	for _, line := range strings.Split(text, "\n") {
		indented := strings.HasPrefix(line, "  ")
		if indented != table && line != "" {
			out = append(out, "")
			table = indented
		}
		if indented {
			line = "  " + line
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}
