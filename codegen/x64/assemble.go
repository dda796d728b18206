package x64

import "fmt"

// Assemble encodes a program: its labels become offsets, its jumps the shortest that
// reach, its calls final; references to symbols, those to labels of the text too,
// are left as Refs for the linker. Every instruction is then decoded again and
// compared with its Inst.
//
// The program is not changed and may be assembled again. Assemble is safe for
// concurrent use.
//
// An error names the items by index, Note and Pos, up to 20 of them: operands that
// an operation does not have, an immediate out of range, labels that are missing or
// defined twice.
func Assemble(p *Program) (*Object, error) {
	chosen, err := check(p)
	if err != nil {
		return nil, err
	}
	code, err := encode(p, chosen)
	if err != nil {
		return nil, err
	}
	o := code.object(p)
	if err := compare(o); err != nil {
		return nil, fmt.Errorf("BUG: the assembler encoded another instruction: %w", err)
	}
	return o, nil
}
