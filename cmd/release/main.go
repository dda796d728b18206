// Command release makes what a release of verbosel is published as, in a folder: the
// compiler, and what checks certificates alone, for each target as static programs, and in an archive with manual pages and
// completions; its bills of materials; a Homebrew formula; a Dockerfile; and the checksums
// of all of it.
//
// The same commit and version of Go make the same bytes, on every machine: no time but the
// commit's, no owner, no folder and no setting of the environment goes in.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	if err := run(os.Args[1:], os.Stderr); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "release:", err)
		}
		os.Exit(1)
	}
}

// run makes the release that args describe, or nothing.
func run(args []string, talk io.Writer) error {
	r := release{targets: allTargets, talk: talk}
	flags := flag.NewFlagSet("release", flag.ContinueOnError)
	flags.SetOutput(talk)
	flags.StringVar(&r.root, "root", ".", "the `folder` of the module")
	out := flags.String("o", "dist", "the `folder` to make, which must not exist")
	flags.Func("target", "make it for `OS/ARCH` alone: "+join(allTargets), r.only)
	flags.BoolVar(&r.unversioned, "unversioned", false, "try it with what is in the folder, whether committed or not")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if _, err := os.Lstat(*out); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is there already: remove it, or name another folder with -o", *out)
	}
	return r.into(*out)
}

// only takes a target from the command line.
func (r *release) only(arg string) error {
	for _, t := range allTargets {
		if t.String() == arg {
			r.targets = []target{t}
			return nil
		}
	}
	return fmt.Errorf("the targets are %s", join(allTargets))
}

func join(targets []target) string {
	var names []string
	for _, t := range targets {
		names = append(names, t.String())
	}
	return strings.Join(names, ", ")
}

// into makes the release beside the folder, and then puts it in its place.
func (r *release) into(out string) error {
	dir, err := os.MkdirTemp(filepath.Dir(filepath.Clean(out)), ".release-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	r.dir = filepath.Join(dir, "dist")
	r.work = filepath.Join(dir, "work")
	for _, d := range []string{r.dir, r.work} {
		if err := os.Mkdir(d, 0o755); err != nil {
			return err
		}
	}
	if err := r.make(); err != nil {
		return err
	}
	return os.Rename(r.dir, out)
}
