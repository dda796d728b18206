package verify_test

import (
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// loopCase is a case of a server of many clients that changes it so.
func loopCase(change string) *txtar.Archive {
	return &txtar.Archive{Files: []txtar.File{{Name: "base", Data: []byte("loop.asm\n")}, {Name: "change", Data: []byte(change)}}}
}

// Servers that cases of the corpus break have certificates: among them those of many clients.
func TestCertificatesOfBases(t *testing.T) {
	for _, name := range certifiedBases {
		t.Run(name, func(t *testing.T) {
			base := readBase(t, &txtar.Archive{Files: []txtar.File{{Name: "base", Data: []byte(name)}}})
			if _, err := certified(t, newCase(t, base, new(txtar.Archive))); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// Attacks on where a process turns from one client to the next, as TestCertificateAttacks.
func TestLoopCertificateAttacks(t *testing.T) {
	known, base := knownBases{}.of(t, loopCase(""))
	for _, a := range []struct{ name, change, want string }{
		{"an event is added to what a client left", `
-        mov r13d, [rcx + rax*4 + 4]
+        add r13d, [rcx + rax*4 + 4]
`, "are not known to be written"},
		{"an event is compared with what a client left", `
-        mov r13d, [rcx + rax*4 + 4]
+        cmp r14d, [rcx + rax*4 + 4]
+        je stop
+        mov r13d, [rcx + rax*4 + 4]
`, "are not known to be written"},
		{"flags go over the turn", `
-        mov r13d, [rcx + rax*4 + 4]
+        cmp r14d, 7
+        mov r13d, [rcx + rax*4 + 4]
+        je stop
`, "flags are asked for that nothing set"},
		{"a vector goes over the turn", `
 answer:
+        movq rcx, xmm1
+        test ecx, 1
+        je finish
+        movdqu xmm1, [rsp + 816]
`, "a branch goes by what was made of an address"},
		{"one of two constants goes over the turn", `
 answer:
+        test r12d, 1
+        je finish
+        mov r12d, 2
+        cmp eax, 5
+        je answer_on
+        mov r12d, 3
+answer_on:
`, "a branch goes by what was made of an address"},
		{"the stack says who comes next", `
 answer:
+        cmp eax, 5
+        jne answer_on
+        sub rsp, 16
+answer_on:
`, "is neither on the stack nor in the data"},
		{"the stack is above the events in between", `
-        mov [rsp + 44], eax
+        mov [rsp + 44], eax
+        add rsp, 4864
+        sub rsp, 4864
`, "are not known to be written"},
		{"how many events there are is made up", `
-        mov [rsp + 44], eax
+        mov dword [rsp + 44], 64
`, "are not known to be written"},
		{"an event is picked by where the next one is", `
-        lea rcx, [rsp + rax*8 + 64]
+        lea rcx, [rsp + rax*8 + 76]
`, "are not known to be written"},
		{"half an event", `
-        mov r13d, [rcx + rax*4 + 4]
+        movzx r13d, word [rcx + rax*4 + 4]
`, "are not known to be written"},
		{"a client is read from in a child of nobody", `
-        mov eax, 45                 ; recvfrom
+        xor eax, eax
`, "read is not due here"},
		{"a descriptor goes on behind its close", `
 finish:
         mov edi, r13d
         mov eax, 3                  ; close
         syscall
-        jmp pick
+        mov edx, r13d
+        jmp answer
`, "sendto is not due here"},
		{"accept of a listener that does not wait", `
-        mov eax, 288                ; accept4
+        mov eax, 43
`, "accept is not due here"},
		{"a client from which nothing was accepted is added", `
         test eax, eax
-        js pick
+        js next_client
+        jmp added
+added:
         mov r13d, eax
         xor eax, eax
         mov [rsp + 8], eax
         mov dword [rsp], 1          ; EPOLLIN
-        mov [rsp + 4], r13d
+        mov dword [rsp + 4], 1
`, "neither the listener with -1 nor a new client with itself"},
		{"the set has a number of its own", `
-        mov [rsp + 36], eax
+        mov dword [rsp + 36], 4
`, "edi is not the descriptor that is due"},
	} {
		t.Run(strings.ReplaceAll(a.name, " ", "_"), func(t *testing.T) {
			err := refusal(t, known, base, loopCase(a.change))
			if err == nil {
				t.Error("it is accepted")
			} else if !strings.Contains(err.Error(), a.want) {
				t.Errorf("%v, want %s", err, a.want)
			}
		})
	}
}
