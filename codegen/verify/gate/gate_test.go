package gate

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/verbosel/verbosel/codegen/internal/handmade"
)

// try writes the image and brings it to the gate, which takes every form of instruction.
func try(img *handmade.Image, promised Set) (*Report, error) {
	b := img.Bytes()
	s, err := PassAnyForm(bytes.NewReader(b), int64(len(b)), promised)
	if err != nil {
		return nil, err
	}
	return &s.Report, nil
}

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

func TestReport(t *testing.T) {
	got, err := try(handmade.Good(program...), Ten())
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
