package site

import (
	"io/fs"
	"path"
	"strings"
)

// maxLinks is the kernel's own limit, path_resolution(7).
const maxLinks = 40

// RealName resolves every link in a name. It fails where one leaves the file system,
// is absolute or leads in a circle. What is not there counts as no link.
func RealName(fsys fs.FS, name string) (string, bool) {
	done, rest := "", name
	for links := 0; rest != ""; {
		var element string
		element, rest, _ = strings.Cut(rest, "/")
		next := path.Join(done, element)
		target, err := readLink(fsys, next)
		if err != nil {
			return "", false
		}
		if target == "" {
			done = next
			continue
		}
		links++
		joined := path.Join(path.Dir(next), target, rest)
		if path.IsAbs(target) || links > maxLinks || !fs.ValidPath(joined) {
			return "", false
		}
		done, rest = "", joined
	}
	return done, true
}

// readLink returns a link's target, or "" for anything else.
func readLink(fsys fs.FS, name string) (string, error) {
	st, err := fs.Lstat(fsys, name)
	if err != nil || st.Mode()&fs.ModeSymlink == 0 {
		return "", nil
	}
	return fs.ReadLink(fsys, name)
}
