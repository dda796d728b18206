// Package lower turns a Plan into the program that carries it out, one file for
// each part of the server: start, accept, read, request line, target, route, fields,
// body, respond.
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
