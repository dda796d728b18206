package main

import (
	"fmt"
	"io"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/mod/module"

	"github.com/verbosel/verbosel/cmd/internal/usage"
)

// assembler is the module that encodes instructions.
const assembler = "github.com/twitchyliquid64/golang-asm"

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:   "version [ELF]",
		Short: "Print the version and commit of verbosel, and the versions of Go and the assembler",
		Long: `Prints the version and commit of verbosel, and the versions of Go and the assembler, which together
decide about the bytes of a server.

Of a server that was built with --note it prints what that says: the version of verbosel that made it,
which is the commit's first digits where there is no release, with a + for files that were modified; the
first 8 bytes of the SHA-256 of the spec's file; and where and how to ask for its health.`,
		Example: `  verbosel version
  verbosel version ./server`,
		Args: usage.Between(0, 1, "ELF"),
		RunE: runVersion,
	}
}

func runVersion(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return printNoteOf(cmd.OutOrStdout(), args[0])
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return fmt.Errorf("this verbosel was built without module information")
	}
	return printVersion(cmd.OutOrStdout(), info)
}

// printVersion prints a line for each part that decides about the bytes of a server.
func printVersion(w io.Writer, info *debug.BuildInfo) error {
	_, err := fmt.Fprintf(w, "verbosel   %s\ncommit     %s\ngo         %s\ngolang-asm %s\n",
		revision(info), commit(info), info.GoVersion, dependency(info, assembler))
	return err
}

// commit is what this program was built from, and when that was committed: as Go read it
// in the repository, or has it in the version of a module that has no tag.
func commit(info *debug.BuildInfo) string {
	set := map[string]string{}
	for _, s := range info.Settings {
		set[s.Key] = s.Value
	}
	switch hash, at := set["vcs.revision"], set["vcs.time"]; {
	case hash != "" && set["vcs.modified"] == "true":
		return fmt.Sprintf("%s of %s, modified", hash, at)
	case hash != "":
		return fmt.Sprintf("%s of %s", hash, at)
	}
	hash, err := module.PseudoVersionRev(info.Main.Version)
	at, errTime := module.PseudoVersionTime(info.Main.Version)
	if err != nil || errTime != nil {
		return "not recorded: built without its repository"
	}
	return fmt.Sprintf("%s of %s", hash, at.Format(time.RFC3339))
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

// installable is the version of verbosel as go install takes it: of a build that has none, the
// latest.
func installable() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || module.CanonicalVersion(info.Main.Version) == "" {
		return "latest"
	}
	return info.Main.Version
}
