package gate

import (
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/verbosel/verbosel/codegen/verify/cert/elf"
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
	noteHead  = 24
	noteFixed = 12
)

// noteStart is how each note begins, but for descsz at 4.
const noteStart = "\x09\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00verbosel\x00\x00\x00\x00"

// ReadNote reads the note of a server of size bytes, nil where it has none, and judges nothing
// else. An *Error says what is wrong with it.
func ReadNote(r io.ReaderAt, size int64) (*Note, error) {
	p, ok, err := elf.ReadNote(r, size)
	if err != nil || !ok {
		return nil, segmentsError(err)
	}
	return readNote(r, p)
}

// readNote reads the note that is at p.
func readNote(r io.ReaderAt, p elf.Program) (*Note, error) {
	b, err := part(r, p)
	if err != nil {
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
	if len(b) < noteHead+noteFixed {
		return nil, errors.New("it is too short")
	}
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
