package codegen

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/verbosel/verbosel/codegen/x64"
)

// program prints instructions as they were asked for, before encoding.
func (p *printer) program(prog *x64.Program) {
	for _, item := range prog.Items {
		p.item(item, "")
	}
	p.data(prog.Data)
}

// object prints each instruction behind its offset in the text and its bytes, then
// what is left to the linker.
func (p *printer) object(o *x64.Object) {
	for _, line := range o.Lines {
		code := o.Text[line.Off : line.Off+line.Len]
		p.item(line.Item, fmt.Sprintf("%06x  %-24x", line.Off, code))
	}
	p.printf("\nreferences:\n")
	refs := slices.SortedFunc(slices.Values(o.Refs), func(a, b x64.Ref) int { return cmp.Compare(a.Off, b.Off) })
	for _, ref := range refs {
		p.printf("%06x  %s%+d\n", ref.Off, ref.Sym, ref.Add)
	}
	p.data(o.Data)
}

// item prints a part of the text; margin stands in front of an instruction.
func (p *printer) item(item x64.Item, margin string) {
	switch item := item.(type) {
	case x64.Section:
		p.printf("\n; ---- %s\n", item.Title)
	case x64.Label:
		for _, line := range item.Doc {
			p.printf("; %s\n", line)
		}
		p.printf("%s:\n", item.Name)
	case x64.Inst:
		p.printf("%s    %-40s", margin, item)
		if item.Note != "" {
			p.printf(" ; %s", item.Note)
		}
		if item.Pos != "" {
			p.printf(" (%s)", item.Pos)
		}
		p.printf("\n")
	default:
		panic(fmt.Sprintf("BUG: an item of type %T", item))
	}
}

func (p *printer) data(list []x64.Datum) {
	p.printf("\ndata:\n")
	for _, d := range list {
		p.printf("%s: align %d", d.Label, max(1, d.Align))
		if d.Note != "" {
			p.printf(" ; %s", d.Note)
		}
		p.printf("\n")
		for _, f := range d.Fields {
			p.field(f)
		}
	}
}

func (p *printer) field(f x64.Field) {
	switch f := f.(type) {
	case x64.Bytes:
		p.printf("    bytes %s%s\n", quoted(f.B), note(f.Note))
	case x64.Word:
		p.printf("    word%d %#x%s\n", f.Size*8, f.Value, note(f.Note))
	case x64.Offset:
		p.printf("    offset %s - %s%+d%s\n", f.To, f.From, f.Add, note(f.Note))
	case x64.File:
		p.printf("    file %q from %d, %d bytes%s\n", f.Name, f.Off, f.Size, note(f.Note))
	default:
		panic(fmt.Sprintf("BUG: a field of type %T", f))
	}
}

func note(s string) string {
	if s == "" {
		return ""
	}
	return " ; " + s
}
