// Package elf64 is the linker: it gives every label of an x64.Object its address,
// patches the references between them, and writes the file.
//
// The file is a static position-independent executable for x86-64 Linux: ELF
// header, three program headers, text, data. It has no interpreter and no dynamic
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
// Invariant: an Image is complete and deterministic. Equal objects give equal
// images, and images of equal objects over equal files give equal bytes. Symbols
// change neither text nor data, nor any address.
//
// Facts about the format are those of the System V gABI, chapters "ELF Header",
// "Program Header", "Sections" and "Symbol Table", and of the x86-64 psABI.
package elf64
