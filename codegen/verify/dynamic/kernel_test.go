package dynamic

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// sys is the code of a system call with its first three arguments, each below 128.
func sys(number, rdi, rsi, rdx byte) string {
	b := []byte{0x6a, rdi, 0x5f, 0x6a, rsi, 0x5e, 0x6a, rdx, 0x5a, 0xb8, number, 0, 0, 0, 0x0f, 0x05}
	return hex.EncodeToString(b) // push, pop rdi; push, pop rsi; push, pop rdx; mov eax; syscall
}

// flagged is a call with a fourth and a fifth argument, each below 128.
func flagged(r10, r8 byte, call string) string {
	return hex.EncodeToString([]byte{0x6a, r10, 0x41, 0x5a, 0x6a, r8, 0x41, 0x58}) + call // push, pop r10; push, pop r8
}

// The calls of a correct server, up to some point: each is the code of those before too.
var (
	opened   = sys(Socket, 2, 1, 0)
	bound    = opened + "4883ec40 48c7042400000000 48c744240800000000" + "4889e6 6a035f 6a105a b831000000 0f05"
	waiting  = bound + sys(Listen, 3, 9, 0)
	accepted = waiting + sys(Accept, 3, 0, 0)
	child    = accepted + sys(Fork, 0, 0, 0) + sys(Close, 3, 0, 0)
)

// forkTwice forks in the child without its close of the listener.
var forkTwice = accepted + sys(Fork, 0, 0, 0) + sys(Fork, 0, 0, 0)

// action is rt_sigaction(SIGTERM, ...) of a struct of zeros.
const action = "4883ec40 48c7042400000000 48c744240800000000 48c744241000000000 48c744241800000000" +
	"4889e6 6a0f5f 31d2 6a08415a b80d000000 0f05"

// Each program breaks the rule syscalls, or another one, in its last call.
func TestKernelRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		code string
		rule rules.Rule
		want string
	}{
		"another call":           {sys(2, 0, 0, 0), rules.Syscalls, "call 2 is not among"},
		"a datagram socket":      {sys(Socket, 2, 2, 0), rules.Syscalls, "socket(2, 2, 0)"},
		"a netlink socket":       {sys(Socket, 16, 1, 0), rules.Syscalls, "socket(16, 1, 0)"},
		"a second socket":        {opened + sys(Socket, 2, 1, 0), rules.Syscalls, "socket"},
		"listen without bind":    {opened + sys(Listen, 3, 9, 0), rules.Syscalls, "listen"},
		"listen without backlog": {bound + sys(Listen, 3, 0, 0), rules.Syscalls, "listen"},
		"bind to nothing":        {opened + sys(Bind, 3, 0, 16), rules.Reads, "neither"},
		"bind of no length":      {opened + sys(Bind, 3, 0, 0), rules.Syscalls, "bind"},
		"bind of another":        {opened + sys(Bind, 1, 0, 16), rules.Syscalls, "bind(1"},
		"an unknown option":      {opened + sys(Setsockopt, 3, 1, 99), rules.Syscalls, "setsockopt(3, 1, 99"},
		"accept before listen":   {bound + sys(Accept, 3, 0, 0), rules.Syscalls, "accept"},
		"a handler for signal 0": {sys(RtSigaction, 0, 0, 0), rules.Syscalls, "rt_sigaction(0"},
		"fork before accept":     {waiting + sys(Fork, 0, 0, 0), rules.Syscalls, "fork"},
		"close of the listener":  {waiting + sys(Close, 3, 0, 0), rules.Syscalls, "close(3)"},
		"close of output":        {waiting + sys(Close, 1, 0, 0), rules.Syscalls, "close(1)"},
		"read at boot":           {sys(Read, 0, 0, 1), rules.Syscalls, "read(0)"},
		"read in the parent":     {accepted + sys(Read, 4, 0, 1), rules.Syscalls, "read(4)"},
		"write in the parent":    {accepted + sys(Write, 4, 0, 1), rules.Syscalls, "write(4)"},
		"banner in the parent":   {accepted + sys(Write, 1, 0, 1), rules.Syscalls, "write(1)"},
		"accept before close":    {accepted + sys(Accept, 3, 0, 0), rules.Syscalls, "accept"},
		"read of the listener":   {child + sys(Read, 3, 0, 1), rules.Syscalls, "read(3)"},
		"write to a closed one":  {child + sys(Close, 4, 0, 0) + sys(Write, 4, 0, 1), rules.Syscalls, "write(4)"},
		"accept in the child":    {child + sys(Accept, 3, 0, 0), rules.Syscalls, "accept"},
		"a second fork":          {forkTwice, rules.Syscalls, "fork"},
		"fork in the child":      {child + sys(Fork, 0, 0, 0), rules.Syscalls, "fork"},
		"closed twice":           {child + sys(Close, 3, 0, 0), rules.Syscalls, "close(3)"},
		"read into nothing":      {child + sys(Read, 4, 0, 1), rules.Writes, "not in the frame"},
		"write from nothing":     {child + sys(Write, 4, 0, 1), rules.Reads, "neither"},
		"write of the unwritten": {child + "4889e6 6a045f 6a205a b801000000 0f05", rules.Reads, "was not written"},
		"read, and more written": {child + "4889e6 6a045f 6a105a b800000000 0f05 4889e6 6a105a b801000000 0f05", rules.Reads, "[rsp+2] was not written"},
		"recvfrom of another":    {child + flagged(0x40, 0, sys(Recvfrom, 3, 0, 1)), rules.Syscalls, "recvfrom(3, 0x0, 1, 0x40, 0x0)"},
		"recvfrom that peeks":    {child + flagged(2, 0, sys(Recvfrom, 4, 0, 1)), rules.Syscalls, "recvfrom(4, 0x0, 1, 0x2, 0x0)"},
		"recvfrom of an address": {child + flagged(0, 1, sys(Recvfrom, 4, 0, 1)), rules.Syscalls, "recvfrom(4, 0x0, 1, 0x0, 0x1)"},
		"recvfrom in the parent": {accepted + flagged(0x40, 0, sys(Recvfrom, 4, 0, 1)), rules.Syscalls, "recvfrom(4"},
		"recvfrom into nothing":  {child + flagged(0x40, 0, sys(Recvfrom, 4, 0, 1)), rules.Writes, "not in the frame"},
		"sendto a console":       {child + flagged(0x40, 0, sys(Sendto, 1, 0, 1)), rules.Syscalls, "sendto(1"},
		"sendto out of band":     {child + flagged(1, 0, sys(Sendto, 4, 0, 1)), rules.Syscalls, "sendto(4, 0x0, 1, 0x1, 0x0)"},
		"sendto an address":      {child + flagged(0x40, 1, sys(Sendto, 4, 0, 1)), rules.Syscalls, "sendto(4, 0x0, 1, 0x40, 0x1)"},
		"sendto from nothing":    {child + flagged(0x40, 0, sys(Sendto, 4, 0, 1)), rules.Reads, "neither"},
		"exit in the parent":     {accepted + sys(Exit, 0, 0, 0), rules.Syscalls, "exit(0)"},
		"an unknown status":      {sys(Exit, 7, 0, 0), rules.Syscalls, "exit(7)"},
		"no restorer":            {action, rules.Syscalls, "with the flags 0"},
		"a deeper accept":        {accepted + sys(Close, 4, 0, 0) + "50" + sys(Accept, 3, 0, 0), rules.Bounds, "deeper at accept"},
		"an endless loop":        {"ebfe", rules.Bounds, "no end"},
		"an endless child":       {child + "ebfe", rules.Bounds, "no end"},
	} {
		t.Run(name, func(t *testing.T) {
			script := Script{Limit: 100_000, Segments: [][]byte{[]byte("hi")}}
			s, _, err := Boot(program(t, test.code), script)
			if s != nil {
				_, err = s.Serve(script)
			}
			var fault *isa.Fault
			if !errors.As(err, &fault) || fault.Rule != test.rule || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%v, want %s: %s", err, test.rule, test.want)
			}
		})
	}
}

// program is an ELF of code alone.
func program(t *testing.T, code string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(code, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	header := elf.Header64{
		Ident: [elf.EI_NIDENT]byte{0x7f, 'E', 'L', 'F', byte(elf.ELFCLASS64), byte(elf.ELFDATA2LSB), byte(elf.EV_CURRENT)},
		Type:  uint16(elf.ET_DYN), Machine: uint16(elf.EM_X86_64), Version: uint32(elf.EV_CURRENT),
		Entry: 120, Phoff: 64, Ehsize: 64, Phentsize: 56, Phnum: 1,
	}
	size := uint64(120 + len(b))
	text := elf.Prog64{Type: uint32(elf.PT_LOAD), Flags: uint32(elf.PF_R | elf.PF_X), Filesz: size, Memsz: size, Align: 4096}
	var out bytes.Buffer
	for _, part := range []any{header, text, b} {
		if err := binary.Write(&out, binary.LittleEndian, part); err != nil {
			t.Fatal(err)
		}
	}
	return out.Bytes()
}

// What is no ELF file is an error of Boot, but no fault.
func TestBootNoELF(t *testing.T) {
	var fault *isa.Fault
	if _, _, err := Boot([]byte("#!/bin/sh"), Script{}); err == nil || errors.As(err, &fault) {
		t.Errorf("got %v", err)
	}
}

// A silent client closes in the end.
func TestSilence(t *testing.T) {
	const readForever = "4889e6 6a045f 6a005a b800000000 0f05 ebee"
	script := Script{Silent: true, Limit: 20_000}
	s, _, err := Boot(program(t, child+readForever), script)
	if err != nil {
		t.Fatal(err)
	}
	run, _ := s.Serve(script)
	timeouts := 0
	for _, c := range run.Calls {
		if c.Number == Read && c.Result == -EAGAIN {
			timeouts++
		}
	}
	if last := run.Calls[len(run.Calls)-1]; timeouts != maxTimeouts || last.Result != 0 || !run.Ended {
		t.Errorf("%d timeouts, the last call %v", timeouts, last)
	}
}

// What is discarded is written all the same.
func TestDiscard(t *testing.T) {
	file := text(t, oneRoute)
	for _, discard := range []bool{false, true} {
		run, err := boot(t, file).Serve(Script{Segments: [][]byte{[]byte(getRoot)}, Discard: discard})
		if err != nil || run.Status != 0 || (len(run.Output) == 0) != discard {
			t.Errorf("discard %v: %v, status %d, %q", discard, err, run.Status, run.Output)
		}
	}
}
