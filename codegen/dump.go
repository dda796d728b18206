package codegen

import (
	"fmt"
	"io"
)

// Stages are the names that Dump knows, in the order of the pipeline.
func Stages() []string { return []string{"plan", "program", "object"} }

// Dump writes what a stage made as text for people. It fails where the compilation
// did not come that far; the name of a stage must be one of Stages.
func (r *Result) Dump(w io.Writer, stage string) error {
	p := &printer{w: w}
	program, object, err := r.whole()
	switch {
	case err != nil:
		return err
	case stage == "plan" && r.Plan != nil:
		p.value("", reflectValue(r.Plan), 0)
	case stage == "program" && program != nil:
		p.program(program)
	case stage == "object" && object != nil:
		p.object(object)
	default:
		return fmt.Errorf("there is no %s: the compilation did not come that far", stage)
	}
	return p.err
}
