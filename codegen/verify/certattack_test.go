package verify_test

import (
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// Attacks on the design of certificates: changes of the server of testdata/verify that break a rule
// by what sums of variables, bounds or notes of what was written do not say of the processor or the
// kernel. Each is refused, for the reason that it is there for.
func TestCertificateAttacks(t *testing.T) {
	base := readSource(t)
	known := placesOf(t, base)
	for _, a := range certAttacks {
		t.Run(strings.ReplaceAll(a.name, " ", "_"), func(t *testing.T) {
			err := refusal(t, known, base, &txtar.Archive{Files: []txtar.File{{Name: "change", Data: []byte(a.change)}}})
			if err == nil {
				t.Error("it is accepted")
			} else if !strings.Contains(err.Error(), a.want) {
				t.Errorf("%v, want %s", err, a.want)
			}
		})
	}
}

// nibble puts four bits of an address in rax.
const nibble = "+ mov eax, esp\n+ shr eax, 4\n+ and eax, 7\n"

var certAttacks = []struct{ name, change, want string }{
	{"carry of a comparison of what has a known difference", `
 answer:
+ mov eax, esp
+ lea rcx, [rax + 0x40000000]
+ cmp eax, ecx
+ jb finish
`, "a branch goes by what was made of an address"},
	{"overflow of such a comparison", `
 answer:
+ mov eax, esp
+ lea rcx, [rax + 0x40000000]
+ cmp eax, ecx
+ jl finish
`, "a branch goes by what was made of an address"},
	{"carry of a sum that is a constant", `
 answer:
+ mov rax, rsp
+ mov rcx, rax
+ neg rcx
+ lea rcx, [rcx + 0x40000000]
+ add rax, rcx
+ jb finish
`, "a branch goes by what was made of an address"},
	{"carry that an increment leaves", `
 answer:
+ mov eax, esp
+ cmp eax, 5
+ inc ecx
+ jb finish
`, "a branch goes by what was made of an address"},
	{"carry of a shift", `
 answer:
+ mov eax, esp
+ shl eax, 1
+ jb finish
`, "a branch goes by what was made of an address"},
	{"flags that a shift by 0 bits leaves", `
 answer:
+ mov ecx, esp
+ test ecx, 16
+ shl edx, cl
+ je finish
`, "a branch goes by what was made of an address"},
	{"a division by what may be 0", `
 answer:
+ rdtsc
+ mov ecx, eax
+ mov eax, 7
+ xor edx, edx
+ div ecx
`, "the divisor is no constant above 0"},
	{"a division by 0 of 4 bytes, of 8 that are not", `
 answer:
+ mov eax, 7
+ xor edx, edx
+ mov ecx, 1
+ shl rcx, 32
+ div ecx
`, "the divisor is no constant above 0"},
	{"a quotient that does not fit", `
 answer:
+ mov eax, 7
+ mov edx, 7
+ mov ecx, 5
+ div ecx
`, "is not known to be 0"},
	{"flags of a division", `
 answer:
+ mov eax, 7
+ xor edx, edx
+ mov ecx, 5
+ div ecx
+ je finish
`, "flags are asked for that nothing set"},
	{"the clock where there is a return address", `
 answer:
+ call late
+late:
+ xor edi, edi
+ mov rsi, rsp
+ mov eax, 228
+ syscall
`, "may be written"},
	{"a clock of another process", `
 answer:
+ mov edi, 2
+ lea rsi, [rsp + 8]
+ mov eax, 228
+ syscall
`, "clock_gettime: rdi is"},
	{"what the clock may have left as it was", `
 answer:
+ xor edi, edi
+ lea rsi, [rsp + 8]
+ mov qword [rsi], 2
+ mov eax, 228
+ syscall
+ lea rcx, [rel head]
+ mov rax, [rsp + 8]
+ movzx eax, byte [rcx + rax]
`, "in the data"},
	{"the upper half that a scan of 0 leaves", `
 answer:
+ movzx eax, byte [rbp]
+ shl rax, 40
+ xor ecx, ecx
+ bsf eax, ecx
+ shr rax, 32
+ mov byte [rbp + rax], 1
`, "are not all in the frame"},
	{"an address that a scan of 0 leaves", `
 answer:
+ mov rax, rsp
+ movzx ecx, byte [rbp]
+ bsf eax, ecx
+ and eax, 7
+ je finish
`, "a branch goes by what was made of an address"},
	{"a zero flag that a test of a bit leaves", `
 answer:
+ test esp, 16
+ bt ecx, eax
+ je finish
`, "a branch goes by what was made of an address"},
	{"flags that a product leaves undefined", `
 answer:
+ mov eax, esp
+ test eax, 16
+ mov eax, 5
+ imul rax, rbx
+ je finish
`, "a branch goes by what was made of an address"},
	{"a sign that a scan leaves undefined", `
 answer:
+ mov eax, esp
+ mov ecx, 5
+ cmp eax, 20480
+ bsf ecx, ecx
+ js finish
`, "flags are asked for that nothing set"},
	{"a count of a shift", `
 answer:
+ mov ecx, esp
+ xor edx, edx
+ inc edx
+ shl edx, cl
+ js finish
`, "a branch goes by what was made of an address"},
	{"flags in r11", `
 answer:
+ lea rsi, [rel head]
+ mov edx, 1
+ mov edi, r13d
+ mov eax, 1
+ mov ecx, esp
+ inc ecx
+ shl ecx, 31
+ syscall
+ mov [rsp + 8], r11
+ lea rsi, [rsp + 8]
+ mov edx, 8
+ call send
`, "may be made of an address"},
	{"flags in r11 where a node forgot them", `
 answer:
+ mov ecx, esp
+ cmp ecx, 5
+ jmp twice
+ jmp twice
+twice:
+ lea rsi, [rel head]
+ mov edx, 1
+ mov edi, r13d
+ mov eax, 1
+ syscall
+ mov [rsp + 8], r11
+ lea rsi, [rsp + 8]
+ mov edx, 8
+ call send
`, "may be made of an address"},
	{"which byte of the data is written", `
 answer:
` + nibble + `+ lea rsi, [rel head]
+ add rsi, rax
+ mov edx, 1
+ call send
`, "which bytes the kernel would read is made of an address"},
	{"which byte of the stack is written", `
 answer:
+ mov qword [rsp + 8], 0x1234567
` + nibble + `+ lea rsi, [rsp + rax]
+ add rsi, 8
+ mov edx, 1
+ call send
`, "which bytes the kernel would read is made of an address"},
	{"which byte of the stack is loaded", `
 answer:
+ mov qword [rsp + 8], 0x1234567
` + nibble + `+ movzx eax, byte [rsp + rax + 8]
+ mov [rsp + 16], rax
+ lea rsi, [rsp + 16]
+ mov edx, 8
+ call send
`, "may be made of an address"},
	{"which byte of the data is loaded", `
 answer:
` + nibble + `+ lea rcx, [rel head]
+ movzx eax, byte [rcx + rax]
+ mov [rsp + 16], rax
+ lea rsi, [rsp + 16]
+ mov edx, 8
+ call send
`, "may be made of an address"},
	{"where is written", `
 answer:
+ mov qword [rsp + 8], 0
` + nibble + `+ mov byte [rsp + rax + 8], 1
+ lea rsi, [rsp + 8]
+ mov edx, 8
+ call send
`, "where is written is made of an address"},
	{"where a read writes", `
 receive:
  mov edx, 4096
- mov rsi, rbp
` + nibble + `+ sub edx, eax
+ lea rsi, [rbp + rax]
`, "is made of an address"},
	{"length of a read", `
 receive:
- mov edx, 4096
+ mov edx, esp
+ and edx, 4095
`, "the length in rdx is made of an address"},
	{"length of a write", `
 answer:
+ lea rsi, [rel head]
+ mov edx, esp
+ and edx, 15
+ mov edi, r13d
+ mov eax, 1
+ syscall
`, "the length in rdx is made of an address"},
	{"time limit from an address", `
 child:
+ mov [rsp], rsp
+ mov [rsp + 8], rsp
+ mov r10, rsp
+ mov r8d, 16
+ mov edx, 21
+ mov esi, 1
+ mov edi, r12d
+ mov eax, 3
+ syscall
+ mov edi, r13d
+ mov eax, 54
+ syscall
  mov edi, r12d
  mov eax, 3
`, "may be made of an address"},
	{"moved by the flags of an address", `
 answer:
+ mov eax, esp
+ test eax, 16
+ cmove ebx, r14d
`, "a branch goes by what was made of an address"},
	{"a push writes into the buffer before the read is looked at", `
 receive:
  mov edx, 4096
  mov rsi, rbp
  mov edi, r13d
  xor eax, eax
  syscall
+ add rsp, 4136
+ push rsp
+ pop rcx
+ sub rsp, 4136
  test eax, eax
`, "are not known to be written"},
	{"return to a pushed number", `
 answer:
+ push rbx
+ ret
`, "a return without its call"},
	{"a number counts down for ever", `
 answer:
+ xor r8d, r8d
+forever:
+ dec r8
+ jmp forever
`, "not known to be at least 0"},
	{"a number counts up for ever", `
 answer:
+ xor r8d, r8d
+forever:
+ inc r8
+ jmp forever
`, "the instructions that the certificate grants"},
	{"system calls for ever", `
 answer:
+ xor r15d, r15d
+forever:
+ lea rsi, [rel head]
+ mov edx, 1
+ mov edi, r13d
+ mov eax, 1
+ syscall
+ dec r15
+ jmp forever
`, "that the certificate grants"},
	{"two loops that pay each other", `
 answer:
+ xor r8d, r8d
+ xor r15d, r15d
+one:
+ dec r8
+ inc r15
+ cmp ebx, 7
+ je one
+other:
+ inc r8
+ dec r15
+ cmp ebx, 9
+ jne one
+ jmp other
`, "the instructions that the certificate grants"},
	{"a product wraps", `
 answer:
+ movzx eax, byte [rbp]
+ shl rax, 30
+ shl rax, 30
+ shl rax, 4
+ cmp rax, 8
+ jae finish
+ mov byte [rbp + rax], 1
+ movzx eax, byte [rbp]
+ shl rax, 30
+ shl rax, 30
+ lea rcx, [rax + rax*8]
+ cmp rcx, 8
+ jae finish
+ mov byte [rbp + rcx], 1
`, "does not fit in 64 bits"},
	{"a number of 64 bits is judged by half of it", `
 answer:
+ movzx eax, byte [rbp]
+ shl rax, 30
+ cmp eax, 8
+ jae finish
+ mov byte [rbp + rax], 1
`, "are not all in the frame"},
	{"a handler returns", `
 finish:
+ ret
`, "a return without its call"},
	{"a handler pushes", `
 finish:
+ push rdi
`, "the stack pointer is"},
	{"the return address is written", `
 sent:
+ mov rdi, [rsp]
+ mov [rsp + 16], rdi
+ lea rsi, [rsp + 16]
+ mov edx, 8
+ mov edi, r13d
+ mov eax, 1
+ syscall
`, "not known to be written"},
	{"a saved register is popped from elsewhere", `
 answer:
+ push rbx
+ sub rsp, 8
+ pop rcx
`, "rsp is not where the last push or call left it"},
	{"the child is taken for the parent", `
  test eax, eax
- je child
+ jne child
`, "edi is not the descriptor that is due"},
	{"a failed fork is taken for a child", `
  test eax, eax
- je child
+ js child
+ je child
`, "is not the descriptor that is due"},
}
