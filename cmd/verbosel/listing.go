package main

import (
	"bufio"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/verbosel/verbosel/cmd/internal/judge"
	"github.com/verbosel/verbosel/cmd/internal/specfile"
	"github.com/verbosel/verbosel/cmd/internal/terminal"
	"github.com/verbosel/verbosel/cmd/internal/usage"
	"github.com/verbosel/verbosel/codegen"
)

func newListing() *cobra.Command {
	var routine string
	cmd := &cobra.Command{
		Use:   "listing SPEC|ELF",
		Short: "Print the assembly of a server",
		Long: `Prints the assembly of a server. From a spec it is the commented source that nasm turns into the
same file, byte for byte; from an ELF, without its spec, a disassembly with the system calls named.
It is coloured on a terminal, unless NO_COLOR is set.`,
		Example: `  verbosel listing examples/hello
  verbosel listing examples/hello --routine accept_loop
  verbosel listing ./server
  verbosel listing examples/hello > server.asm && nasm -f bin server.asm -o server`,
		Args: usage.Between(1, 1, "SPEC or ELF"),
		RunE: func(cmd *cobra.Command, args []string) error {
			l, err := openListing(cmd, args[0])
			if err != nil {
				return err
			}
			if routine != "" {
				if l, err = l.Routine(routine); err != nil {
					return err
				}
			}
			w := bufio.NewWriter(cmd.OutOrStdout())
			if _, err := l.WriteTo(w); err != nil {
				return err
			}
			return w.Flush()
		},
	}
	cmd.Flags().StringVar(&routine, "routine", "", "print only the routine `NAME`")
	return cmd
}

// openListing makes the listing of a spec or of an ELF file, told apart by the magic
// number.
func openListing(cmd *cobra.Command, path string) (*codegen.Listing, error) {
	color := terminal.UseColor(cmd.OutOrStdout())
	isELF := false
	var err error
	if path != specfile.Stdin {
		if isELF, err = judge.HasMagic(path); err != nil {
			return nil, err
		}
	}
	if isELF {
		return disassemble(path, color)
	}
	spec, err := specfile.Open(cmd, path)
	if err != nil {
		return nil, err
	}
	r, err := spec.Compile(codegen.Options{})
	if err != nil {
		return nil, err
	}
	return r.Listing(codegen.ListingOptions{Color: color})
}

func disassemble(path string, color bool) (*codegen.Listing, error) {
	file, size, err := judge.OpenFile(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	l, err := codegen.Disassemble(file, size, filepath.Base(path), codegen.ListingOptions{Color: color})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return l, nil
}
