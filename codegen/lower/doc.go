// Package lower turns a Plan into the program that carries it out. It is the way through
// its packages, as one list (lower.go), each of which is a part of the server and imports
// such as stand above it alone:
//
//   - layout: what a server has, and where it keeps what; it emits nothing
//   - emit: a program that is being written, instruction by instruction
//   - clock, boot: the time; what a program asks of the system at its start
//   - route: which route answers
//   - slots: values of the environment, and what is rendered with them
//   - resource: selection, preconditions and ranges
//   - log: the access log
//   - respond: how a response is sent, and what becomes of the connection
//   - request: how a request is read
//   - serve: the boot, the loops that accept, and the end
//
// A part is a function over emit.Code, in the order in which its instructions stand. Of
// another part above it, it knows labels alone.
//
// The program keeps to an idiom that package verify can prove:
//
//   - Registers: r15 data, rbp request buffer, r13 client, r12 the listener in the
//     parent and the coarse clock's deadline in a child, rbx the response, r8 the
//     cursor (the start of the current line), r10 the end of the line, r14 the end of
//     what was read, r9 what is known of the request. All of them survive a system
//     call; rax, rcx, rdx, rsi, rdi and r11 are scratch.
//   - Offsets into the buffer are 32-bit and compared with the end of the line or of
//     the buffer before they are used; the buffer is followed by 16 bytes of slack.
//   - Memory is [rbp + index + const], [r15 + index], [rbx + const] or [rip + symbol].
//   - There is no indirect jump, every call goes to a label, and the number of a
//     system call is a constant in eax right before it.
//   - Instructions follow from the Plan: what a spec does not need is not emitted.
package lower
