package elf64

import (
	"bytes"
	"debug/elf"
)

// Sizes in bytes: sh_entsize of a symbol table, e_shentsize.
const (
	symSize  = 24
	shdrSize = 64
)

// The sections of an image with symbols, by index.
const (
	secNull = iota
	secText
	secRodata
	secSymtab
	secStrtab
	secShstrtab
	secNote // where there is a note
)

var sectionNames = []string{"", ".text", ".rodata", ".symtab", ".strtab", ".shstrtab", ".note." + NoteName}

// addSymbolTable appends the sections that name things, and the section headers,
// behind the data. Nothing of it is loaded.
func (m *Image) addSymbolTable() {
	base := alignUp(m.size, 8)
	b := bytes.NewBuffer(make([]byte, base-m.size))
	start := m.size

	names := newStringTable()
	symtab := m.symtab(names)
	shnames := newStringTable()
	headers := m.sections()
	place := func(sec int, content []byte) {
		headers[sec].Off = uint64(start) + uint64(b.Len())
		headers[sec].Size = uint64(len(content))
		b.Write(content)
	}
	place(secSymtab, symtab)
	place(secStrtab, names.b)
	for i := range headers {
		headers[i].Name = shnames.add(sectionNames[i])
	}
	place(secShstrtab, shnames.b)
	b.Write(make([]byte, alignUp(int64(b.Len())+start, 8)-start-int64(b.Len())))

	m.table = table{off: uint64(start) + uint64(b.Len()), num: uint16(len(headers)), names: secShstrtab}
	write(b, headers)
	m.tail = append(m.tail, b.Bytes()...)
	m.size += int64(b.Len())
}

// sections returns the section headers: gABI, "Sections". The symbol table's link
// is its string table, its info the index of the first global symbol.
func (m *Image) sections() []elf.Section64 {
	data := m.Data()
	list := []elf.Section64{
		secText: {
			Type: uint32(elf.SHT_PROGBITS), Flags: uint64(elf.SHF_ALLOC | elf.SHF_EXECINSTR),
			Addr: uint64(m.HeaderSize()), Off: uint64(m.HeaderSize()), Size: uint64(len(m.text)), Addralign: 1,
		},
		secRodata: {
			Type: uint32(elf.SHT_PROGBITS), Flags: uint64(elf.SHF_ALLOC),
			Addr: data.Vaddr, Off: data.Off, Size: data.Filesz, Addralign: 1,
		},
		secSymtab: {
			Type: uint32(elf.SHT_SYMTAB), Link: secStrtab, Info: uint32(len(m.Symbols)),
			Addralign: 8, Entsize: symSize,
		},
		secStrtab:   {Type: uint32(elf.SHT_STRTAB), Addralign: 1},
		secShstrtab: {Type: uint32(elf.SHT_STRTAB), Addralign: 1},
	}
	if m.Note != nil {
		note := m.Segments[len(m.Segments)-1]
		list = append(list, elf.Section64{Type: uint32(elf.SHT_NOTE), Off: note.Off, Size: note.Filesz, Addralign: NoteAlign})
	}
	return list
}

// symtab encodes the symbols behind the reserved empty one: gABI, "Symbol Table".
// All are local but the entry, and local ones come first.
func (m *Image) symtab(names *stringTable) []byte {
	var b bytes.Buffer
	write(&b, elf.Sym64{})
	var entry elf.Sym64
	for _, s := range m.Symbols {
		sym := encodeSymbol(s, names)
		if s.Name == EntryLabel {
			entry = sym
			continue
		}
		write(&b, sym)
	}
	entry.Info = elf.ST_INFO(elf.STB_GLOBAL, elf.STT_FUNC)
	write(&b, entry)
	return b.Bytes()
}

func encodeSymbol(s Symbol, names *stringTable) elf.Sym64 {
	sym := elf.Sym64{Name: names.add(s.Name), Shndx: secText, Value: s.Addr, Size: s.Size}
	kind := elf.STT_NOTYPE
	switch s.Kind {
	case Routine:
		kind = elf.STT_FUNC
	case Object:
		kind, sym.Shndx = elf.STT_OBJECT, secRodata
	}
	sym.Info = elf.ST_INFO(elf.STB_LOCAL, kind)
	return sym
}

// stringTable is a section of names that end in NUL; the first is empty.
type stringTable struct{ b []byte }

func newStringTable() *stringTable { return &stringTable{[]byte{0}} }

// add appends a name and returns its index.
func (t *stringTable) add(name string) uint32 {
	if name == "" {
		return 0
	}
	i := uint32(len(t.b))
	t.b = append(append(t.b, name...), 0)
	return i
}
