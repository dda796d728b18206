package isa

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"fmt"
	"io"
)

// Process is how a program is started.
type Process struct {
	Bias  uint64 // where the kernel puts address 0 of the file, page aligned
	Args  []string
	Env   []string
	Stack uint64 // bytes that the stack may grow, a multiple of 64
}

// stackTop is the end of the initial stack: argument and environment strings.
const stackTop = 0x7ffffffff000

// Start is a machine at the entry of an ELF program, with what the kernel puts on its
// stack (System V ABI, x86-64 supplement, 3.4.1). Registers that the psABI leaves
// unspecified are undefined.
func Start(file []byte, p Process, k Kernel) (*Machine, error) {
	f, err := elf.NewFile(bytes.NewReader(file))
	if err != nil {
		return nil, err
	}
	m := &Machine{Kernel: k, PC: f.Entry + p.Bias}
	m.SetNoise(1)
	for i := range m.Regs {
		m.Regs[i] = m.random()
	}
	for i := range m.XMM {
		m.XMM[i] = Value{m.random(), m.random()}
	}
	if err := m.mapSegments(f, p.Bias); err != nil {
		return nil, err
	}
	initial := p.initial()
	m.constant = append(m.constant, initial)
	m.stack = newStack(initial.Addr, p.Stack)
	m.Regs[RSP] = initial.Addr
	return m, nil
}

// mapSegments reads the segments: the one that runs, and those that are read.
func (m *Machine) mapSegments(f *elf.File, bias uint64) error {
	for _, seg := range f.Progs {
		if seg.Type != elf.PT_LOAD {
			continue
		}
		b, err := io.ReadAll(seg.Open())
		if err != nil || uint64(len(b)) != seg.Filesz {
			return fmt.Errorf("segment at %#x: %d of its %d bytes are in the file: %v", seg.Vaddr, len(b), seg.Filesz, err)
		}
		if seg.Flags&elf.PF_X != 0 {
			m.text = NewText(seg.Vaddr+bias, b)
			continue
		}
		m.constant = append(m.constant, Region{"data", seg.Vaddr + bias, b})
	}
	if m.text == nil {
		return fmt.Errorf("no segment is executable")
	}
	return nil
}

// initial is the part of the stack that the kernel writes: argc, argv, envp and an
// empty auxiliary vector, then the strings.
func (p Process) initial() Region {
	var text []byte
	var offsets [2][]uint64
	for i, list := range [][]string{p.Args, p.Env} {
		for _, s := range list {
			offsets[i] = append(offsets[i], uint64(len(text)))
			text = append(append(text, s...), 0)
		}
	}
	words := 1 + len(p.Args) + 1 + len(p.Env) + 1 + 2
	size := (uint64(8*words+len(text)) + 15) &^ 15
	base := stackTop - size
	strings := base + uint64(8*words)
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(p.Args)))
	for _, list := range offsets {
		for _, off := range list {
			b = binary.LittleEndian.AppendUint64(b, strings+off)
		}
		b = binary.LittleEndian.AppendUint64(b, 0)
	}
	b = append(append(b, make([]byte, 16)...), text...)
	return Region{"initial stack", base, append(b, make([]byte, size-uint64(len(b)))...)}
}
