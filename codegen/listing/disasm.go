package listing

import (
	"debug/elf"
	"fmt"
	"io"

	"golang.org/x/arch/x86/x86asm"
)

// Disassemble writes the code of an x86-64 ELF file of size bytes: the segment that
// holds the entry, from its first byte behind the headers. Places that are jumped to
// get a label, the symbol's where there is one; system calls are named where their
// number is a constant on the way. Bytes that are no instruction are shown as bytes.
//
// It fails for what is no ELF file of that kind, or has no code, and for more than
// 4 MiB of code. Of opts only Source and Color count.
func Disassemble(r io.ReaderAt, size int64, opts Options) (*Listing, error) {
	p, err := readProgram(r, size)
	if err != nil {
		return nil, fmt.Errorf("disassembling: %w", err)
	}
	d := &disassembly{
		program: p,
		names:   map[uint64]string{},
		out:     &Listing{color: opts.Color, places: map[string]string{}},
	}
	d.decode()
	d.name()
	d.heading(opts.Source)
	for i := range d.insts {
		d.line(&d.insts[i])
	}
	return d.out, nil
}

// disassembly is the state of one Disassemble.
type disassembly struct {
	*program
	insts    []decoded
	names    map[uint64]string // labels in the text and in the data
	routines map[uint64]bool   // addresses at which a routine begins
	track    tracker
	out      *Listing
	owner    string
}

// decoded is an instruction at its address; a byte that begins none has no Op.
type decoded struct {
	x86asm.Inst
	addr uint64
}

// decode goes through the code from its beginning, one instruction after the other.
func (d *disassembly) decode() {
	for at := 0; at < len(d.code); {
		inst, err := x86asm.Decode(d.code[at:], 64)
		if err != nil || inst.Len <= 0 || inst.Op == 0 {
			inst = x86asm.Inst{Len: 1}
		}
		d.insts = append(d.insts, decoded{inst, d.base + uint64(at)})
		at += inst.Len
	}
}

// target is where a jump or a call goes.
func (i *decoded) target() (uint64, bool) {
	rel, ok := i.Args[0].(x86asm.Rel)
	return i.addr + uint64(i.Len) + uint64(int64(rel)), ok
}

// name gives names to the places that are jumped to or called.
func (d *disassembly) name() {
	d.routines = map[uint64]bool{d.file.Entry: true}
	targets := map[uint64]bool{}
	for i := range d.insts {
		if to, ok := d.insts[i].target(); ok {
			targets[to] = true
			d.routines[to] = d.routines[to] || d.insts[i].Op == x86asm.CALL
		}
	}
	for i := range d.insts {
		if addr := d.insts[i].addr; targets[addr] {
			d.names[addr] = fmt.Sprintf("loc_%04x", addr)
		}
	}
	d.names[d.file.Entry] = "_start"
	for _, s := range d.symbols {
		d.names[s.Value] = escape(s.Name)
		if elf.ST_TYPE(s.Info) == elf.STT_FUNC {
			d.routines[s.Value] = true
		}
	}
}

func (d *disassembly) add(l line) {
	l.owner = d.owner
	d.out.lines = append(d.out.lines, l)
}

func (d *disassembly) remark(format string, args ...any) {
	d.add(line{comment: note(fmt.Sprintf(format, args...))})
}

// heading is the table of segments.
func (d *disassembly) heading(source string) {
	if source == "" {
		source = "a program"
	}
	d.remark("%s: %v, entry %#x", source, d.file.Type, d.file.Entry)
	d.remark("%-14s %-5s %10s %10s %10s %10s", "segment", "flags", "offset", "address", "in file", "in memory")
	for _, s := range d.file.Progs {
		d.remark("%-14v %-5s %#10x %#10x %#10x %#10x", s.Type, flags(s.Flags), s.Off, s.Vaddr, s.Filesz, s.Memsz)
	}
}

// line writes an instruction, and above it its label. Its comment begins with its
// address.
func (d *disassembly) line(i *decoded) {
	if name, ok := d.names[i.addr]; ok {
		d.label(i.addr, name)
	}
	l := line{comment: fmt.Sprintf("%04x", i.addr)}
	if i.Op == 0 {
		l.op = token{directive, "db"}
		l.operands = hexBytes(d.code[i.addr-d.base:][:1])
		d.track.reset()
		d.add(l)
		return
	}
	l.op, l.operands = d.instruction(i)
	if why := d.explain(i); why != "" {
		l.comment += "  " + note(why)
	}
	d.track.step(i.Inst)
	d.add(l)
}

// label begins a routine or a place in one. What is known about registers ends here.
func (d *disassembly) label(addr uint64, name string) {
	d.track.reset()
	if d.routines[addr] {
		d.owner = ""
		d.add(line{})
		d.owner = name
		d.out.names = append(d.out.names, name)
	}
	if d.owner != "" {
		d.out.places[name] = d.owner
	}
	d.add(line{label: name})
}

// explain says which system call it is, or what text an address leads to.
func (d *disassembly) explain(i *decoded) string {
	if i.Op == x86asm.SYSCALL {
		if number, ok := d.track.rax(); ok {
			return syscallName(number)
		}
		return "which one is not a constant here"
	}
	for _, arg := range i.Args {
		if m, ok := arg.(x86asm.Mem); ok && m.Base == x86asm.RIP {
			return d.preview(i.absolute(m))
		}
	}
	return ""
}

// absolute is the address that a memory operand relative to rip means.
func (i *decoded) absolute(m x86asm.Mem) uint64 {
	return i.addr + uint64(i.Len) + uint64(m.Disp)
}
