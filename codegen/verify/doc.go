// Package verify proves a finished server safe from its bytes alone.
//
// It knows nothing of the generator: it reads the ELF, decodes its text, and follows every
// path from the entry for every input. A server passes when it keeps
// these rules:
//
//   - segments: the file gives the process read-execute text, read-only data and a
//     stack that is not executable: no writable segment, no interpreter, no dynamic
//     section; the entry is in the text, and each other field of the headers is as the
//     compiler writes it, so that segments agree with the file, are aligned and do not
//     overlap; a note, in which a server says what it is made of, is of one form and not
//     loaded
//   - decode: every byte that can be reached belongs to one instruction, of those whose
//     meaning is known; execution stays in the text, no branch is indirect, each return
//     goes to its call, and nothing traps
//   - syscalls: at every syscall eax is one known constant of the allowed set, at a
//     time when that call is due, with the arguments that are due: the listener, the
//     client, known constants
//   - writes: every store, the kernel's into a buffer included, stays in the process's
//     own stack frame and off return addresses and saved registers
//   - reads: every load, the kernel's from a buffer included, stays in that frame or in
//     constant data, and reads no byte of the stack that was not written before: what a
//     client gets is constant or was put there for it, nothing of what the parent wrote
//     for an earlier one, no address of this process nor what was made of one, by
//     which no branch goes either, and once the boot is done no byte of the environment
//     nor what was made of one, but what the instructions read that the report lists, none
//     unless they are promised
//   - isolation: nothing but the stack can be written, and no request reads what an
//     earlier one of its connection left behind, but for the unparsed rest of the
//     buffer, responses that wait, and the general registers and variables at fixed
//     places that the report lists; another request begins at the head of the loop that
//     reads and writes, and where the client is read behind a response or a part of one,
//     interim ones aside
//   - bounds: every loop ends but the one that accepts: the instructions between two
//     system calls, the system calls for a request, those apart that a signal interrupts,
//     the requests of a connection and the bytes of stack have a worst case
//
// A probe, the program that asks a server for its health, keeps the same rules: its calls
// are due when it has a socket, and has connected it; from then on it can be no server.
//
// # The order
//
// The gate comes first and takes time linear in the text: segments (System V gABI,
// chapter 5), then decode and the numbers of system calls, over the control-flow graph.
// What passes it is interpreted over sets of values, by package prove, which knows the
// instructions from the table of package isa. Package cert/elf reads the file's headers, and
// cert/x86 decodes the instructions: exactly what verbosel writes, and nothing else. A failure is an *Error: the rule, the
// address, the instruction with its neighbours, a path of branches that leads there, and
// what could not be shown.
//
// # What tests it
//
// A corpus of bad servers, testdata/verify, breaks each rule in each way that is known.
// Package mutants breaks servers in thousands of ways that nobody thought of: what is
// accepted all the same is executed by package dynamic, under hostile clients, and must
// be harmless (`make mutants`).
//
// # What it does not say
//
// Which variables the instructions read whose bytes clients may get is not proved: the
// compiler promises one, which reads the values of slots, and tests look at what comes out.
//
// Made of something is what is computed of it, or read where it says. Branches may go by
// bytes of the environment, as a server has to that compares a password: what a client can
// tell by which way such a branch goes is not followed, and that the comparison takes the
// same time is not proved but tested, by counting instructions in package dynamic.
//
// # What is assumed
//
// That the kernel does what the manual pages say (it loads the segments as the headers
// ask, clears what it does not load, and touches no memory but what a call names), that
// the processor does what the table of package isa says, which a test compares with the
// processor at hand, and that this package and those below it are right. Nothing is
// assumed of the generator, of clients, or of the environment the server is started in,
// but that it lets the server run: who starts it can take rdtsc away (PR_SET_TSC, prctl(2)),
// or give it a stack that is smaller than the report says it needs (RLIMIT_STACK,
// getrlimit(2)). Then a signal ends the process where the rules say that nothing traps.
//
// Invariant: Check trusts nothing that is not in the bytes. What it cannot show, it
// refuses; a wrong refusal is a defect of the generator, a wrong pass one of ours.
package verify
