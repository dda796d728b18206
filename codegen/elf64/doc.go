// Package elf64 is the linker: it gives every label of an x64.Object its address,
// patches the references between them, and writes the file.
//
// The file is a static position-independent executable for x86-64 Linux: ELF
// header, program headers, text, data. It has no interpreter and no dynamic
// section (nothing in it needs relocation at load time, so address randomisation
// costs nothing), no writable segment, and a stack that is not executable. Section
// headers and symbols are written on request and stand behind everything that is
// loaded.
//
//	offset 0     ELF header, program headers  ┐ PT_LOAD R-X, address = offset
//	HeaderSize   text                         ┘
//	             data                           PT_LOAD R--, address = offset + PageSize
//
// Text and data share the file page in which they meet. The page is mapped twice,
// once executable and once not, because the data's address lies one page after its
// offset; offset and address stay congruent modulo the page size, as the gABI asks
// of a PT_LOAD (chapter "Program Header", p_align).
//
// On request a note stands behind the data: a PT_NOTE of its own, with address and size in
// memory of 0, which the kernel does not load. Name and type are "verbosel" and 1. All
// numbers are of 4 bytes, little-endian; name and description begin at multiples of 4:
//
//	namesz 9, descsz, type 1, "verbosel" and NUL, 3 zeros
//	first 8 bytes of the SHA-256 of the spec's file
//	microseconds that a probe may take, 0 where there is none
//	version of the compiler, NUL
//	where the server listens, as in the spec, NUL
//	path that a probe asks for, or nothing
//	zeros up to a multiple of 4
//
// With a version of 12 characters, port 8080 and the path / it has 56 bytes.
//
// Invariant: an Image is complete and deterministic. Equal objects give equal
// images, and images of equal objects over equal files give equal bytes. Symbols
// change neither text nor data, nor any address.
//
// Facts about the format are those of the System V gABI, chapters "ELF Header",
// "Program Header", "Sections", "Symbol Table" and "Note Section", and of the x86-64 psABI.
package elf64
