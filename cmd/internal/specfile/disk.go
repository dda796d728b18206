package specfile

import (
	"io/fs"
	"os"
	"path/filepath"

	"github.com/verbosel/verbosel/codegen"
)

// diskFS is a folder of this machine, beyond which folders of sites can be.
type diskFS struct {
	folderFS
	root string
}

// folderFS is what os.DirFS returns.
type folderFS interface {
	fs.ReadDirFS
	fs.ReadFileFS
	fs.ReadLinkFS
	fs.StatFS
}

// openDisk opens a folder.
func openDisk(root string) diskFS { return diskFS{os.DirFS(root).(folderFS), root} }

// Beyond opens a folder by an absolute name, or one that leads there from the root.
func (d diskFS) Beyond(name string) (codegen.Disk, error) { return openDisk(d.path(name)), nil }

// Real returns the absolute name of a file, without links.
func (d diskFS) Real(name string) (string, error) {
	abs, err := filepath.Abs(d.path(name))
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(abs)
}

func (d diskFS) path(name string) string {
	if path := filepath.FromSlash(name); filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(d.root, filepath.FromSlash(name))
}
