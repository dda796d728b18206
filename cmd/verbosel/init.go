package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/verbosel/verbosel/cmd/internal/folder"
	"github.com/verbosel/verbosel/cmd/internal/output"
	"github.com/verbosel/verbosel/cmd/internal/specfile"
	"github.com/verbosel/verbosel/cmd/internal/usage"
	"github.com/verbosel/verbosel/codegen"
	"github.com/verbosel/verbosel/templates"
)

func newInit() *cobra.Command {
	var full, force bool
	cmd := &cobra.Command{
		Use:   "init [DIR]",
		Short: "Write a starter spec",
		Long: `Writes a commented starter spec that builds, routes.yaml, into DIR or the current folder, and beside it
the JSON Schema that its first line names, so that editors complete and check it. In a folder with an
index page it is the spec that 'verbosel run' serves that folder by.
The schema is written anew each time; a spec that is there already only with --force.`,
		Example: `  verbosel init
  verbosel init site
  verbosel init site --full --force`,
		Args: usage.Between(0, 1, ""),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := "."
			if len(args) == 1 {
				dir = args[0]
			}
			spec, err := starter(dir, full)
			if err != nil {
				return err
			}
			return initFolder(cmd, dir, spec, force)
		},
	}
	cmd.Flags().BoolVar(&full, "full", false, "write every key, with its default")
	cmd.Flags().BoolVar(&force, "force", false, "overwrite a spec that is there already")
	return cmd
}

// starter is the spec that init writes: what a folder that is a site already amounts to,
// or one to start from.
func starter(dir string, full bool) ([]byte, error) {
	if full {
		return templates.Full(codegen.Defaults())
	}
	guess := folder.Look(os.DirFS(dir))
	if !guess.Index {
		return templates.Starter(), nil
	}
	return slices.Concat(
		[]byte("# yaml-language-server: $schema="+codegen.SchemaFile+"\n#\n# This folder, "+guess.Says()+". The spec itself is not served.\n"),
		guess.Spec("."), []byte("    exclude: ["+codegen.SchemaFile+"]\n")), nil
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// initFolder writes the spec and its schema.
func initFolder(cmd *cobra.Command, dir string, spec []byte, force bool) error {
	path := filepath.Join(dir, specfile.Name)
	if other := filepath.Join(dir, specfile.Names[1]); exists(other) {
		return fmt.Errorf("%s is there already", other)
	}
	if _, err := os.Lstat(path); err == nil && !force {
		return fmt.Errorf("%s is there already; --force overwrites it", path)
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	schema, err := codegen.Schema()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	files := output.New()
	defer files.Close()
	if err := files.AddContent(path, bytes.NewReader(spec)); err != nil {
		return err
	}
	if err := files.AddContent(filepath.Join(dir, codegen.SchemaFile), bytes.NewReader(schema)); err != nil {
		return err
	}
	if err := files.Commit(); err != nil {
		return err
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "Next: verbosel run %s\n", dir)
	_, err = fmt.Fprintln(cmd.OutOrStdout(), path)
	return err
}
