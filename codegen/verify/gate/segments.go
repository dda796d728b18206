package gate

import (
	"errors"
	"io"

	"github.com/verbosel/verbosel/codegen/verify/cert/elf"
	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// segmentsError makes an error of package elf, in which nothing else is judged, one of
// rules.Segments.
func segmentsError(err error) error {
	if wrong := (*elf.Error)(nil); errors.As(err, &wrong) {
		return fail(rules.Segments, 0, "%v", wrong)
	}
	return err
}

// part reads a part of the file.
func part(r io.ReaderAt, p elf.Program) ([]byte, error) {
	b := make([]byte, p.Filesz)
	if n, err := r.ReadAt(b, int64(p.Off)); n < len(b) {
		return nil, err
	}
	return b, nil
}

// segments copies the program headers into the report's form.
func segments(file *elf.File) []Segment {
	list := make([]Segment, 0, len(file.Programs))
	for _, p := range file.Programs {
		list = append(list, Segment{
			Type: types[p.Type], Flags: flags(p.Flags),
			Offset: p.Off, Vaddr: p.Vaddr, Filesz: p.Filesz, Memsz: p.Memsz,
		})
	}
	return list
}

var types = map[uint32]string{elf.Load: "PT_LOAD", elf.Stack: "PT_GNU_STACK", elf.Note: "PT_NOTE"}

// flags writes a segment's permissions as readelf does: R, W and X or a dash.
func flags(f uint32) string {
	out := []byte("---")
	for i, bit := range []uint32{elf.R, elf.W, elf.X} {
		if f&bit != 0 {
			out[i] = "RWX"[i]
		}
	}
	return string(out)
}
