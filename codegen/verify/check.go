package verify

import (
	"io"

	"github.com/verbosel/verbosel/codegen/verify/gate"
	"github.com/verbosel/verbosel/codegen/verify/prove"
	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// Report is what Check found in a server that passed.
type Report struct {
	gate.Report
	Proof // empty behind the gate alone
}

// Proof is what was proved and what came out on the way.
type Proof struct {
	Proved []rules.Rule // in the order of Rules
	Stack  int64        // bytes of stack in use at the deepest, below the kernel's own
	Work   int          // instructions interpreted, those of loops and of several ways each time
	Worst  prove.Worst
	Next   []prove.NextRequest // where a process goes on with another request
	Calls  []Call              // that are made, by number: none behind the gate alone
	Shown  []uint64            // addresses of instructions of which clients may get what they read of the environment
}

// Call is a system call with the ways in which it is made, and Argument an argument that is
// a constant on one of them.
type (
	Call     = prove.Call
	Argument = prove.Argument
)

// Check proves the size bytes of an ELF server that r holds; promised is what it may do: make
// system calls, show what it reads of the environment. An *Error names the rule that is broken and where;
// any other error is one of r.
func Check(r io.ReaderAt, size int64, promised Set) (*Report, error) {
	return check(r, size, promised, gate.Pass)
}

func check(r io.ReaderAt, size int64, promised Set, through passing) (*Report, error) {
	g, err := pass(r, size, promised, through)
	if err != nil {
		return nil, err
	}
	return g.prove(promised)
}

// Gate checks the rules that need no proof, in time linear in the text: segments, and
// of decode and syscalls what the control-flow graph shows. Its errors are Check's.
func Gate(r io.ReaderAt, size int64, promised Set) (*Report, error) {
	g, err := pass(r, size, promised, gate.Pass)
	if err != nil {
		return nil, err
	}
	return g.report, nil
}
