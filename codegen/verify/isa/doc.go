// Package isa is what verify knows of the processor: it says what each instruction that
// generated code uses does, once, for every reader.
//
// Decode turns bytes into an Inst, by package cert/x86, whose names it passes on. Inst.Steps spells its effect out as a few Steps,
// the micro-operations of a tiny register language; the table that does so (table.go)
// has one row per operation. Two clients execute steps: Machine, here, with concrete
// values, and the prover of codegen/verify with sets of values. So what is proved and
// what is run share one definition, and a test runs each row on the real processor.
//
// # Steps
//
// A Step computes Dst from A, B and C over Width bytes. A value is a general
// register, a vector register, an immediate, or a temporary (T0, T1, ...) that an
// earlier step of the same instruction set; temporaries die with the instruction. A
// register or temporary that is read by a step of 1, 2, 4 or 8 bytes gives its low
// Width bytes; results of these widths in temporaries are zero-extended.
//
// The order within an instruction is fixed, so that a client may apply each step at
// once: loads, computations, stores, flags, and last the registers. In the Flags step
// A and B name the operands as they still are, and C the result. So sub ecx, [rbx+2] is
//
//	T0 = load4 [rbx+2]
//	T1 = sub4 ecx, T0
//	flags.sub4 ecx, T0, T1
//	set4 ecx, T1
//
// Set of 4 bytes clears the upper half of the register, Set of 1 or 2 bytes keeps the
// other bytes, Set of 16 writes a vector register. Control steps (Jump, Call, Ret,
// Syscall, Trap) come alone or last.
//
// # Undefined
//
// What the Intel SDM (volume 2) or the AMD APM (volume 3) leaves undefined is
// undefined here: FlagKind.Effect lists the flags, and Bsf of 0 gives any value of the
// whole register. The prover takes all values there, the Machine pseudo-random ones, and
// says which bits these are: in all others it must agree with the processor.
//
// Invariant: each operation that Decode accepts has a row. A row that says less than the
// processor does would make proofs worthless; hardware_test.go guards that.
package isa
