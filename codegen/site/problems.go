package site

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/verbosel/verbosel/codegen/diag"
	"github.com/verbosel/verbosel/codegen/spec"
)

// maxProblems is how many mistakes of one folder are told one by one.
const maxProblems = 20

// problems are the mistakes in a folder, and the warnings: all are reported where the
// spec names it.
type problems struct {
	dir      *spec.Dir
	mistakes tally
	warned   tally
}

// tally is the first findings of one severity, and how many more there are.
type tally struct {
	list diag.List
	more int
}

// add adds a mistake.
func (p *problems) add(hint, format string, args ...any) {
	p.mistakes.add(p.finding(diag.Mistake, hint, format, args...))
}

// warn adds a warning: the folder is served, but something is hardly meant.
func (p *problems) warn(hint, format string, args ...any) {
	p.warned.add(p.finding(diag.Warning, hint, format, args...))
}

// warnAt is warn for a place of its own.
func (p *problems) warnAt(pos diag.Pos, line, hint, format string, args ...any) {
	p.warned.add(&diag.Error{Pos: pos, Severity: diag.Warning, Line: line, Msg: fmt.Sprintf(format, args...), Hint: hint})
}

// found adds what was found in a file of the folder.
func (p *problems) found(list diag.List) {
	for _, e := range list {
		if e.Severity == diag.Warning {
			p.warned.add(e)
		} else {
			p.mistakes.add(e)
		}
	}
}

func (p *problems) finding(s diag.Severity, hint, format string, args ...any) *diag.Error {
	return &diag.Error{Pos: p.dir.Pos, Severity: s, Line: p.dir.Line, Msg: fmt.Sprintf(format, args...), Hint: hint}
}

func (t *tally) add(e *diag.Error) {
	if len(t.list) == maxProblems {
		t.more++
		return
	}
	t.list.Add(e)
}

// all is the findings, and behind them the count of those that were left out.
func (t tally) all(s diag.Severity, what string, dir *spec.Dir) diag.List {
	list := slices.Clone(t.list)
	if t.more > 0 {
		list.Add(&diag.Error{Pos: dir.Pos, Severity: s, Msg: fmt.Sprintf("%d more %s the folder %s", t.more, what, dir.Folder)})
	}
	return list
}

// err returns a diag.List, the warnings in it, or nil where there is no mistake.
func (p *problems) err() error {
	return append(p.mistakes.all(diag.Mistake, "mistakes in", p.dir), p.warnings()...).Err()
}

// warnings returns the warnings.
func (p *problems) warnings() diag.List { return p.warned.all(diag.Warning, "warnings about", p.dir) }

// cause is the reason of a file error, without the operation and the path.
func cause(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err.Error()
	}
	return err.Error()
}
