package elf64

import (
	"bytes"
	"debug/elf"
	"strings"
	"testing"
)

// wellKnown is a note as most servers have it.
func wellKnown() *Note {
	return &Note{
		Compiler: "0123456789ab", Spec: [8]byte{1, 2, 3, 4, 5, 6, 7, 8},
		Listen: ":8080", Path: "/", Timeout: 1_000_000,
	}
}

// A note has a program header of its own, is not loaded, and takes 64 bytes at most where
// a spec says nothing of its own about listening and health.
func TestNote(t *testing.T) {
	for _, symbols := range []bool{false, true} {
		img, err := Link(hello(), Options{Note: wellKnown(), Symbols: symbols})
		if err != nil {
			t.Fatal(err)
		}
		file, err := img.Bytes(nil)
		if err != nil {
			t.Fatal(err)
		}
		f, err := elf.NewFile(bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		if len(f.Progs) != 4 {
			t.Fatalf("%d program headers", len(f.Progs))
		}
		p := f.Progs[3]
		want := elf.ProgHeader{Type: elf.PT_NOTE, Flags: elf.PF_R, Off: p.Off, Filesz: 56, Align: 4}
		if p.ProgHeader != want || p.Off%4 != 0 || p.Off < f.Progs[1].Off+f.Progs[1].Filesz {
			t.Errorf("symbols %v: %+v, want %+v", symbols, p.ProgHeader, want)
		}
		got := file[p.Off:][:p.Filesz]
		say := "\x09\x00\x00\x00" + "\x20\x00\x00\x00" + "\x01\x00\x00\x00" + "verbosel\x00\x00\x00\x00" +
			"\x01\x02\x03\x04\x05\x06\x07\x08" + "\x40\x42\x0f\x00" + "0123456789ab\x00" + ":8080\x00" + "/"
		if string(got) != say {
			t.Errorf("symbols %v: the note is\n% x, want\n% x", symbols, got, say)
		}
		if s := f.Section(".note.verbosel"); (s != nil) != symbols || symbols && (s.Type != elf.SHT_NOTE || s.Offset != p.Off || s.Size != p.Filesz) {
			t.Errorf("symbols %v: the section is %+v", symbols, s)
		}
	}
}

// Text and data are those of the same program without a note, 56 bytes further on.
func TestNoteMovesTheRest(t *testing.T) {
	plain, err := Link(hello(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	noted, err := Link(hello(), Options{Note: wellKnown()})
	if err != nil {
		t.Fatal(err)
	}
	if plain.HeaderSize() != HeaderSize || noted.HeaderSize() != HeaderSize+PhdrSize {
		t.Errorf("headers of %d and %d bytes", plain.HeaderSize(), noted.HeaderSize())
	}
	if noted.Entry != plain.Entry+PhdrSize || noted.Text().Filesz != plain.Text().Filesz+PhdrSize {
		t.Errorf("entry %#x and %#x, text %d and %d bytes", plain.Entry, noted.Entry, plain.Text().Filesz, noted.Text().Filesz)
	}
}

func TestBadNotes(t *testing.T) {
	for want, edit := range map[string]func(*Note){
		"not printable":    func(n *Note) { n.Listen = "unix:/a\u202eb" },
		"\\xff\" has char": func(n *Note) { n.Path = "/\xff" },
		"line\\n":          func(n *Note) { n.Compiler = "line\n" },
		"at most 16384":    func(n *Note) { n.Path = "/" + strings.Repeat("a", maxNote) },
	} {
		n := wellKnown()
		edit(n)
		if _, err := Link(hello(), Options{Note: n}); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "build without it") {
			t.Errorf("%v; want %q", err, want)
		}
	}
}
