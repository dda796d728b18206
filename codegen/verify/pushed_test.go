package verify_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/asmtext"
	"github.com/verbosel/verbosel/codegen/verify"
	"github.com/verbosel/verbosel/codegen/verify/prove"
)

// A register that is pushed in one request and popped in the next one, which gets it, is a
// variable that goes on: it stood in no report.
func TestPushedVariable(t *testing.T) {
	image, err := asmtext.Assemble(strings.Split(`section .text
_start:
sub rsp, 8192
lea rbp, [rsp + 64]
xor edx, edx
mov esi, 1
mov edi, 2
mov eax, 41
syscall
test eax, eax
js exit
mov r12d, eax
mov edx, 16
lea rsi, [rel addr]
mov edi, r12d
mov eax, 49
syscall
test eax, eax
js exit
mov esi, 128
mov edi, r12d
mov eax, 50
syscall
test eax, eax
js exit
again:
xor edx, edx
xor esi, esi
mov edi, r12d
mov eax, 43
syscall
test eax, eax
js again
mov r13d, eax
mov eax, 57
syscall
test eax, eax
je child
mov edi, r13d
mov eax, 3
syscall
jmp again
child:
mov edi, r12d
mov eax, 3
syscall
mov edx, 1024
lea rsi, [rbp]
mov edi, r13d
xor eax, eax
syscall
cmp eax, 8
jl exit
mov rbx, [rbp]
push rbx
mov edx, 5
lea rsi, [rel text]
mov edi, r13d
mov eax, 1
syscall
mov edx, 1024
lea rsi, [rbp + 2048]
mov edi, r13d
xor eax, eax
syscall
pop rbx
mov [rbp + 4096], rbx
mov edx, 8
lea rsi, [rbp + 4096]
mov edi, r13d
mov eax, 1
syscall
exit:
xor edi, edi
mov eax, 60
syscall
jmp exit
section .data
addr: db 2, 0, 31, 144, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0
text: db 49, 50, 51, 52, 53`, "\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	file, err := image.Bytes(nil)
	if err != nil {
		t.Fatal(err)
	}
	report, err := verify.CheckAnyForm(bytes.NewReader(file), int64(len(file)), verify.Ten())
	if err != nil {
		t.Fatal(err)
	}
	pushed := prove.Variable{Offset: -8200, Size: 8}
	if !slices.ContainsFunc(report.Next, func(n prove.NextRequest) bool { return slices.Contains(n.Variables, pushed) }) {
		t.Errorf("got %+v, want %+v among the variables", report.Next, pushed)
	}
}
