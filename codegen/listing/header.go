package listing

import (
	"debug/elf"
	"fmt"

	"github.com/verbosel/verbosel/codegen/elf64"
)

// headers writes the ELF header and the program headers, field by field under the
// names of the gABI (chapters "ELF Header" and "Program Header").
func (n *nasm) headers() {
	n.banner("ELF header")
	n.directive("section", "", token{plain, ".text"})
	n.add(line{label: n.frame("elf_header")})
	n.ident()
	n.half("e_type: a shared object, so a program that runs at any address", uint64(elf.ET_DYN))
	n.half("e_machine: x86-64", uint64(elf.EM_X86_64))
	n.word("e_version", uint64(elf.EV_CURRENT))
	n.quad("e_entry", token{label, elf64.EntryLabel})
	n.quad("e_phoff", n.phdrs(), token{plain, " - "}, n.ehdr())
	n.quad("e_shoff: no section headers", token{number, "0"})
	n.word("e_flags", 0)
	n.half("e_ehsize", elf64.EhdrSize)
	n.half("e_phentsize", elf64.PhdrSize)
	n.half("e_phnum", uint64(len(n.img.Segments)))
	n.half("e_shentsize", 0)
	n.half("e_shnum", 0)
	n.half("e_shstrndx", 0)
	n.programHeaders()
}

func (n *nasm) ehdr() token    { return token{label, n.frame("elf_header")} }
func (n *nasm) phdrs() token   { return token{label, n.frame("program_headers")} }
func (n *nasm) textEnd() token { return token{label, n.frame("text_end")} }
func (n *nasm) dataEnd() token { return token{label, n.frame("data_end")} }

func (n *nasm) ident() {
	magic := []token{{number, "0x7f"}, {plain, ", "}, {quoted, `"ELF"`}}
	n.directive("db", "e_ident: magic", magic...)
	n.directive("db", "64 bits, little-endian, version 1, System V ABI", numbers(2, 1, 1, 0)...)
	n.directive("times", "padding", token{number, "8"}, token{directive, " db "}, token{number, "0"})
}

// programHeaders writes those of text, data, stack, and a note.
func (n *nasm) programHeaders() {
	n.banner("program headers")
	n.add(line{label: n.phdrs().text})
	text, data, stack := n.img.Segments[0], n.img.Segments[1], n.img.Segments[2]
	zero := []token{{number, "0"}}
	start := []token{{label, elf64.DataLabel}}

	size := []token{n.textEnd(), {plain, " - "}, n.ehdr()}
	n.remark("the headers and the code: read, execute")
	n.programHeader(text, zero, zero, size)

	n.blank()
	size = []token{n.dataEnd(), {plain, " - "}, {label, elf64.DataLabel}}
	n.remark("the data: read. Its address is one page behind its offset, so that the page of")
	n.remark("the file in which text and data meet is mapped twice, once for each.")
	n.programHeader(data, []token{{label, n.frame("data_offset")}}, start, size)

	n.blank()
	n.remark("the stack, the only memory to write to: read, write, not execute")
	n.programHeader(stack, zero, zero, zero)
	if n.img.Note != nil {
		n.noteHeader(n.img.Segments[3])
	}
}

// noteHeader writes that of the note, of which nothing is loaded.
func (n *nasm) noteHeader(s elf64.Segment) {
	n.blank()
	n.remark("the note, for tools: read, but not loaded")
	n.word("p_type: "+s.Type.String(), uint64(s.Type))
	n.word("p_flags: "+flags(s.Flags), uint64(s.Flags))
	n.quad("p_offset", token{label, n.frame("note_offset")})
	n.quad("p_vaddr", token{number, "0"})
	n.quad("p_paddr", token{number, "0"})
	n.quad("p_filesz", token{label, n.frame("note_end")}, token{plain, " - "}, token{label, n.frame("note")})
	n.quad("p_memsz", token{number, "0"})
	n.quad("p_align", token{number, fmt.Sprint(s.Align)})
}

func (n *nasm) programHeader(s elf64.Segment, off, addr, size []token) {
	n.word("p_type: "+s.Type.String(), uint64(s.Type))
	n.word("p_flags: "+flags(s.Flags), uint64(s.Flags))
	n.quad("p_offset", off...)
	n.quad("p_vaddr", addr...)
	n.quad("p_paddr", addr...)
	n.quad("p_filesz", size...)
	n.quad("p_memsz", size...)
	align := token{number, fmt.Sprint(s.Align)}
	if s.Align == elf64.PageSize {
		align = token{label, n.frame("PAGE")}
	}
	n.quad("p_align", align)
}

// flags is p_flags as tools print it: "R E".
func flags(f elf.ProgFlag) string {
	s := []byte("---")
	for i, bit := range []elf.ProgFlag{elf.PF_R, elf.PF_W, elf.PF_X} {
		if f&bit != 0 {
			s[i] = "RWX"[i]
		}
	}
	return string(s)
}

func (n *nasm) half(field string, v uint64) { n.directive("dw", field, wordValue(v)) }
func (n *nasm) word(field string, v uint64) { n.directive("dd", field, wordValue(v)) }
func (n *nasm) quad(field string, v ...token) {
	n.directive("dq", field, v...)
}
