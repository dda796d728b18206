package isa

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"unsafe"

	"github.com/verbosel/verbosel/codegen/internal/testtool"
)

// Where the traced process has its code, its data and the records of a batch. Data is
// within the reach of a displacement relative to rip, records can be addressed absolutely.
const (
	hostText    = 0x1_0000_0000
	hostData    = 0x1_1000_0000
	hostRecords = 0x1000_0000

	hostSize = 128 << 10 // bytes of each
)

// host is a process that executes instructions for us: it starts stopped, and runs
// only what it is told to.
type host struct {
	calls  chan func()
	pid    int
	mem    *os.File
	vector fxsave // the processor's vector state, its control words included
}

// fxsave is the area of the FXSAVE instruction (Intel SDM, volume 1, 10.5.1).
type fxsave [512]byte

const fxsaveXMM = 160 // offset of xmm0

// newHost starts the process. Where tracing is not allowed the test is skipped, and
// fails with CI=true.
func newHost(t *testing.T) *host {
	path := filepath.Join(t.TempDir(), "host")
	if err := os.WriteFile(path, hostFile(), 0o755); err != nil {
		t.Fatal(err)
	}
	h := &host{calls: make(chan func())}
	go h.serve()
	t.Cleanup(func() { close(h.calls) })
	cmd := exec.Command(path)
	cmd.SysProcAttr = &syscall.SysProcAttr{Ptrace: true, Pdeathsig: syscall.SIGKILL}
	err := h.do(cmd.Start)
	if err == nil {
		t.Cleanup(func() { _ = h.do(cmd.Process.Kill); _ = h.do(cmd.Wait) })
		h.pid = cmd.Process.Pid
		err = h.do(h.attach)
	}
	if err != nil {
		refused(t, err)
	}
	t.Cleanup(func() { h.mem.Close() })
	return h
}

// serve makes the calls on one thread: ptrace wants all of them from the thread that
// started the process.
func (h *host) serve() {
	runtime.LockOSThread()
	for call := range h.calls {
		call()
	}
}

// do makes a call on the thread of the process.
func (h *host) do(f func() error) error {
	result := make(chan error)
	h.calls <- func() { result <- f() }
	return <-result
}

// attach waits for the stop at exec, and reads the state that trials start from.
func (h *host) attach() error {
	if sig, err := h.wait(); err != nil || sig != syscall.SIGTRAP {
		return fmt.Errorf("the process stopped with %v, %v", sig, err)
	}
	mem, err := os.OpenFile(fmt.Sprintf("/proc/%d/mem", h.pid), os.O_RDWR, 0)
	if err != nil {
		return err
	}
	h.mem = mem
	return h.vectors(ptraceGetFPRegs)
}

func refused(t *testing.T, err error) {
	t.Helper()
	if testtool.InCI() {
		t.Fatalf("ptrace is not permitted, and CI=true: %v", err)
	}
	t.Skipf("ptrace is not permitted: %v", err)
}

// hostFile is an ELF file with nothing in its code, data and records.
func hostFile() []byte {
	header := elf.Header64{
		Ident: [elf.EI_NIDENT]byte{0x7f, 'E', 'L', 'F', byte(elf.ELFCLASS64), byte(elf.ELFDATA2LSB), byte(elf.EV_CURRENT)},
		Type:  uint16(elf.ET_EXEC), Machine: uint16(elf.EM_X86_64), Version: uint32(elf.EV_CURRENT),
		Entry: hostText, Phoff: 64, Ehsize: 64, Phentsize: 56, Phnum: 3,
	}
	var progs [3]elf.Prog64
	for i, addr := range []uint64{hostText, hostData, hostRecords} {
		progs[i] = elf.Prog64{Type: uint32(elf.PT_LOAD), Flags: uint32(elf.PF_R | elf.PF_W), Vaddr: addr, Memsz: hostSize, Align: 4096}
	}
	progs[0].Flags = uint32(elf.PF_R | elf.PF_X)
	progs[0].Filesz = 4096
	var b bytes.Buffer
	for _, part := range []any{header, progs} {
		if err := binary.Write(&b, binary.LittleEndian, part); err != nil {
			panic("BUG: " + err.Error())
		}
	}
	return append(b.Bytes(), make([]byte, 4096-b.Len())...)
}

// Requests of ptrace(2) that package syscall has no function for.
const (
	ptraceGetFPRegs = 14
	ptraceSetFPRegs = 15
)

// vectors reads or writes the vector state.
func (h *host) vectors(request uintptr) error {
	_, _, errno := syscall.RawSyscall6(syscall.SYS_PTRACE, request, uintptr(h.pid), 0, uintptr(unsafe.Pointer(&h.vector)), 0, 0)
	if errno != 0 {
		return errno
	}
	return nil
}

// wait gives the signal that stopped the process.
func (h *host) wait() (syscall.Signal, error) {
	var status syscall.WaitStatus
	if _, err := syscall.Wait4(h.pid, &status, 0, nil); err != nil {
		return 0, err
	}
	if !status.Stopped() {
		return 0, fmt.Errorf("the process ended: %v", status)
	}
	return status.StopSignal(), nil
}

// windowSize is how much of the data a trial has for itself, in bytes.
const windowSize = 512

// state is what an instruction reads and writes.
type state struct {
	regs  [16]uint64
	xmm   [16]Value
	flags Flags
	pc    uint64
	data  [windowSize]byte
	slot  int // which window of the data, and which place in the code
}

// window is the address of the data.
func (s *state) window() uint64 { return hostData + uint64(s.slot)*windowSize }

// run executes a trial by itself: the signal is 0 unless the processor refused. It is
// slow; see batch.
func (h *host) run(tr *trial) (sig syscall.Signal, err error) {
	err = h.do(func() (err error) {
		sig, err = h.step(tr)
		return err
	})
	return sig, err
}

// step executes the instruction once, or as often as it repeats itself.
func (h *host) step(tr *trial) (syscall.Signal, error) {
	if err := h.put(tr.code, &tr.s); err != nil {
		return 0, err
	}
	for start := tr.s.pc; ; {
		if err := syscall.PtraceSingleStep(h.pid); err != nil {
			return 0, err
		}
		sig, err := h.wait()
		if err != nil || sig != syscall.SIGTRAP {
			return sig, err
		}
		if err := h.get(&tr.s); err != nil || tr.in.Op != REPMOVSB || tr.s.pc != start {
			return 0, err
		}
	}
}

// put writes the code and the state into the process.
func (h *host) put(code []byte, s *state) error {
	if _, err := h.mem.WriteAt(code, int64(s.pc)); err != nil {
		return err
	}
	if _, err := h.mem.WriteAt(s.data[:], int64(s.window())); err != nil {
		return err
	}
	for i, v := range s.xmm {
		putLittle(h.vector[fxsaveXMM+16*i:fxsaveXMM+16*i+16], v)
	}
	if err := h.vectors(ptraceSetFPRegs); err != nil {
		return err
	}
	var regs syscall.PtraceRegs
	if err := syscall.PtraceGetRegs(h.pid, &regs); err != nil {
		return err
	}
	for i, p := range general(&regs) {
		*p = s.regs[i]
	}
	regs.Rip, regs.Orig_rax = s.pc, ^uint64(0)
	regs.Eflags = regs.Eflags&^uint64(AllFlags) | uint64(s.flags)
	return syscall.PtraceSetRegs(h.pid, &regs)
}

// get reads the state back.
func (h *host) get(s *state) error {
	var regs syscall.PtraceRegs
	if err := syscall.PtraceGetRegs(h.pid, &regs); err != nil {
		return err
	}
	for i, p := range general(&regs) {
		s.regs[i] = *p
	}
	s.pc, s.flags = regs.Rip, Flags(regs.Eflags)&AllFlags
	if err := h.vectors(ptraceGetFPRegs); err != nil {
		return err
	}
	for i := range s.xmm {
		s.xmm[i] = little(h.vector[fxsaveXMM+16*i : fxsaveXMM+16*i+16])
	}
	_, err := h.mem.ReadAt(s.data[:], int64(s.window()))
	return err
}

// general are the registers by number.
func general(r *syscall.PtraceRegs) [16]*uint64 {
	return [16]*uint64{
		&r.Rax, &r.Rcx, &r.Rdx, &r.Rbx, &r.Rsp, &r.Rbp, &r.Rsi, &r.Rdi,
		&r.R8, &r.R9, &r.R10, &r.R11, &r.R12, &r.R13, &r.R14, &r.R15,
	}
}
