package verify

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// program is a server in miniature: a handler whose address is taken, a call, a
// branch where both ways bring the same number, padding, and exit.
var program = []byte{
	0x48, 0x8d, 0x05, 0x1a, 0x00, 0x00, 0x00, // 1000 lea rax, [rip+26] -> 1021
	0xe8, 0x0d, 0x00, 0x00, 0x00, //             1007 call 1019
	0xb8, 0x01, 0x00, 0x00, 0x00, //             100c mov eax, 1
	0x85, 0xff, //                               1011 test edi, edi
	0x74, 0x00, //                               1013 je 1015
	0x0f, 0x05, //                               1015 syscall (write)
	0xeb, 0x08, //                               1017 jmp 1021
	0xb8, 0x03, 0x00, 0x00, 0x00, //             1019 mov eax, 3
	0x0f, 0x05, //                               101e syscall (close)
	0xc3,                         //             1020 ret
	0xb8, 0x3c, 0x00, 0x00, 0x00, //             1021 mov eax, 60
	0x0f, 0x05, //                               1026 syscall (exit)
	0x90, 0x90, // 1028 padding
}

func TestCheckReports(t *testing.T) {
	got, err := goodImage(program...).gate(Ten())
	if err != nil {
		t.Fatal(err)
	}
	want := &Report{
		Entry: 0x1000,
		Segments: []Segment{
			{Type: "PT_LOAD", Flags: "R-X", Filesz: 0x102a, Memsz: 0x102a},
			{Type: "PT_LOAD", Flags: "R--", Offset: 0x3000, Vaddr: 0x4000, Filesz: 19, Memsz: 19},
			{Type: "PT_GNU_STACK", Flags: "RW-"},
		},
		Syscalls: []Syscall{
			{Number: 1, Name: "write", Addrs: []uint64{0x1015}},
			{Number: 3, Name: "close", Addrs: []uint64{0x101e}},
			{Number: 60, Name: "exit", Addrs: []uint64{0x1026}},
		},
		Instructions: 12, Reachable: 0x28, Swept: 14,
		Unreached: []Span{{Addr: 0x1028, Len: 2}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// A reader's own failure is handed on, not taken for a broken rule.
func TestCheckReadError(t *testing.T) {
	b := goodImage(program...).bytes()
	broken := errors.New("disk on fire")
	_, err := Check(failingAt{bytes.NewReader(b), 0x1000, broken}, int64(len(b)), Ten())
	var rule *Error
	if !errors.Is(err, broken) || errors.As(err, &rule) {
		t.Errorf("got %v, want the reader's error as it is", err)
	}
}

// failingAt fails every read that goes to off or behind it.
type failingAt struct {
	io.ReaderAt
	off int64
	err error
}

func (f failingAt) ReadAt(p []byte, off int64) (int, error) {
	if off+int64(len(p)) > f.off {
		return 0, f.err
	}
	return f.ReaderAt.ReadAt(p, off)
}

func TestSetsDiffer(t *testing.T) {
	if len(Ten().Calls()) != 10 || len(Hardened().Calls()) != 18 {
		t.Fatalf("%d and %d system calls, want 10 and 18", len(Ten().Calls()), len(Hardened().Calls()))
	}
	for _, number := range []int{sysSetsockopt, sysWait4, sysPoll, sysUmask, sysClockGettime, sysGetpid, sysSigprocmask, sysPpoll} {
		if Ten().has(number) || !Hardened().has(number) {
			t.Errorf("%s is not in hardened alone", SyscallName(number))
		}
	}
	for _, number := range []int{sysRecvfrom, sysSendto, sysAccept4, sysEpollCreate1, sysEpollCtl, sysEpollPwait, sysGetpeername, sysPwritev2} {
		if Hardened().has(number) || Probe().has(number) || !Loop().has(number) || !Any().has(number) {
			t.Errorf("%s is not in the loop's calls alone", SyscallName(number))
		}
	}
	if got := SyscallName(257); got != "syscall 257" {
		t.Errorf("a call without a name reads %q", got)
	}
}
