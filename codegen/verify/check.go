package verify

import (
	"io"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/cert/elf"
	"github.com/verbosel/verbosel/codegen/verify/prove"
	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// Report is what Check found in a server that passed.
type Report struct {
	Entry    uint64    // virtual address of the first instruction
	Segments []Segment // in the order of the file
	Note     *Note     // nil for none
	Syscalls []Syscall // by number

	Instructions int    // reachable from the entry
	Reachable    int    // bytes of these instructions
	Swept        int    // instructions of a linear sweep from the first reachable one to the end of the text
	Unreached    []Span // parts of that range that no path from the entry reaches

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

// Segment is one program header. Flags reads like "R-X".
type Segment struct {
	Type   string
	Flags  string
	Offset uint64 // bytes from the start of the file
	Vaddr  uint64
	Filesz uint64 // bytes
	Memsz  uint64 // bytes
}

// Syscall is a system call that the server makes, with the address of each of its
// syscall instructions, ascending.
type Syscall struct {
	Number int
	Name   string
	Addrs  []uint64
}

// Call is a system call with the ways in which it is made, and Argument an argument that is
// a constant on one of them.
type (
	Call     = prove.Call
	Argument = prove.Argument
)

// Span is a range of text: from Addr, Len bytes.
type Span struct {
	Addr uint64
	Len  int
}

// Check proves the size bytes of an ELF server that r holds; promised is what it may do: make
// system calls, show what it reads of the environment. An *Error names the rule that is broken and where;
// any other error is one of r.
func Check(r io.ReaderAt, size int64, promised Set) (*Report, error) {
	return check(r, size, promised, usedForms)
}

func check(r io.ReaderAt, size int64, promised Set, forms formSet) (*Report, error) {
	g, err := pass(r, size, promised, forms)
	if err != nil {
		return nil, err
	}
	return g.prove(promised)
}

// Gate checks the rules that need no proof, in time linear in the text: segments, and
// of decode and syscalls what the control-flow graph shows. Its errors are Check's.
func Gate(r io.ReaderAt, size int64, promised Set) (*Report, error) {
	g, err := pass(r, size, promised, usedForms)
	if err != nil {
		return nil, err
	}
	return g.report, nil
}

// maxInstructions bounds the memory and time of the proof. Servers have one to two
// thousand, however many routes they have.
const maxInstructions = 8192

// gated is a server that has passed the gate.
type gated struct {
	r      io.ReaderAt
	file   *elf.File
	code   *code
	report *Report
	seen   *witness // of what the proof reads; or nil
}

// pass brings a server through the gate.
func pass(r io.ReaderAt, size int64, promised Set, forms formSet) (*gated, error) {
	file, err := elf.Read(r, size)
	if err != nil {
		return nil, segmentsError(err)
	}
	text, err := part(r, file.Text())
	if err != nil {
		return nil, err
	}
	var note *Note
	if p, ok := file.Note(); ok {
		if note, err = readNote(r, p); err != nil {
			return nil, err
		}
	}
	code := newCode(file.Text().Vaddr, text)
	if err := code.walk(file.Entry); err != nil {
		return nil, err
	}
	calls, err := code.syscalls(promised)
	if err != nil {
		return nil, err
	}
	if err := code.checkForms(forms); err != nil {
		return nil, err
	}
	report := &Report{Entry: file.Entry, Segments: segments(file), Note: note, Syscalls: calls}
	if code.measure(report); report.Instructions > maxInstructions {
		return nil, fail(rules.Bounds, 0, "%d instructions can be reached: more than %d are too many to be proved", report.Instructions, maxInstructions)
	}
	return &gated{r: r, file: file, code: code, report: report}, nil
}

// collect groups call sites by number.
func collect(sites map[int][]uint64) []Syscall {
	list := make([]Syscall, 0, len(sites))
	for number, addrs := range sites {
		slices.Sort(addrs)
		list = append(list, Syscall{Number: number, Name: SyscallName(number), Addrs: addrs})
	}
	slices.SortFunc(list, func(a, b Syscall) int { return a.Number - b.Number })
	return list
}
