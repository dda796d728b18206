package codegen

import (
	"fmt"
	"sort"
	"strings"

	"github.com/verbosel/verbosel/codegen/elf64"
	"github.com/verbosel/verbosel/codegen/verify"
	"github.com/verbosel/verbosel/codegen/x64"
)

// Defect is a server that was made from a good spec and that breaks a rule of package
// verify: a mistake in the compiler, never in the spec.
type Defect struct {
	Err    *verify.Error
	object *x64.Object
	image  *elf64.Image
}

// Error says what is wrong, with the listing's labels and the spec's lines for
// addresses.
func (d *Defect) Error() string {
	return "the server that was made is not safe, and is not written. This is a defect of verbosel, please report it," +
		" with the spec, what 'verbosel version' prints, and these lines:\n    " +
		strings.ReplaceAll(d.Err.Describe(d.name), "\n", "\n    ")
}

// Unwrap gives the broken rule.
func (d *Defect) Unwrap() error { return d.Err }

// name is the label in front of an address of the text, the distance from it, and the
// place in the spec that asked for the instruction there.
func (d *Defect) name(addr uint64) string {
	var parts []string
	if label := d.label(addr); label != "" {
		parts = append(parts, label)
	}
	if pos := d.pos(addr); pos != "" {
		parts = append(parts, pos)
	}
	return strings.Join(parts, ", ")
}

func (d *Defect) label(addr uint64) string {
	symbols := d.image.Symbols // by address
	i := sort.Search(len(symbols), func(i int) bool { return symbols[i].Addr > addr }) - 1
	switch {
	case i < 0 || symbols[i].Kind == elf64.Object:
		return ""
	case symbols[i].Addr == addr:
		return symbols[i].Name
	}
	return fmt.Sprintf("%s+%d", symbols[i].Name, addr-symbols[i].Addr)
}

func (d *Defect) pos(addr uint64) string {
	lines := d.object.Lines // by offset
	i := sort.Search(len(lines), func(i int) bool { return elf64.HeaderSize+uint64(lines[i].Off) > addr }) - 1
	if i < 0 || elf64.HeaderSize+uint64(lines[i].Off+lines[i].Len) <= addr {
		return ""
	}
	inst, _ := lines[i].Item.(x64.Inst)
	return inst.Pos
}
