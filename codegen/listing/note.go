package listing

import "github.com/verbosel/verbosel/codegen/elf64"

// selfNote writes what the file says of itself, which stands behind the data and is not loaded.
func (n *nasm) selfNote() {
	say := n.img.Note
	if say == nil {
		return
	}
	n.banner("note")
	data, place := n.img.Data(), n.img.Segments[len(n.img.Segments)-1]
	if pad := place.Off - data.Off - data.Filesz; pad > 0 {
		n.zeros(int64(pad), "to a multiple of 4")
	}
	n.add(line{op: token{label, n.frame("note_offset")}, operands: n.noteOffset()})
	n.add(line{label: n.frame("note")})
	header := say.Header()
	n.word("namesz", uint64(header[0]))
	n.word("descsz", uint64(header[1]))
	n.word("type", uint64(header[2]))
	n.rows([]byte(elf64.NoteName+"\x00"), "name", textRow)
	n.zeros(int64(elf64.NotePadding(len(elf64.NoteName)+1)), "to a multiple of 4")
	n.rows(say.Spec[:], "the first bytes of the SHA-256 of the spec's file", hexRow)
	n.word("microseconds that a probe may take", uint64(say.Timeout))
	n.rows([]byte(say.Compiler+"\x00"), "version of the compiler", textRow)
	n.rows([]byte(say.Listen+"\x00"), "where the server listens", textRow)
	n.rows([]byte(say.Path), "what a probe asks for", textRow)
	if pad := elf64.NotePadding(int(header[1])); pad > 0 {
		n.zeros(int64(pad), "to a multiple of 4")
	}
	n.add(line{label: n.frame("note_end")})
}

// noteOffset is where the note lies in the file.
func (n *nasm) noteOffset() []token {
	return []token{
		{directive, "equ"}, {plain, " "}, {label, n.frame("data_offset")}, {plain, " + "},
		{label, n.frame("note")}, {plain, " - "}, {label, elf64.DataLabel},
	}
}
