package main

import (
	"fmt"
	"io"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// assembler is the module that encodes instructions.
const assembler = "github.com/twitchyliquid64/golang-asm"

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the versions of verbosel, Go and the assembler",
		Example: "  verbosel version",
		Args:    between(0, 0, ""),
		RunE:    runVersion,
	}
}

func runVersion(cmd *cobra.Command, _ []string) error {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return fmt.Errorf("this verbosel was built without module information")
	}
	return printVersion(cmd.OutOrStdout(), info)
}

// printVersion prints a line for each part that decides about the bytes of a server.
func printVersion(w io.Writer, info *debug.BuildInfo) error {
	_, err := fmt.Fprintf(w, "verbosel   %s\ngo         %s\ngolang-asm %s\n",
		revision(info), info.GoVersion, dependency(info, assembler))
	return err
}

// revision is the module's version, or the commit that it was built from.
func revision(info *debug.BuildInfo) string {
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	commit, state := "", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			commit = s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			state = ", modified"
		}
	}
	if commit == "" {
		return "(devel)"
	}
	return "(devel) " + commit + state
}

func dependency(info *debug.BuildInfo, path string) string {
	for _, d := range info.Deps {
		if d.Path == path {
			return d.Version
		}
	}
	return "unknown"
}
