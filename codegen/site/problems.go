package site

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/verbosel/verbosel/codegen/diag"
	"github.com/verbosel/verbosel/codegen/spec"
)

// maxProblems is how many mistakes of one folder are told one by one.
const maxProblems = 20

// problems are the mistakes in a folder: all are reported where the spec names it.
type problems struct {
	dir  *spec.Dir
	list diag.List
	more int
}

func (p *problems) add(hint, format string, args ...any) {
	if len(p.list) == maxProblems {
		p.more++
		return
	}
	p.list.Add(&diag.Error{Pos: p.dir.Pos, Line: p.dir.Line, Msg: fmt.Sprintf(format, args...), Hint: hint})
}

// err returns a diag.List or nil.
func (p *problems) err() error {
	if p.more > 0 {
		p.list.Add(&diag.Error{Pos: p.dir.Pos, Msg: fmt.Sprintf("%d more mistakes in the folder %s", p.more, p.dir.Folder)})
		p.more = 0
	}
	return p.list.Err()
}

// cause is the reason of a file error, without the operation and the path.
func cause(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err.Error()
	}
	return err.Error()
}
