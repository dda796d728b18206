package gate

import (
	"io"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/cert/elf"
	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// Report is what the gate found in a server that passed.
type Report struct {
	Entry    uint64    // virtual address of the first instruction
	Segments []Segment // in the order of the file
	Note     *Note     // nil for none
	Syscalls []Syscall // by number

	Instructions int    // reachable from the entry
	Reachable    int    // bytes of these instructions
	Swept        int    // instructions of a linear sweep from the first reachable one to the end of the text
	Unreached    []Span // parts of that range that no path from the entry reaches
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

// Span is a range of text: from Addr, Len bytes.
type Span struct {
	Addr uint64
	Len  int
}

// MaxInstructions bounds the memory and time of the proof. Servers have one to two
// thousand, however many routes they have.
const MaxInstructions = 8192

// Server is one that has passed the gate.
type Server struct {
	Report Report
	File   *elf.File
	Text   []byte // the instructions, which begin at File.Text().Vaddr
	code   *code
}

// Pass brings the size bytes of an ELF file that r holds through the gate; promised is what it may do. An *Error names the rule that is broken
// and where; any other error is one of r.
func Pass(r io.ReaderAt, size int64, promised Set) (*Server, error) {
	return pass(r, size, promised, usedForms())
}

// PassAnyForm is Pass for servers of any form of instruction that package isa knows.
func PassAnyForm(r io.ReaderAt, size int64, promised Set) (*Server, error) {
	return pass(r, size, promised, nil)
}

func pass(r io.ReaderAt, size int64, promised Set, forms formSet) (*Server, error) {
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
	report := Report{Entry: file.Entry, Segments: segments(file), Note: note, Syscalls: calls}
	if code.measure(&report); report.Instructions > MaxInstructions {
		return nil, fail(rules.Bounds, 0, "%d instructions can be reached: more than %d are too many to be proved", report.Instructions, MaxInstructions)
	}
	return &Server{report, file, text, code}, nil
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
