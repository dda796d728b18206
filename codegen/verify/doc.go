// Package verify judges a finished server by its bytes alone.
//
// It knows nothing of the generator: it opens the ELF with debug/elf, decodes its
// text with x86asm, and follows every branch from the entry. A server passes when
//
//   - segments: there is executable text, read-only data and nothing else: no
//     writable segment, no interpreter, no dynamic section, a stack that is not
//     executable, and an entry in the text (System V gABI, chapter 5);
//   - decode: every reachable byte belongs to one instruction, no instruction lies
//     outside the text, and no branch is indirect;
//   - syscalls: at every syscall instruction eax holds one known constant, and that
//     constant is in the promised set.
//
// Invariant: Check trusts nothing that is not in the bytes. What it cannot show, it
// refuses; a wrong refusal is a defect of the generator, a wrong pass one of ours.
package verify
