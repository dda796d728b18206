// Command verbosel-verify checks a server by its certificate, and does nothing else: it says what `verbosel verify ELF --proof FILE`
// says, with the same exit status. No compiler is in it, nor anything that looks for a proof, nor a library but Go's own: it is what
// CI, or who admits a server to a cluster, has to trust, and it takes milliseconds.
package main

import (
	"os"

	"github.com/verbosel/verbosel/cmd/internal/judge"
)

func main() { os.Exit(judge.Main(os.Args[1:], os.Stdout, os.Stderr)) }
