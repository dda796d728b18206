package codegen

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/verbosel/verbosel/codegen/elf64"
)

// Difference is the first byte in which another file is not what a spec makes.
type Difference struct {
	Offset int64  `json:"offset"` // in bytes
	Place  string `json:"place"`  // what the byte belongs to in the server that was made
	Made   string `json:"made"`   // the bytes there, in hexadecimal, from Offset on; or that there are none
	Given  string `json:"given"`  // those of the other file
}

// Compare compares a file of size bytes with the server that was made; nil says that they
// are the same. An error is one of reading.
func (r *Result) Compare(other io.ReaderAt, size int64) (*Difference, error) {
	off, err := firstDifference(r.opts.Out, r.Size(), other, size)
	if err != nil || off < 0 {
		return nil, err
	}
	d := &Difference{Offset: off}
	if d.Place, err = r.place(off); err != nil {
		return nil, err
	}
	if d.Made, err = bytesAt(r.opts.Out, r.Size(), off); err != nil {
		return nil, err
	}
	d.Given, err = bytesAt(other, size, off)
	return d, err
}

// firstDifference is the offset of the first byte that only one of two files has, or -1.
func firstDifference(a io.ReaderAt, sizeA int64, b io.ReaderAt, sizeB int64) (int64, error) {
	var bufA, bufB [64 << 10]byte
	shorter := min(sizeA, sizeB)
	for off := int64(0); off < shorter; off += int64(len(bufA)) {
		n := min(shorter-off, int64(len(bufA)))
		if err := errors.Join(readAt(a, bufA[:n], off), readAt(b, bufB[:n], off)); err != nil {
			return 0, err
		}
		if bytes.Equal(bufA[:n], bufB[:n]) {
			continue
		}
		for i := range n {
			if bufA[i] != bufB[i] {
				return off + i, nil
			}
		}
	}
	if sizeA != sizeB {
		return shorter, nil
	}
	return -1, nil
}

func readAt(r io.ReaderAt, p []byte, off int64) error {
	_, err := io.ReadFull(io.NewSectionReader(r, off, int64(len(p))), p)
	return err
}

// differingBytes is how many bytes of a difference are shown.
const differingBytes = 8

func bytesAt(r io.ReaderAt, size, off int64) (string, error) {
	n := min(size-off, differingBytes)
	if n <= 0 {
		return "nothing: the file ends here", nil
	}
	p := make([]byte, n)
	if err := readAt(r, p, off); err != nil {
		return "", err
	}
	return fmt.Sprintf("% x", p), nil
}

// place says what a byte of the ELF belongs to.
func (r *Result) place(off int64) (string, error) {
	data, note := r.Image.Data(), r.Image.Segments[len(r.Image.Segments)-1]
	dataEnd := int64(data.Off + data.Filesz)
	switch headers := r.Image.HeaderSize(); {
	case off < elf64.EhdrSize:
		return "the ELF header", nil
	case off < headers:
		return "the program header of the segment " + r.Image.Segments[(off-elf64.EhdrSize)/elf64.PhdrSize].Name, nil
	case off < headers+int64(len(r.Image.Code())):
		return "the segment text, " + names{r.Object, r.Image}.name(uint64(off)), nil
	case off < int64(data.Off):
		return "the padding between the segments text and data", nil
	case off >= r.Size():
		return "nothing: the server that the spec makes ends before it", nil
	case r.Image.Note != nil && off >= dataEnd && off < int64(note.Off+note.Filesz):
		return "the note", nil
	case off >= dataEnd:
		return "the symbol table and section headers", nil
	}
	return r.placeInData(off)
}

// placeInData says which datum a byte belongs to, and which file's content it is.
func (r *Result) placeInData(off int64) (string, error) {
	addr := uint64(off) + elf64.PageSize
	parts := []string{"the segment data", "padding"}
	for _, s := range r.Image.Symbols {
		if s.Kind == elf64.Object && s.Addr <= addr && addr < s.Addr+s.Size {
			parts[1] = s.Name
			if addr > s.Addr {
				parts[1] = fmt.Sprintf("%s+%d", s.Name, addr-s.Addr)
			}
		}
	}
	assets, err := r.Assets()
	if err != nil {
		return "", err
	}
	for _, a := range assets {
		for _, in := range a.Ranges {
			if at := off - in.Offset; at >= 0 && at < in.Size {
				parts = append(parts, fmt.Sprintf("byte %d of %s", at, a))
			}
		}
	}
	return strings.Join(parts, ", "), nil
}
