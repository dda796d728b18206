package process

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// counted answers each connection with bytes at once, and executes a known number of
// instructions for it: 1 + 1 behind accept, 300 in a loop, a copy of 8 bytes by one
// instruction with a prefix, and three for each of two calls.
const counted = `BITS 64
org 0x400000
ehdr: db 0x7f,"ELF",2,1,1,0
times 8 db 0
dw 2,62
dd 1
dq start, phdr-ehdr, 0
dd 0
dw 64,56,1,64,0,0
phdr: dd 1,7
dq 0, ehdr, ehdr, end-ehdr, end-ehdr+4096, 4096
PORT equ %PORT%
start: mov edi,2
mov esi,1
xor edx,edx
mov eax,41
syscall
mov r12d,eax
mov edi,r12d
mov esi,addr
mov edx,16
mov eax,49
syscall
mov edi,r12d
mov esi,16
mov eax,50
syscall
again: mov edi,r12d
xor esi,esi
xor edx,edx
mov eax,43
syscall
mov r13d,eax
mov ecx,100
spin: nop
dec ecx
jnz spin
mov esi,answer
mov edi,buffer
mov ecx,8
rep movsb
mov edi,r13d
mov esi,buffer+16
mov edx,1000
xor eax,eax
syscall
mov edi,r13d
mov esi,answer
mov edx,answer_end-answer
mov eax,1
syscall
mov edi,r13d
mov eax,3
syscall
jmp again
addr: dw 2, ((PORT & 255) << 8) | (PORT >> 8)
dd 0x0100007f
dq 0
answer: db "HTTP/1.1 200 OK",13,10,"Content-Length: 0",13,10,13,10
answer_end:
end:
buffer equ $
`

// instructions of one turn of the loop above
const perTurn = 5 + 1 + 1 + 300 + 4 + 5 + 5 + 3 + 1

func TestInstructionsAreExact(t *testing.T) {
	nasm, err := exec.LookPath("nasm")
	if err != nil {
		t.Skip("nasm is not installed")
	}
	_, opts := testServer(t)
	_, port, _ := strings.Cut(opts.Address, ":")
	dir := t.TempDir()
	source, program := filepath.Join(dir, "counted.asm"), filepath.Join(dir, "counted")
	if err := os.WriteFile(source, []byte(strings.ReplaceAll(counted, "%PORT%", port)), 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(nasm, "-f", "bin", "-o", program, source).CombinedOutput(); err != nil {
		t.Fatalf("nasm: %v: %s", err, out)
	}
	if err := os.Chmod(program, 0o755); err != nil {
		t.Fatal(err)
	}
	got, err := Instructions(t.Context(), Command{Path: program}, opts, false, 5)
	if errors.Is(err, unix.EPERM) {
		t.Skip("ptrace is not permitted here")
	}
	for tries := 1; err == nil && got != perTurn && tries < 10; tries++ { // a server that does not get its turn seems to rest
		got, err = Instructions(t.Context(), Command{Path: program}, opts, false, 5)
	}
	if err != nil || got != perTurn {
		t.Errorf("%v instructions, %v; want %d", got, err, perTurn)
	}
}

// Threads and persistent connections are followed.
func TestInstructionsOfThreads(t *testing.T) {
	c, opts := testServer(t)
	got, err := Instructions(t.Context(), c, opts, true, 2)
	if errors.Is(err, unix.EPERM) {
		t.Skip("ptrace is not permitted here")
	}
	if err != nil || got < 100 {
		t.Errorf("%v instructions, %v", got, err)
	}
	if _, err := Exchange(opts.Address, Request("/", "host", false), time.Second); err == nil {
		t.Error("the traced server is left")
	}
}

func TestInstructionsFail(t *testing.T) {
	_, opts := testServer(t)
	for path, want := range map[string]string{
		"/nowhere/server": "no such file", "/bin/true": "ended before it answered",
	} {
		if _, err := Instructions(t.Context(), Command{Path: path}, opts, false, 1); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", path, err, want)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	c, opts := testServer(t)
	if _, err := Instructions(ctx, c, opts, false, 1); err == nil {
		t.Error("cancelled, and it measured")
	}
}
