package site

import (
	"testing"

	"github.com/verbosel/verbosel/codegen/diag"
	"github.com/verbosel/verbosel/codegen/spec"
)

// TestFindings: warnings alone are no error, and come with one; a flood of them hides no
// mistake.
func TestFindings(t *testing.T) {
	p := problems{dir: &spec.Dir{Folder: "public", Pos: diag.Pos{File: "routes.yaml", Line: 3, Col: 10}}}
	for i := range maxProblems + 2 {
		p.warn("hint", "odd file %d", i)
	}
	if err := p.err(); err != nil {
		t.Errorf("warnings are an error: %v", err)
	}
	list := p.warnings()
	if len(list) != maxProblems+1 || len(list.Warnings()) != len(list) || list[maxProblems].Msg != "2 more warnings about the folder public" {
		t.Errorf("got %v", list)
	}
	p.add("", "bad file")
	got, ok := p.err().(diag.List)
	if !ok || len(got) != maxProblems+2 || len(got.Warnings()) != maxProblems+1 {
		t.Errorf("got %v", got)
	}
}
