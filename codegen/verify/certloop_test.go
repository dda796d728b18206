package verify_test

import (
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// loopCase is a case of a server of many clients that changes it so.
func loopCase(base, change string) *txtar.Archive {
	return &txtar.Archive{Files: []txtar.File{{Name: "base", Data: []byte(base)}, {Name: "change", Data: []byte(change)}}}
}

// Servers that cases of the corpus break have certificates: among them those of many clients.
func TestCertificatesOfBases(t *testing.T) {
	for _, name := range certifiedBases {
		t.Run(name, func(t *testing.T) {
			base := readBase(t, loopCase(name, ""))
			if _, err := certified(t, newCase(t, base, new(txtar.Archive))); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// Attacks on where a process turns from one client to the next, as TestCertificateAttacks.
func TestLoopCertificateAttacks(t *testing.T) {
	const plain, handsOver, readsNew = "loop.asm", "accepted/loop_hands_over.txtar", "accepted/loop_reads_new.txtar"
	const sweeps, counts = "accepted/loop_sweeps.txtar", "accepted/loop_counts.txtar"
	const hearsAll = "accepted/loop_hears_at_the_end.txtar"
	const childLogs, workers = "accepted/loop_child_logs.txtar", "accepted/loop_workers.txtar"
	bases := knownBases{}
	for _, a := range []struct{ name, base, change, want string }{
		{"an event is added to what a client left", plain, `
-        mov r13d, [rcx + rax*4 + 4]
+        add r13d, [rcx + rax*4 + 4]
`, "are not known to be written"},
		{"an event is compared with what a client left", plain, `
-        mov r13d, [rcx + rax*4 + 4]
+        cmp r14d, [rcx + rax*4 + 4]
+        je stop
+        mov r13d, [rcx + rax*4 + 4]
`, "are not known to be written"},
		{"flags go over the turn", plain, `
-        mov r13d, [rcx + rax*4 + 4]
+        cmp r14d, 7
+        mov r13d, [rcx + rax*4 + 4]
+        je stop
`, "flags are asked for that nothing set"},
		{"a vector goes over the turn", plain, `
 answer:
+        movq rcx, xmm1
+        test ecx, 1
+        je finish
+        movdqu xmm1, [rsp + 816]
`, "a branch goes by what was made of an address"},
		{"one of two constants goes over the turn", plain, `
 answer:
+        test r12d, 1
+        je finish
+        mov r12d, 2
+        cmp eax, 5
+        je answer_on
+        mov r12d, 3
+answer_on:
`, "a branch goes by what was made of an address"},
		{"the stack says who comes next", plain, `
 answer:
+        cmp eax, 5
+        jne answer_on
+        sub rsp, 16
+answer_on:
`, "is neither on the stack nor in the data"},
		{"the stack is above the events in between", plain, `
-        mov [rsp + 44], eax
+        mov [rsp + 44], eax
+        add rsp, 4864
+        sub rsp, 4864
`, "are not known to be written"},
		{"how many events there are is made up", plain, `
-        mov [rsp + 44], eax
+        mov dword [rsp + 44], 64
`, "are not known to be written"},
		{"an event is picked by where the next one is", plain, `
-        lea rcx, [rsp + rax*8 + 64]
+        lea rcx, [rsp + rax*8 + 76]
`, "are not known to be written"},
		{"half an event", plain, `
-        mov r13d, [rcx + rax*4 + 4]
+        movzx r13d, word [rcx + rax*4 + 4]
`, "are not known to be written"},
		{"a client is read from in a child of nobody", plain, `
-        mov eax, 45                 ; recvfrom
+        xor eax, eax
`, "read is not due here"},
		{"a descriptor goes on behind its close", plain, `
 finish:
         mov edi, r13d
         mov eax, 3                  ; close
         syscall
-        jmp pick
+        mov edx, r13d
+        jmp answer
`, "sendto is not due here"},
		{"accept of a listener that does not wait", plain, `
-        mov eax, 288                ; accept4
+        mov eax, 43
`, "accept is not due here"},
		{"a client from which nothing was accepted is added", plain, `
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
`, "nor a client with itself that is due"},
		{"the set has a number of its own", plain, `
-        mov [rsp + 36], eax
+        mov dword [rsp + 36], 4
`, "edi is not the descriptor that is due"},
		{"the process that forked answers", handsOver, `
-        jns finish
+        jns answer
`, "sendto is not due here"},
		{"who forked is not known", handsOver, `
-        je child
-        jns finish
+        jmp finish
`, "close is not due here"},
		{"the process that forked keeps its client", handsOver, `
-        jns finish
+        jns pick
`, "are not known to be written"},
		{"a child closes the set first", handsOver, `
 child:
-        mov edi, [rsp + 32]
+        mov edi, [rsp + 36]
`, "close: edi is not the descriptor that is due"},
		{"a child goes on to wait", handsOver, `
         test eax, eax
         jle stop
-        mov edx, 38
+        jmp wait
+        mov edx, 38
`, "epoll_pwait is not due here"},
		{"a child is left with the set", handsOver, `
         mov edi, [rsp + 36]
-        mov eax, 3
-        syscall
-        mov edx, 4096
+        mov edx, 4096
`, "read is not due here"},
		{"a new client in front of an event", readsNew, `
-        jae turn
+        jae turn
+        test eax, 1
+        je turn
`, "recvfrom of a new client in front of events"},
		{"a client of an event is added again", readsNew, `
-        jle pick
-        xor eax, eax
+        xor eax, eax
`, "nor a client with itself that is due"},
		{"a new client stays out of the set", readsNew, `
 kept:
         mov eax, [rsp + 40]
         cmp eax, [rsp + 44]
-        jle pick
+        jmp pick
`, "accept4 is not due here"},
		{"ages are not written before the first wait", sweeps, `
-        cmp ecx, 64
-        jb no_client
+        cmp ecx, 56
+        jb no_client
`, "are not known to be written"},
		{"a sweep goes beyond the ages", sweeps, `
         inc ebx
-        cmp ebx, 64
+        cmp ebx, 65
`, "are not known to be written"},
		{"an age goes beyond the ages", sweeps, `
         js clients
-        cmp r13d, 64
-        jae pick
+        cmp r13d, 65
+        jae pick
`, "are not all in the frame"},
		{"whether a client was read from is its age", sweeps, `
 answer:
+        mov byte [rsp + r13 + 4928], 1
`, "what is remembered of clients may be written"},
		{"an age is stored of who was closed", sweeps, `
         mov edi, ebx
         mov eax, 3
         syscall
+        mov byte [rsp + rbx + 4928], 1
`, "what is remembered of clients may be written"},
		{"a new client has a count before it has its own", counts, `
-        mov dword [rsp + r13*4 + 5008], 100
+        inc dword [rsp + r13*4 + 5008]
`, "are not known to be written"},
		{"a new client stores the count of another one", counts, `
-        mov dword [rsp + r13*4 + 5008], 100
+        mov dword [rsp + r13*4 + 5004], 100
`, "what is remembered of clients may be written"},
		{"a count is read where the client was not", counts, `
         js clients
         cmp r13d, 64
         jae pick
+        mov eax, [rsp + r13*4 + 5008]
`, "are not known to be written"},
		{"a count is compared in front of the read from its client", hearsAll, `
-        mov r13d, ebx
+        mov r13d, ebx
+        cmp dword [rsp + r13*4 + 5008], 100
`, "are not known to be written"},
		{"a count is compared behind the read from another client", hearsAll, `
-        cmp dword [rsp + r13*4 + 5008], 100
+        cmp dword [rsp + rbx*4 + 5004], 100
`, "are not known to be written"},
		{"a child logs an address that was not looked at", childLogs, `
-        test eax, eax
-        js finish
-        cmp r14d, 4
-        jb hand_over
+        jmp hand_over
`, "are not known to be written"},
		{"a descriptor of the pipe is written over", workers, `
         mov eax, 293
         syscall
+        mov qword [rsp + 44], 7
`, "clone is not due here"},
	} {
		t.Run(strings.ReplaceAll(a.name, " ", "_"), func(t *testing.T) {
			archive := loopCase(a.base, a.change)
			known, base := bases.of(t, archive)
			err := refusal(t, known, base, archive)
			if err == nil {
				t.Error("it is accepted")
			} else if !strings.Contains(err.Error(), a.want) {
				t.Errorf("%v, want %s", err, a.want)
			}
		})
	}
}
