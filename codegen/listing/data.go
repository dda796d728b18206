package listing

import (
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/verbosel/verbosel/codegen/elf64"
	"github.com/verbosel/verbosel/codegen/x64"
)

// data writes the data segment.
func (n *nasm) data() error {
	n.banner("data")
	n.dataSection()
	for i, d := range n.obj.Data {
		n.owner = ""
		if pad := n.img.Padding(i); pad > 0 {
			n.zeros(pad, fmt.Sprintf("to a multiple of %d", d.Align))
		}
		if err := n.datum(d); err != nil {
			return fmt.Errorf("%s: %w", d.Label, err)
		}
	}
	n.owner = ""
	n.blank()
	n.add(line{label: n.dataEnd().text})
	return nil
}

// dataSection says where the data lies in the file and in memory.
func (n *nasm) dataSection() {
	off := n.frame("data_offset")
	expr := []token{{directive, "equ"}, {plain, " "}, n.textEnd(), {plain, " - "}, n.ehdr()}
	if align := n.firstAlign(); align > 1 {
		expr = []token{
			{directive, "equ"}, {plain, " ("}, n.textEnd(), {plain, " - "}, n.ehdr(),
			{plain, " + "}, {number, fmt.Sprint(align - 1)}, {plain, ") & "}, {number, fmt.Sprint(-align)},
		}
	}
	n.add(line{op: token{label, off}, operands: expr})
	n.blank()
	n.directive("section", "",
		token{plain, ".rodata start="}, token{label, off},
		token{plain, " vstart="}, token{label, off}, token{plain, "+"}, token{label, n.frame("PAGE")})
	n.add(line{label: elf64.DataLabel})
}

func (n *nasm) firstAlign() int64 {
	if len(n.obj.Data) == 0 {
		return 1
	}
	return n.obj.Data[0].Align
}

func (n *nasm) zeros(count int64, comment string) {
	n.directive("times", comment, token{number, fmt.Sprint(count)}, token{directive, " db "}, token{number, "0"})
}

// datum writes a datum's label and fields.
func (n *nasm) datum(d x64.Datum) error {
	n.blank()
	n.owner = d.Label
	n.out.names = append(n.out.names, d.Label)
	if d.Note != "" {
		n.remark("%s", d.Note)
	}
	n.add(line{label: symbol(d.Label)})
	for i := 0; i < len(d.Fields); {
		if run := wordRun(d.Fields[i:]); run > 0 {
			n.words(d.Fields[i : i+run])
			i += run
			continue
		}
		if err := n.field(d, i); err != nil {
			return err
		}
		i++
	}
	return nil
}

// field writes a field that is no word.
func (n *nasm) field(d x64.Datum, i int) error {
	switch f := d.Fields[i].(type) {
	case x64.Bytes:
		if len(f.B) > inlineLimit && n.opts.Side != "" {
			n.side(fmt.Sprintf("%s.%s.%d.bin", n.opts.Side, d.Label, i), f)
			return nil
		}
		n.content(f.B, f.Note)
		return nil
	case x64.File:
		return n.file(f)
	}
	panic(fmt.Sprintf("BUG: a field of type %T", d.Fields[i]))
}

// side puts long bytes into a file of their own.
func (n *nasm) side(name string, f x64.Bytes) {
	if n.out.Side == nil {
		n.out.Side = map[string][]byte{}
	}
	n.out.Side[name] = f.B
	quotedName, err := quoteName(name)
	if err != nil {
		panic(fmt.Sprintf("BUG: the name of a side file: %v", err))
	}
	n.directive("incbin", f.Note, token{quoted, quotedName})
}

// file writes a range of a file: its content if it is short, else an incbin.
func (n *nasm) file(f x64.File) error {
	if n.opts.Files != nil && f.Size <= inlineLimit {
		b, err := readRange(n.opts.Files, f)
		if err != nil {
			return err
		}
		n.content(b, strings.TrimSpace(f.Note+" "+f.Name))
		return nil
	}
	name, err := quoteName(f.Name)
	if err != nil {
		return err
	}
	if f.Size == 0 { // incbin takes a length of 0 for all
		n.remark("%s: nothing", f.Name)
		return nil
	}
	n.directive("incbin", f.Note, token{quoted, name},
		token{plain, ", "}, token{number, fmt.Sprint(f.Off)}, token{plain, ", "}, token{number, fmt.Sprint(f.Size)})
	return nil
}

func readRange(fsys fs.FS, f x64.File) ([]byte, error) {
	r, err := fsys.Open(f.Name)
	if err != nil {
		return nil, err
	}
	defer r.Close() // only read from
	if _, err := io.CopyN(io.Discard, r, f.Off); err != nil {
		return nil, fmt.Errorf("%s: skipping to %d: %w", f.Name, f.Off, err)
	}
	b := make([]byte, f.Size)
	if _, err := io.ReadFull(r, b); err != nil {
		return nil, fmt.Errorf("%s: reading %d bytes at %d: %w", f.Name, f.Size, f.Off, err)
	}
	return b, nil
}

// includes says whether the listing has an incbin.
func (n *nasm) includes() bool {
	for _, d := range n.obj.Data {
		for _, f := range d.Fields {
			switch f := f.(type) {
			case x64.Bytes:
				if len(f.B) > inlineLimit && n.opts.Side != "" {
					return true
				}
			case x64.File:
				if n.opts.Files == nil || f.Size > inlineLimit {
					return true
				}
			}
		}
	}
	return false
}
