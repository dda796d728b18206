package elf64

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/x64"
)

// symbols returns all labels of the program by address.
func (l *linker) symbols() []Symbol {
	routines := l.routines()
	syms := make([]Symbol, 0, len(l.obj.Labels)+len(l.data))
	for name := range l.obj.Labels {
		kind := Place
		if routines[name] {
			kind = Routine
		}
		syms = append(syms, Symbol{Name: name, Addr: l.addrs[name], Kind: kind})
	}
	slices.SortFunc(syms, bySymbol)
	measureRoutines(syms, uint64(l.header)+uint64(len(l.text)))
	for _, d := range l.data {
		syms = append(syms, Symbol{d.Label, dataAddr(d.off), uint64(d.size), Object})
	}
	return syms
}

// routines returns the names of the labels that begin a routine.
func (l *linker) routines() map[string]bool {
	names := map[string]bool{EntryLabel: true}
	for _, line := range l.obj.Lines {
		if label, ok := line.Item.(x64.Label); ok && len(label.Doc) > 0 {
			names[label.Name] = true
		}
	}
	return names
}

// measureRoutines sets the size of each routine: it ends where the next one begins.
func measureRoutines(syms []Symbol, end uint64) {
	for i := len(syms) - 1; i >= 0; i-- {
		if syms[i].Kind == Routine {
			syms[i].Size = end - syms[i].Addr
			end = syms[i].Addr
		}
	}
}
