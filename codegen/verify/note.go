package verify

import (
	"debug/elf"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// Note is what a server says of itself, in a PT_NOTE that is not loaded. It is of the form
// that package elf64 describes, or the file is refused; whether it is true is not proved.
type Note struct {
	Compiler string  // its version
	Spec     [8]byte // the first bytes of the SHA-256 of the spec's file
	Listen   string  // where the server listens, in the spec's words
	Path     string  // whose GET is answered with 2xx; empty: it does not say
	Timeout  uint32  // microseconds that a probe may take; 0 without a Path
}

// Sizes in bytes: of a note, and in one of the header with the name, and of what has a fixed
// place in the description.
const (
	maxNote   = 16 << 10
	noteHead  = 24
	noteFixed = 12
)

// noteStart is how each note begins, but for descsz at 4.
const noteStart = "\x09\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00verbosel\x00\x00\x00\x00"

// ReadNote reads the note of an ELF of size bytes, nil where it has none, and judges nothing
// else. An *Error says what is wrong with it.
func ReadNote(r io.ReaderAt, size int64) (*Note, error) {
	file, err := elf.NewFile(io.NewSectionReader(r, 0, size))
	if err != nil {
		return nil, fail(rules.Segments, 0, "not a readable ELF file: %v", err)
	}
	return readNote(file.Progs, size)
}

// checkNote judges the header of a note, and that it has bytes of its own.
func checkNote(p *elf.Prog, all []*elf.Prog, size int64) error {
	switch {
	case p.Flags != elf.PF_R || p.Vaddr != 0 || p.Paddr != 0 || p.Memsz != 0 || p.Align != 4:
		return fail(rules.Segments, p.Vaddr, "PT_NOTE has other fields than those of a note that is not loaded: R--, at address 0, of no size in memory, aligned to 4")
	case p.Filesz < noteHead+noteFixed || p.Filesz > maxNote || p.Filesz%4 != 0 || p.Off%4 != 0:
		return fail(rules.Segments, 0, "PT_NOTE of %d bytes at %#x: a note has %d to %d, and is aligned to 4", p.Filesz, p.Off, noteHead+noteFixed, maxNote)
	case p.Off > uint64(size) || p.Filesz > uint64(size)-p.Off:
		return fail(rules.Segments, 0, "PT_NOTE ends behind the file's end (%d bytes)", size)
	}
	for _, other := range all {
		if other.Type == elf.PT_LOAD && p.Off < other.Off+other.Filesz && other.Off < p.Off+p.Filesz {
			return fail(rules.Segments, other.Vaddr, "PT_NOTE has bytes that are loaded")
		}
	}
	return nil
}

// readNote reads the note of a file, nil where it has none.
func readNote(progs []*elf.Prog, size int64) (*Note, error) {
	var found *elf.Prog
	for _, p := range progs {
		if p.Type != elf.PT_NOTE {
			continue
		}
		if found != nil {
			return nil, fail(rules.Segments, 0, "a second PT_NOTE")
		}
		found = p
	}
	if found == nil {
		return nil, nil
	}
	if err := checkNote(found, progs, size); err != nil {
		return nil, err
	}
	b := make([]byte, found.Filesz)
	if _, err := io.ReadFull(found.Open(), b); err != nil {
		return nil, err
	}
	n, err := parseNote(b)
	if err != nil {
		return nil, fail(rules.Segments, 0, "PT_NOTE: %v", err)
	}
	return n, nil
}

// parseNote takes one note, whole, and nothing else.
func parseNote(b []byte) (*Note, error) {
	size := uint64(binary.LittleEndian.Uint32(b[4:]))
	if string(b[:4]) != noteStart[:4] || string(b[8:noteHead]) != noteStart[8:] {
		return nil, errors.New("it is not named verbosel, of type 1")
	}
	if size < noteFixed || noteHead+(size+3)/4*4 != uint64(len(b)) {
		return nil, errors.New("its description is not as long as it says")
	}
	desc, end := b[noteHead:noteHead+size], b[noteHead+size:]
	if strings.Trim(string(end), "\x00") != "" {
		return nil, errors.New("it does not end in zeros")
	}
	words := strings.Split(string(desc[noteFixed:]), "\x00")
	if len(words) != 3 {
		return nil, errors.New("it is not of three words")
	}
	for _, w := range words {
		if !utf8.ValidString(w) || strings.ContainsFunc(w, func(r rune) bool { return !unicode.IsPrint(r) }) {
			return nil, errors.New("it has characters that are not printable")
		}
	}
	n := &Note{
		Compiler: words[0], Spec: [8]byte(desc), Timeout: binary.LittleEndian.Uint32(desc[8:]),
		Listen: words[1], Path: words[2],
	}
	if n.Compiler == "" || n.Listen == "" || (n.Path == "") != (n.Timeout == 0) {
		return nil, errors.New("a version, a listener, or the time for a path is missing")
	}
	return n, nil
}
