package specfile

import (
	"github.com/verbosel/verbosel/cmd/internal/output"
	"github.com/verbosel/verbosel/codegen"
)

// Guard is that of the files. What it asks is not what the server is made from.
func (s File) Guard(files *output.Set) func(codegen.Sources) error {
	if s.Watched == nil {
		return files.Guard
	}
	return func(sources codegen.Sources) error { return files.Guard(sources.From(s.Plain)) }
}
