package verify_test

import (
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// Servers that take a client's address from accept, write to standard output, or were handed their listener over: those that
// break no rule are accepted, each of the others is refused for the reason that it is there for.
func TestCertificatePeer(t *testing.T) {
	base := readSource(t)
	for _, a := range peerCases {
		t.Run(strings.ReplaceAll(a.name, " ", "_"), func(t *testing.T) {
			err := refusal(t, knownOfPeer(t, base, a.change, a.want), base, &txtar.Archive{Files: []txtar.File{{Name: "change", Data: []byte(a.change)}}})
			switch {
			case err == nil && a.want != "":
				t.Error("it is accepted")
			case err != nil && (a.want == "" || !strings.Contains(err.Error(), a.want)):
				t.Errorf("%v, want %s", err, a.want)
			}
		})
	}
}

// knownOfPeer is what was proved of a case that breaks no rule, or of what another one breaks.
func knownOfPeer(t *testing.T, base []string, by, want string) *provedPlaces {
	switch {
	case want == "":
		base = must(change(base, by))
	case strings.HasPrefix(by, takesOver):
		base = must(change(base, handed))
	}
	return placesOf(t, base)
}

// hunks are a change of several places, in their order.
func hunks(list ...string) string { return strings.Join(list, "\n") }

// Parts of changes.
const (
	takesOver = "- xor edx, edx\n- mov esi, 1\n- mov edi, 2\n- mov eax, 41\n- syscall\n- test eax, eax\n- js failed\n- mov r12d, eax\n+ mov eax, 39\n+ syscall\n+ mov r12d, 3\n"
	unbound   = "- mov edx, 16\n- lea rsi, [rel address]\n- mov edi, r12d\n- mov eax, 49\n- syscall\n- test eax, eax\n- js failed\n"
	silent    = "- mov esi, 128\n- mov edi, r12d\n- mov eax, 50\n- syscall\n- test eax, eax\n- js failed\n"
	handed    = takesOver + "\n" + unbound + silent

	accepting = " accept_loop:\n"
	wanted    = "- xor edx, edx\n- xor esi, esi\n+ mov dword [rsp + 32], 16\n+ lea rdx, [rsp + 32]\n+ lea rsi, [rsp + 16]\n"
	cleared   = "+ xor eax, eax\n+ mov [rsp + 16], rax\n+ mov [rsp + 24], rax\n"
	hasClient = "  mov r13d, eax\n"
	inChild   = "  lea rbp, [rsp + 40]\n"
	tells     = "+ lea rsi, [rsp + 16]\n+ mov edi, 1\n+ mov eax, 1\n+ syscall\n"
	tellsPeer = inChild + "+ mov edx, 16\n" + tells

	awaits   = "+ lea rdi, [rsp + 40]\n+ mov dword [rdi], 3\n+ mov dword [rdi + 4], 1\n+ mov esi, 1\n+ mov edx, 0\n" + awaiting
	awaiting = "+ lea r10, [rel none]\n+ mov r8d, 8\n+ mov eax, 271\n+ syscall\n"
	nothing  = "+ xor edi, edi\n+ xor esi, esi\n+ lea rdx, [rel none]\n" + awaiting
	blocks   = "+ lea rsi, [rel none]\n+ xor edx, edx\n+ mov r10d, 8\n+ xor edi, edi\n+ mov eax, 14\n+ syscall\n"
	none     = "  on: dd 1\n+ none: dq 0, 0\n"

	asksRoom  = "+ mov dword [rsp], 1\n+ mov dword [rsp + 4], 4\n+ mov rdi, rsp\n+ mov esi, 1\n+ xor edx, edx\n+ mov eax, 7\n+ syscall\n"
	logs      = "+ mov edi, 1\n+ mov eax, 1\n+ syscall\n"
	lineSent  = "  mov rsi, rbp\n  mov edx, ebx\n"
	forkFails = "  je child\n+ js busy\n"
	leaves    = "  test rax, rax\n- jle finish\n+ jle left\n"
	inData    = "  section .data\n"
	busyEnds  = "+ jmp close_client\n failed:\n"
)

var peerCases = []struct{ name, change, want string }{
	{"a child has the address", hunks(accepting+wanted, tellsPeer), ""},
	{"the parent reads the address", hunks(accepting+wanted, hasClient+"+ movzx ebx, byte [rsp + 20]\n"), "not known to be written"},
	{"more than accept is known to write", hunks(accepting+strings.Replace(wanted, ", 16\n", ", 24\n", 1), inChild+"+ mov edx, 17\n"+tells), "not known to be written"},
	{"the length that it writes", hunks(accepting+wanted, inChild+"+ mov eax, [rsp + 32]\n"), "not known to be written"},
	{"the stack is above the address meanwhile", hunks(accepting+wanted, hasClient+"+ add rsp, 32\n+ sub rsp, 32\n", tellsPeer), "not known to be written"},
	{"the next one is accepted without", hunks(accepting+wanted, "  test eax, eax\n  js accept_loop\n+ mov edi, eax\n+ mov eax, 3\n+ syscall\n+ xor edx, edx\n+ xor esi, esi\n+ mov edi, r12d\n+ mov eax, 43\n+ syscall\n+ test eax, eax\n+ js accept_loop\n", tellsPeer), "not known to be written"},
	{"a size that is no constant", accepting + strings.Replace(wanted, "dword [rsp + 32], 16\n", "[rsp + 32], r12d\n", 1), "no known place of known size"},
	{"a size below 0", accepting + strings.Replace(wanted, ", 16\n", ", -1\n", 1), "no known place of known size"},
	{"a place and no size", accepting + "  xor edx, edx\n- xor esi, esi\n+ lea rsi, [rsp + 16]\n", "neither on the stack nor in the data"},
	{"a size and no place", accepting + "- xor edx, edx\n  xor esi, esi\n+ lea rdx, [rsp + 32]\n", "accept: rdx is"},
	{"the address where there is no child", hunks(accepting+wanted, forkFails, "+busy:\n+ mov edx, 16\n"+strings.Replace(tells, "edi, 1\n", "edi, r13d\n", 1)+busyEnds), "not known to be written"},

	{"a child logs", "+ mov rsi, rbp\n+ mov edx, 1\n" + logs + lineSent, ""},
	{"it reads on behind a line of its log", "+ mov rsi, rbp\n+ mov edx, 1\n" + logs + "+ mov edx, 16\n+ mov rsi, rbp\n+ mov edi, r13d\n+ xor eax, eax\n+ syscall\n+ jmp finish\n" + lineSent, ""},
	{"a child asks for room", inChild + asksRoom, ""},
	{"what poll found is what was there", inChild + asksRoom + "+ movzx eax, word [rsp + 6]\n+ lea rcx, [rel head]\n+ movzx eax, byte [rcx + rax]\n", "in the data"},
	{"an address in the log", inChild + "+ mov [rsp], rsp\n+ mov rsi, rsp\n+ mov edx, 8\n" + logs, "may be made of an address"},
	{"a log where there is no child", hunks(forkFails, "+busy:\n+ lea rsi, [rel head]\n+ mov edx, 3\n"+logs+busyEnds), "edi is not the descriptor"},
	{"the client as a log", "+ mov rsi, rbp\n+ mov edx, 1\n+ cmp r13d, 1\n+ jne other\n+ mov edi, r13d\n+ mov eax, 1\n+ syscall\n+ mov edx, 16\n+ mov rsi, rbp\n+ mov edi, r13d\n+ xor eax, eax\n+ syscall\n+other:\n" + lineSent, "behind a response"},
	{"all calls are left at once", hunks(leaves, "+left:\n+ lea rsp, [rbp - 40]\n+ jmp finish\n"+inData), ""},
	{"a call is left, and then returned from", hunks(leaves, "+left:\n+ lea rsp, [rbp - 40]\n+ sub rsp, 8\n+ ret\n"+inData), "a return without its call"},

	{"a listener that was handed over", handed, ""},
	{"it waits for a client", hunks(handed, accepting+nothing+awaits, none), ""},
	{"it blocks signals", hunks(handed+blocks, none), ""},
	{"all of the address was cleared", hunks(handed, accepting+cleared+wanted, tellsPeer), ""},
	{"half of the address was cleared", hunks(handed, accepting+strings.Replace(cleared, "+ mov [rsp + 24], rax\n", "", 1)+wanted), "not known to be written"},
	{"the address was not cleared with constants", hunks(handed, accepting+strings.Replace(cleared, "24], rax", "24], r13", 1)+wanted), "an earlier client's address"},
	{"it accepts from another one", strings.Replace(handed, "r12d, 3", "r12d, 4", 1), "edi is not the descriptor"},
	{"it is the client", hunks(handed, "+ mov rsi, rbp\n+ mov edx, 1\n"+strings.Replace(logs, "edi, 1", "edi, 3", 1)+lineSent), "edi is not the descriptor"},
	{"it waits for another one", hunks(handed, accepting+strings.Replace(awaits, "[rdi], 3", "[rdi], 4", 1), none), "the descriptor is"},
	{"it waits for two", hunks(handed, accepting+strings.Replace(awaits, "esi, 1", "esi, 2", 1), none), "ppoll: rsi is"},
	{"it waits with a client", hunks(handed, hasClient+awaits, none), "ppoll is not due here"},
	{"it waits for a time", hunks(handed, accepting+strings.Replace(awaits, "mov edx, 0", "lea rdx, [rel none]", 1), none), "ppoll: rdx is"},
	{"it waits with signals that nobody wrote", hunks(handed, accepting+strings.Replace(awaits, "[rel none]", "[rsp + 64]", 1), none), "not known to be written"},
	{"it waits for one of its own", hunks(accepting+awaits, none), "was not handed over"},
	{"what it waited for is told", hunks(handed, accepting+awaits, inChild+"+ movzx eax, word [rsp + 46]\n", none), "not known to be written"},
	{"it lets signals through", hunks(handed+strings.Replace(blocks, "xor edi, edi", "mov edi, 1", 1), none), "rt_sigprocmask: rdi is"},
	{"it blocks what nobody wrote", hunks(handed+strings.Replace(blocks, "[rel none]", "[rsp + 64]", 1), none), "not known to be written"},
	{"it listens again", hunks(takesOver, unbound), "listen is not due here"},
}
