package isa

import (
	"encoding/binary"
	"fmt"
	"syscall"
)

// A batch runs many trials between two stops of the process. Each has a place in the
// code: load the registers from its record, the instruction, store the registers. All
// addresses there are absolute, so that no register is needed.
const (
	batchSize = 120
	slotSize  = 1024 // bytes of code for a trial
	loadSize  = 16*10 + 8 + 7 + 1 + 16*8
	recordOut = 512 // offset in a record of what is stored
	record    = 1024

	recordXMM   = 128 // offsets in each half of a record
	recordFlags = 384
	recordStack = 400 // of a stack pointer, and then of 8 bytes of stack
)

// slotPC is where the instruction of a slot lies.
func slotPC(slot int) uint64 { return hostText + uint64(slot)*slotSize + loadSize }

func recordAddr(slot int) uint32 { return hostRecords + uint32(slot)*record }

// absolute is the ModRM byte, SIB byte and displacement of an absolute address.
func absolute(reg byte, addr uint32) []byte {
	return binary.LittleEndian.AppendUint32([]byte{reg&7<<3 | 4, 0x25}, addr)
}

// loads is the code that loads the registers, the flags by way of a stack of its own.
func loads(slot int) []byte {
	in := recordAddr(slot)
	var b []byte
	for i := range byte(16) { // movdqu xmm, [in]
		b = append(append(b, 0xf3, 0x40|i>>3<<2, 0x0f, 0x6f), absolute(i, in+recordXMM+16*uint32(i))[:6]...)
	}
	b = append(append(b, 0x48, 0x8b), absolute(byte(RSP), in+recordStack)...) // mov rsp, [in]
	b = append(append(b, 0xff), absolute(6, in+recordFlags)...)               // push qword [in]
	b = append(b, 0x9d)                                                       // popfq
	for i := range byte(16) {                                                 // mov r, [in]
		b = append(append(b, 0x48|i>>3<<2, 0x8b), absolute(i, in+8*uint32(i))...)
	}
	if len(b) != loadSize {
		panic("BUG: the code in front of an instruction has another size")
	}
	return b
}

// stores is the code that stores them.
func stores(slot int) []byte {
	out := recordAddr(slot) + recordOut
	var b []byte
	for i := range byte(16) { // mov [out], r
		b = append(append(b, 0x48|i>>3<<2, 0x89), absolute(i, out+8*uint32(i))...)
	}
	b = append(append(b, 0x48, 0x8b), absolute(byte(RSP), recordAddr(slot)+recordStack)...) // mov rsp, [in]
	b = append(b, 0x9c)                                                                     // pushfq
	b = append(append(b, 0x8f), absolute(0, out+recordFlags)...)                            // pop qword [out]
	for i := range byte(16) {                                                               // movdqu [out], xmm
		b = append(append(b, 0xf3, 0x40|i>>3<<2, 0x0f, 0x7f), absolute(i, out+recordXMM+16*uint32(i))...)
	}
	return b
}

// input is a record in which nothing is stored yet.
func (tr *trial) input() []byte {
	b := make([]byte, record)
	for i, r := range tr.s.regs {
		putLittle(b[8*i:8*i+8], Value{Lo: r})
	}
	for i, x := range tr.s.xmm {
		putLittle(b[recordXMM+16*i:recordXMM+16*i+16], x)
	}
	putLittle(b[recordFlags:recordFlags+8], Value{Lo: uint64(tr.s.flags) | 1<<1})
	putLittle(b[recordStack:recordStack+8], Value{Lo: uint64(recordAddr(tr.s.slot)) + recordStack + 16})
	for i := recordOut; i < record; i++ {
		b[i] = 0xa5
	}
	return b
}

// output reads what was stored.
func (tr *trial) output(b []byte) {
	for i := range tr.s.regs {
		tr.s.regs[i] = little(b[8*i : 8*i+8]).Lo
	}
	for i := range tr.s.xmm {
		tr.s.xmm[i] = little(b[recordXMM+16*i : recordXMM+16*i+16])
	}
	tr.s.flags = Flags(little(b[recordFlags:recordFlags+8]).Lo) & AllFlags
	tr.s.pc = tr.in.Next()
}

// batch runs trials whose slots are 0, 1, 2, ...
func (h *host) batch(list []*trial) error {
	var code, records, data []byte
	for i, tr := range list {
		place := append(append(loads(i), tr.code...), stores(i)...)
		for len(place) < slotSize {
			place = append(place, 0x90)
		}
		code = append(code, place...)
		records = append(records, tr.input()...)
		data = append(data, tr.s.data[:]...)
	}
	code = append(code, 0xcc)
	return h.do(func() error {
		if err := h.write(code, records, data); err != nil {
			return err
		}
		if err := h.resume(list); err != nil {
			return err
		}
		return h.read(list, records, data)
	})
}

func (h *host) write(code, records, data []byte) error {
	for _, w := range []struct {
		addr  int64
		bytes []byte
	}{{hostText, code}, {hostRecords, records}, {hostData, data}} {
		if _, err := h.mem.WriteAt(w.bytes, w.addr); err != nil {
			return err
		}
	}
	return nil
}

// resume runs the code from its start to the breakpoint at its end.
func (h *host) resume(list []*trial) error {
	var regs syscall.PtraceRegs
	if err := syscall.PtraceGetRegs(h.pid, &regs); err != nil {
		return err
	}
	regs.Rip, regs.Orig_rax = hostText, ^uint64(0)
	if err := syscall.PtraceSetRegs(h.pid, &regs); err != nil {
		return err
	}
	if err := syscall.PtraceCont(h.pid, 0); err != nil {
		return err
	}
	sig, err := h.wait()
	if err != nil {
		return err
	}
	if err := syscall.PtraceGetRegs(h.pid, &regs); err != nil {
		return err
	}
	if end := hostText + uint64(len(list))*slotSize + 1; sig != syscall.SIGTRAP || regs.Rip != end {
		tr := list[min((regs.Rip-hostText)/slotSize, uint64(len(list)-1))]
		return fmt.Errorf("% x, %s\nthe processor stopped with %v at %#x, the instruction being at %#x", tr.code, tr.text(), sig, regs.Rip, tr.s.pc)
	}
	return nil
}

func (h *host) read(list []*trial, records, data []byte) error {
	if _, err := h.mem.ReadAt(records, hostRecords); err != nil {
		return err
	}
	if _, err := h.mem.ReadAt(data, hostData); err != nil {
		return err
	}
	for i, tr := range list {
		tr.output(records[i*record+recordOut:])
		copy(tr.s.data[:], data[i*windowSize:])
	}
	return nil
}
