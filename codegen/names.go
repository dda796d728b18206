package codegen

import (
	"fmt"
	"sort"
	"strings"

	"github.com/verbosel/verbosel/codegen/elf64"
	"github.com/verbosel/verbosel/codegen/x64"
)

// names says what the addresses of a server are called.
type names struct {
	object *x64.Object
	image  *elf64.Image
}

// name is the label in front of an address of the text, the distance from it, and the
// place in the spec that asked for the instruction there.
func (n names) name(addr uint64) string {
	var parts []string
	if label := n.label(addr); label != "" {
		parts = append(parts, label)
	}
	if pos := n.pos(addr); pos != "" {
		parts = append(parts, pos)
	}
	return strings.Join(parts, ", ")
}

func (n names) label(addr uint64) string {
	symbols := n.image.Symbols // by address
	i := sort.Search(len(symbols), func(i int) bool { return symbols[i].Addr > addr }) - 1
	switch {
	case i < 0 || symbols[i].Kind == elf64.Object:
		return ""
	case symbols[i].Addr == addr:
		return symbols[i].Name
	}
	return fmt.Sprintf("%s+%d", symbols[i].Name, addr-symbols[i].Addr)
}

func (n names) pos(addr uint64) string {
	lines := n.object.Lines // by offset
	start := uint64(n.image.HeaderSize())
	i := sort.Search(len(lines), func(i int) bool { return start+uint64(lines[i].Off) > addr }) - 1
	if i < 0 || start+uint64(lines[i].Off+lines[i].Len) <= addr {
		return ""
	}
	inst, _ := lines[i].Item.(x64.Inst)
	return inst.Pos
}
