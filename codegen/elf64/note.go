package elf64

import (
	"bytes"
	"debug/elf"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Note is what a file says of itself: gABI, "Note Section".
type Note struct {
	Compiler string  // the version of the compiler; not empty
	Spec     [8]byte // the first bytes of the SHA-256 of the spec's file

	// Where and how to ask the server for its health. Without a Path it is not known.
	Listen  string // where it listens, in the spec's words; not empty
	Path    string // whose GET is answered with 2xx
	Timeout uint32 // microseconds for connection and answer; 0 without a Path
}

// Name and type of a note, and the alignment of its parts in bytes.
const (
	NoteName  = "verbosel"
	NoteType  = 1
	NoteAlign = 4
)

// maxNote bounds a note, in bytes: it has room for the longest path that a request may have.
const maxNote = 16 << 10

// encode writes the note as doc.go has it.
func (n Note) encode() ([]byte, error) {
	var b bytes.Buffer
	write(&b, n.Header())
	b.WriteString(NoteName + "\x00")
	b.Write(make([]byte, NotePadding(b.Len())))
	b.Write(n.Spec[:])
	write(&b, n.Timeout)
	b.WriteString(n.Compiler + "\x00" + n.Listen + "\x00" + n.Path)
	b.Write(make([]byte, NotePadding(b.Len())))
	if b.Len() > maxNote {
		return nil, fmt.Errorf("the note has %d bytes, at most %d are possible: build without it", b.Len(), maxNote)
	}
	return b.Bytes(), nil
}

// Header is namesz, descsz and type.
func (n Note) Header() [3]uint32 {
	desc := len(n.Spec) + 4 + len(n.Compiler) + 1 + len(n.Listen) + 1 + len(n.Path)
	return [3]uint32{uint32(len(NoteName)) + 1, uint32(desc), NoteType}
}

// NotePadding is how many zeros follow n bytes of a note up to its next part.
func NotePadding(n int) int { return int(alignUp(int64(n), NoteAlign)) - n }

// check refuses what a note cannot say.
func (n Note) check() error {
	for _, text := range []string{n.Compiler, n.Listen, n.Path} {
		if !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
			return fmt.Errorf("%q has characters that are not printable, which a note cannot have: build without it", text)
		}
	}
	return nil
}

// addNote puts a note behind the data. Nothing of it is loaded.
func (m *Image) addNote(n Note) error {
	if err := n.check(); err != nil {
		return err
	}
	content, err := n.encode()
	if err != nil {
		return err
	}
	off := alignUp(m.size, NoteAlign)
	m.tail = append(make([]byte, off-m.size), content...)
	m.size += int64(len(m.tail))
	m.Note = &n
	m.Segments = append(m.Segments, Segment{"note", elf.ProgHeader{
		Type: elf.PT_NOTE, Flags: elf.PF_R,
		Off: uint64(off), Filesz: uint64(len(content)), Align: NoteAlign,
	}})
	return nil
}
