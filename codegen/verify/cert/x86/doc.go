// Package x86 decodes the instructions that servers and probes have, and nothing else. It
// is the lowest part of what a proof trusts, and imports next to nothing: a person reads it
// in one sitting, beside the manual that its table is written after.
//
// table.go has a row for each opcode, in the notation of the Intel SDM, volume 2, appendix
// A.2; decode.go reads prefixes, opcode, ModRM, SIB, displacement and immediate as the row
// says; inst.go is what comes out, in which nothing is left open: each operand's kind, width
// and place, with what is relative to rip resolved.
//
// # What is refused
//
// An opcode without a row, with its address: what x86 has beside these is not read at all.
// So are prefixes but one 66 or f3 and one REX in front of the opcode, in this order, and
// each bit of them that has no effect there: what processors make of it differs (AMD APM,
// volume 3, 1.2), and nobody emits it. Of several encodings of the same thing those with an
// absolute address and some that take a row of their own are left out: push, pop and xchg
// have one each. Code that ends inside an instruction is refused; what stands behind one is
// not looked at.
//
// Invariant: bytes that Decode accepts are read by every x86-64 processor as it says. The
// tests compare it with a processor, and each of its refusals with golang.org/x/arch.
package x86
