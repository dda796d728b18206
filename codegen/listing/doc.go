// Package listing writes assembly for people: a linked program as NASM source, in the
// voice of a server.asm written by hand, and any x86-64 ELF file as a disassembly.
//
// Invariant of NASM: `nasm -f bin` turns the listing into the program's ELF file (the
// one without a symbol table), byte for byte. What comes from a spec (notes, names
// of files, content) stands in comments and strings only and cannot get out of them:
// what could end one of them, or start anything else, is written as an escape or as a
// number.
//
// Lines are built as tokens (label, mnemonic, operands, comment); the layout in
// columns and the colours are put on when they are written.
package listing
