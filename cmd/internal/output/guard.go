package output

import (
	"io/fs"
	"os"
	"path/filepath"

	"github.com/verbosel/verbosel/codegen"
)

// Guard refuses every file of the set, and every one that is added later, that is one of
// the sources or lies in a folder that is served: it would be overwritten, or be served by
// the next build. Files are told apart by what they are (os.SameFile), not by their names.
func (s *Set) Guard(sources codegen.Sources) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sources = &sources
	for _, info := range s.open {
		if name := s.same([]fs.FileInfo{info}); name != "" {
			return refuse("standard output is %s, which the server is made from: it would be overwritten; name another file", name)
		}
		if name := s.input([]fs.FileInfo{info}); name != "" {
			return refuse("standard output is %s, which is read: it would be overwritten; name another file", name)
		}
	}
	for _, in := range s.inputs {
		if name := s.same([]fs.FileInfo{in.info}); name != "" {
			return refuse("%s is %s, which the server sends to everybody: keep it elsewhere", in.name, name)
		}
	}
	for _, o := range s.list {
		if err := s.check(o.target); err != nil {
			return err
		}
	}
	for _, o := range s.folders {
		if err := s.check(o.target); err != nil {
			return err
		}
	}
	return nil
}

// apart refuses a target that is in the set already.
func (s *Set) apart(target string) error {
	for _, other := range s.list {
		if samePlace(target, other.target) {
			return refuse("%s and %s are one file: one would overwrite the other", other.target, target)
		}
	}
	if info, err := os.Stat(target); err == nil && isOneOf(info, s.open) {
		return refuse("standard output and %s are one file: one would overwrite the other", target)
	}
	return nil
}

// check refuses a target that is a source, or is in a folder that is served.
func (s *Set) check(target string) error {
	if isStream(target) {
		return nil
	}
	if name := s.input(identities(target)); name != "" {
		return refuse("%s is %s, which is read: it would be overwritten; name another file", target, name)
	}
	if s.sources == nil {
		return nil
	}
	if name := s.source(target); name != "" {
		return refuse("%s is %s, which the server is made from: it would be overwritten; name another file", target, name)
	}
	if name := s.folder(target); name != "" {
		return refuse("%s is in the folder %s, whose files are served: it would be served too; name a file elsewhere", target, name)
	}
	return nil
}

// source finds the file that a target is, or that it links to.
func (s *Set) source(target string) string { return s.same(identities(target)) }

// identities are the file that a name leads to, and the link that it is.
func identities(target string) []fs.FileInfo {
	var list []fs.FileInfo
	for _, stat := range []func(string) (fs.FileInfo, error){os.Stat, os.Lstat} {
		if info, err := stat(target); err == nil {
			list = append(list, info)
		}
	}
	return list
}

// input is a file that is read and must not reach anybody, such as a key.
type input struct {
	name string
	info fs.FileInfo
}

// Reads says that the command reads a file that is none of the sources and must stay what it
// is: nothing of the set takes its place, and Guard refuses it where the server would send it.
func (s *Set) Reads(name string) error {
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	s.inputs = append(s.inputs, input{name, info})
	return nil
}

// input finds the file that is read that is one of the files.
func (s *Set) input(files []fs.FileInfo) string {
	for _, in := range s.inputs {
		if isOneOf(in.info, files) {
			return in.name
		}
	}
	return ""
}

// same finds the source that is one of the files.
func (s *Set) same(files []fs.FileInfo) string {
	if len(files) == 0 {
		return "" // there is nothing to overwrite
	}
	for _, name := range s.sources.Files {
		info, err := s.sources.Stat(name)
		if err == nil && isOneOf(info, files) {
			return name
		}
	}
	return ""
}

// folder finds the served folder that a target lies in.
func (s *Set) folder(target string) string {
	above := ancestors(target)
	for _, name := range s.sources.Folders {
		info, err := s.sources.Stat(name)
		if err == nil && isOneOf(info, above) {
			return name
		}
	}
	return ""
}

// ancestors are the folders that a file is in, links resolved, as far as they are there.
func ancestors(target string) []fs.FileInfo {
	dir, err := filepath.EvalSymlinks(filepath.Dir(target))
	if err == nil {
		dir, err = filepath.Abs(dir)
	}
	if err != nil {
		return nil // writing will say so
	}
	var list []fs.FileInfo
	for {
		if info, err := os.Stat(dir); err == nil {
			list = append(list, info)
		}
		up := filepath.Dir(dir)
		if up == dir {
			return list
		}
		dir = up
	}
}

func isOneOf(info fs.FileInfo, list []fs.FileInfo) bool {
	for _, other := range list {
		if os.SameFile(info, other) {
			return true
		}
	}
	return false
}

// samePlace reports whether two targets are one file, there or not: the same name in the
// same folder, or two names of one file.
func samePlace(a, b string) bool {
	if isStream(a) || isStream(b) {
		return false // written to one behind the other, as the user wants it
	}
	if infoA, err := os.Stat(a); err == nil {
		if infoB, err := os.Stat(b); err == nil && os.SameFile(infoA, infoB) {
			return true
		}
	}
	dirA, errA := os.Stat(filepath.Dir(a))
	dirB, errB := os.Stat(filepath.Dir(b))
	return errA == nil && errB == nil && os.SameFile(dirA, dirB) && filepath.Base(a) == filepath.Base(b)
}
