package main

import (
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"strings"

	"golang.org/x/mod/module"

	"github.com/verbosel/verbosel/cmd/internal/judge"
	"github.com/verbosel/verbosel/codegen"
)

// noteVersion is what the notes of servers have for the version of this program.
func noteVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return develVersion
	}
	return shortVersion(info)
}

// develVersion is that of a program of which nothing is known.
const develVersion = "(devel)"

// shortVersion is a release's version, or the first digits of the commit, as many as Go has in
// the version of a module without a tag. A + behind it: files were modified.
func shortVersion(info *debug.BuildInfo) string {
	const digits = 12
	version, modified := strings.CutSuffix(info.Main.Version, "+dirty")
	commit, err := module.PseudoVersionRev(version)
	if err != nil && module.CanonicalVersion(version) == "" {
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision":
				commit = s.Value
			case "vcs.modified":
				modified = s.Value == "true"
			}
		}
		if commit == "" {
			return develVersion
		}
	}
	if commit != "" {
		version = commit[:min(len(commit), digits)]
	}
	if modified {
		version += "+"
	}
	return version
}

// noteOf reads the note of an ELF file, nil where it has none.
func noteOf(path string) (*codegen.Note, error) {
	file, size, err := judge.OpenELF(path, path+": not an ELF file")
	if err != nil {
		return nil, err
	}
	defer file.Close()
	note, err := codegen.ReadNote(file, size)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return note, nil
}

// errNoNote is the error of a server that does not say what a command has to know.
var errNoNote = errors.New("the server says nothing of itself: build it with --note, or name its spec")

// printNoteOf prints the note of an ELF file.
func printNoteOf(w io.Writer, path string) error {
	note, err := noteOf(path)
	if err != nil {
		return err
	}
	if note == nil {
		return fmt.Errorf("%s: %w", path, errNoNote)
	}
	_, err = io.WriteString(w, note.Text(""))
	return err
}
