package specfile

import (
	"io/fs"
	"syscall"

	"github.com/verbosel/verbosel/codegen"
)

// fileFacts is what stat(2) tells of a file.
func fileFacts(info fs.FileInfo) codegen.FileFacts {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return codegen.FileFacts{}
	}
	return codegen.FileFacts{Device: uint64(stat.Dev), Inode: stat.Ino, Changed: stat.Ctim.Nano()}
}
