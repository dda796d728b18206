// Command loop compiles a spec into a server of isolation: proof, without its proof, also where the spec asks for what
// cannot be proved there yet. It is for benchmarks, and for vectors of others, which build it, run it and judge what it makes;
// nobody else has it.
//
//	loop SPEC PORT FILE
//
// The port is in the place of the spec's; 0: that stays.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/verbosel/verbosel/codegen"
	"github.com/verbosel/verbosel/codegen/internal/unproved"
)

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: loop SPEC PORT FILE")
		os.Exit(2)
	}
	if err := compile(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		fmt.Fprintln(os.Stderr, "loop:", err)
		os.Exit(1)
	}
}

// compile writes the server that a spec describes to a new file, for another port.
func compile(spec, port, name string) error {
	number, err := strconv.Atoi(port)
	if err != nil {
		return err
	}
	file, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o700)
	if err != nil {
		return err
	}
	unproved.Allow()
	_, err = codegen.Compile(os.DirFS(filepath.Dir(spec)), filepath.Base(spec), codegen.Options{Port: number, Isolation: "proof", Out: file})
	return errors.Join(err, file.Close())
}
