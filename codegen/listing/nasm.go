package listing

import (
	"fmt"
	"strings"

	"github.com/verbosel/verbosel/codegen/elf64"
	"github.com/verbosel/verbosel/codegen/x64"
)

// NASM writes a linked program as assembly for `nasm -f bin`. img must be the image
// of obj. If it has a symbol table, the listing is that of the same program without.
//
// It fails where a label or a file's name is none that NASM takes, and where a file
// of opts.Files cannot be read or is shorter than the range taken from it.
func NASM(obj *x64.Object, img *elf64.Image, opts Options) (*Listing, error) {
	n := &nasm{obj: obj, img: img, opts: opts, widen: obj.NASMMayWiden(), out: &Listing{
		color: opts.Color, places: map[string]string{},
	}}
	if err := n.checkNames(); err != nil {
		return nil, fmt.Errorf("listing: %w", err)
	}
	n.heading()
	n.headers()
	n.text()
	if err := n.data(); err != nil {
		return nil, fmt.Errorf("listing: %w", err)
	}
	n.selfNote()
	return n.out, nil
}

// nasm is the state of one NASM.
type nasm struct {
	obj   *x64.Object
	img   *elf64.Image
	opts  Options
	out   *Listing
	widen []bool // for each of obj.Lines: NASM may make the jump near
	owner string // of the lines that are added
	pos   string // place in the spec of the latest instruction that has one
}

func (n *nasm) checkNames() error {
	for _, s := range n.img.Symbols {
		if err := checkName(s.Name); err != nil {
			return err
		}
	}
	return nil
}

// frame is a label of the listing's own, which the program does not have.
func (n *nasm) frame(name string) string {
	for {
		if _, taken := n.img.Lookup(name); !taken {
			return name
		}
		name += "_"
	}
}

func (n *nasm) add(l line) {
	l.owner = n.owner
	n.out.lines = append(n.out.lines, l)
}

func (n *nasm) blank() { n.add(line{}) }

func (n *nasm) remark(format string, args ...any) {
	n.add(line{comment: note(fmt.Sprintf(format, args...))})
}

// banner is the heading of a part.
func (n *nasm) banner(title string) {
	n.owner = ""
	n.blank()
	title = note(title)
	n.add(line{comment: "---- " + title + " " + strings.Repeat("-", max(4, 70-len(title)))})
}

// directive is a line of the assembler's own.
func (n *nasm) directive(op, comment string, operands ...token) {
	n.add(line{op: token{directive, op}, operands: operands, comment: note(comment)})
}

// heading says what this is and how it becomes a program.
func (n *nasm) heading() {
	n.remark("server.asm: %s as assembly, for x86-64 Linux.", n.source())
	n.blank()
	n.remark("    nasm -f bin server.asm -o server && chmod +x server")
	n.blank()
	n.remark("gives the %d bytes of the server, the same as its compiler wrote.", n.plainSize())
	if n.includes() {
		n.remark("Files that it includes are looked up where nasm runs, and in the folder of -i.")
	}
	n.blank()
	n.directive("bits", "", token{number, "64"})
	n.directive("default", "data is addressed relative to rip: the kernel chooses where it lies", token{directive, "rel"})
	n.blank()
	n.add(line{op: token{label, n.frame("PAGE")}, operands: []token{{directive, "equ"}, {plain, " "}, {number, hex(elf64.PageSize)}}})
}

func (n *nasm) source() string {
	if n.opts.Source == "" {
		return "a server"
	}
	return n.opts.Source
}

// plainSize is the size in bytes of the file without a symbol table.
func (n *nasm) plainSize() uint64 {
	if n.img.Note != nil {
		note := n.img.Segments[len(n.img.Segments)-1]
		return note.Off + note.Filesz
	}
	data := n.img.Data()
	return data.Off + data.Filesz
}

// text writes the code.
func (n *nasm) text() {
	routines := map[string]bool{}
	for _, s := range n.img.Symbols {
		routines[s.Name] = s.Kind == elf64.Routine
	}
	for i, l := range n.obj.Lines {
		switch item := l.Item.(type) {
		case x64.Section:
			n.banner(item.Title)
		case x64.Label:
			n.textLabel(item, routines[item.Name])
		case x64.Inst:
			n.instruction(i, item)
		default:
			panic(fmt.Sprintf("BUG: an item of type %T", item))
		}
	}
	n.owner = ""
	n.add(line{label: n.frame("text_end")})
}

// textLabel is a label, and above a routine's the contract.
func (n *nasm) textLabel(l x64.Label, routine bool) {
	if routine {
		n.owner = ""
		n.blank()
		n.owner = l.Name
		n.out.names = append(n.out.names, l.Name)
		for _, s := range l.Doc {
			n.remark("%s", s)
		}
	}
	n.out.places[l.Name] = n.owner
	n.add(line{label: symbol(l.Name)})
}
