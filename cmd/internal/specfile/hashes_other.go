//go:build !linux

package specfile

import (
	"io/fs"

	"github.com/verbosel/verbosel/codegen"
)

// fileFacts are none: a file is known by its place, size and time.
func fileFacts(fs.FileInfo) codegen.FileFacts { return codegen.FileFacts{} }
