// Package x64 is the assembler: a Program of instructions as plain values in, an
// Object of encoded text, labels and open references out.
//
// Invariant: every instruction of an Object decodes, by a decoder that is not the
// assembler's, to the Inst it came from: operation, operands, widths, displacement,
// immediate, the label a jump goes to, the symbol and addend of a reference. Assemble
// compares all of them each time (compare), and gives no Object otherwise.
//
// # Forms
//
// The op table (forms.go) has a row for each operation with the operands it takes;
// what is not in the table is an error that lists what is. Operands are in Intel
// order. Some forms are left out, because their encoding would differ from their text:
//
//   - MOV r64, imm takes what needs a sign-extended or a full immediate. For 0 to
//     2^32-1 write MOV r32, imm: it is shorter, and clears the upper half.
//   - Immediates of 8, 16 and 32 bits may be given signed or unsigned (-1, 255); for 64
//     bits they are sign-extended from 32.
//   - LEA's Mem has Width 0, every other Mem the width of the access.
//   - A Mem has a base register or a symbol: the image has no fixed address.
//   - SSE operations other than the unaligned moves take no memory.
//   - A shift's count is 1 to the width less one, or CL.
//   - SPL, and XCHG of a register with itself, which is encoded as NOP.
//
// A label of the text is a jump's or a call's Target, resolved here; a Mem that names
// one with Sym is left to the linker as a Ref, as for data.
//
// # NASM
//
// Inst.String is NASM's syntax, and NASM (2.16) encodes it to the same bytes for every
// form, with one exception: a short jump that NASMMayWiden reports has to be written
// with the keyword short. TestOpsAgainstNASM shows it for each form,
// TestRandomProgramsAgainstNASM for whole programs, TestDominoes for the exception.
// Direction (89, not 8B), imm8, disp8, SIB and the forms without ModRM are those that
// NASM chooses; golang-asm's XCHG goes to its slots the other way round for that.
//
// # Traps of golang-asm
//
// Each is shown by a test, most in traps_test.go:
//
//   - An operand in the wrong slot is another instruction (POPQ in From pushes, CMP is
//     left, right while SUB is source, destination): the table has the slots, compare
//     finds a wrong row (TestSilentMistakes).
//   - Immediates too wide are cut off; ranges are checked by shape (TestErrors). A MOVQ of
//     32 bits becomes a move of 32 bits, an XCHG of AX with itself becomes NOP
//     (TestSilentMistakes).
//   - Registers have no width but bytes: the opcode has it (TestSilentMistakes).
//   - A jump without a target goes to itself (TestJumpWithoutTarget): targets are looked up
//     first, a missing one is an error (TestErrors).
//   - A chain assembled twice can come out wrong (TestChainTwice): a Program is turned into
//     a fresh one each time (TestAssembleTwice).
//   - A bad instruction is printed and dropped: here it is thrown and becomes an error
//     (TestDiagnosis). log.Fatalf comes behind a diagnosis, so that it is not reached
//     (TestFatal); other panics are errors too (TestPanics).
//   - Branch relaxation ends the program after 20 rounds: encode goes on by itself
//     (TestDominoes, TestDominoesNeedHelp).
//   - Jumps are padded unless IsAsm is set (TestNoPadding).
//   - Builder drops relocations, so it is not used (TestObject), nor is obj.Linknew, which
//     ends the program for some values of GOOS in the environment (TestEnvironment).
//   - The tables are filled at first use without a lock: once, here (TestConcurrent).
//   - A REP prefix is a Prog of its own: REPMOVSB is one Op (TestForms).
//
// One cannot be defended against from here: objabi's init ends the program if the environment
// has a GOARM, GOMIPS, GOMIPS64, GOPPC64 or GOWASM that it does not know (GOARM=7,hardfloat).
//
// And of x86asm: a disp32 comes without its sign, and bytes cut short may decode to one
// prefix of length 1 with no error: compare looks at the length (TestCompare).
package x64
