// Package words says the rules in words: what each demands of a server. Nothing rests on it.
package words

import "github.com/verbosel/verbosel/codegen/verify/rules"

// says are the rules in words; doc.go has the same words.
var says = []struct {
	rule  rules.Rule
	short string
	text  string
}{
	{rules.Segments, "nothing can be written but the stack, nothing runs but the text",
		"the file gives the process read-execute text, read-only data and a stack that is not executable: no writable segment, no interpreter, no dynamic section; the entry is in the text, and each other field of the headers is as the compiler writes it, so that segments agree with the file, are aligned and do not overlap; a note, in which a server says what it is made of, is of one form and not loaded"},
	{rules.Decode, "one reading of every byte that runs, no indirect branch, no trap",
		"every byte that can be reached belongs to one instruction, of those whose meaning is known; execution stays in the text, no branch is indirect, each return goes to its call, and nothing traps"},
	{rules.Syscalls, "known calls with known arguments, when they are due",
		"at every syscall eax is one known constant of the allowed set, at a time when that call is due, with the arguments that are due: the listener, the client, known constants"},
	{rules.Writes, "every store is in the process's own stack frame, off return addresses",
		"every store, the kernel's into a buffer included, stays in the process's own stack frame and off return addresses and saved registers"},
	{rules.Reads, "only constants, and bytes of the stack that were written before",
		"every load, the kernel's from a buffer included, stays in that frame or in constant data, and reads no byte of the stack that was not written before: what a client gets is constant or was put there for it, nothing of what the parent wrote for an earlier one, no address of this process nor what was made of one, by which no branch goes either, and once the boot is done no byte of the environment nor what was made of one, but what the instructions read that the report lists, none unless they are promised"},
	{rules.Isolation, "nothing of a request is there for the next one",
		"nothing but the stack can be written, and no request reads what an earlier one of its connection left behind, but for the unparsed rest of the buffer, responses that wait, and the general registers and variables at fixed places that the report lists; another request begins at the head of the loop that reads and writes, and where the client is read behind a response or a part of one, interim ones aside"},
	{rules.Bounds, "every loop ends but the one that accepts, the stack has a depth",
		"every loop ends but the one that accepts: the instructions between two system calls, the system calls for a request, those apart that a signal interrupts, the requests of a connection and the bytes of stack have a worst case"},
}

// All lists the rules in the order in which they are checked.
func All() []rules.Rule {
	list := make([]rules.Rule, len(says))
	for i, s := range says {
		list[i] = s.rule
	}
	return list
}

// Short tells in few words what the rule demands.
func Short(r rules.Rule) string { return says[index(r)].short }

// Says tells in a sentence what the rule demands.
func Says(r rules.Rule) string { return says[index(r)].text }

func index(r rules.Rule) int {
	for i, s := range says {
		if s.rule == r {
			return i
		}
	}
	panic("BUG: the rule " + string(r) + " is not documented")
}
