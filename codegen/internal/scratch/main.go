package main

import (
	"os"
	"path/filepath"

	"github.com/verbosel/verbosel/codegen"
	"github.com/verbosel/verbosel/codegen/internal/unproved"
)

func main() {
	unproved.Allow()
	dir, name := filepath.Split(os.Args[1])
	f, _ := os.OpenFile(os.Args[2], os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o755)
	_, err := codegen.Compile(os.DirFS(dir), name, codegen.Options{Out: f, Symbols: true})
	if err != nil {
		println(err.Error())
		os.Exit(1)
	}
}
