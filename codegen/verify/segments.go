package verify

import (
	"debug/elf"
	"io"

	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// maxText bounds the memory and time that judging takes. It is far above any server:
// the text of ten thousand routes is under 4 KiB.
const maxText = 256 << 10

// pageSize is the unit in which the kernel maps segments on x86-64.
const pageSize = 4096

// maxAddr is the end of the addresses that a segment may ask for. The kernel adds where
// it puts the file; with the first segment at address 0 that is no part of page 0, as far
// as the rest fits behind it.
const maxAddr = 1 << 31

// How many headers a server has at most: text, data, the stack's, a note's, and some room. Linux takes up to 1,170 (fs/binfmt_elf.c).
const (
	maxHeaders = 8
	maxLoads   = 3
)

// text is the executable segment.
type text struct {
	vaddr uint64
	bytes []byte
}

// checkSegments enforces rules.Segments and returns the text.
func checkSegments(file *elf.File, size int64) (text, error) {
	if err := checkHeader(file); err != nil {
		return text{}, err
	}
	if n := len(file.Progs); n > maxHeaders {
		return text{}, fail(rules.Segments, 0, "%d program headers: a server has %d at most", n, maxHeaders)
	}
	var exec, stack *elf.Prog
	var end uint64 // first page behind the segments so far
	loads := 0
	for _, p := range file.Progs {
		switch p.Type {
		case elf.PT_LOAD:
			if loads++; loads == 1 && p.Vaddr != 0 {
				return text{}, fail(rules.Segments, p.Vaddr, "the first segment is not at address 0, so that the kernel chooses where it lies")
			}
			if loads > maxLoads {
				return text{}, fail(rules.Segments, p.Vaddr, "a segment more than the %d that a server has at most", maxLoads)
			}
			if err := checkLoad(p, size, end); err != nil {
				return text{}, err
			}
			end = pageEnd(p.Vaddr + p.Memsz)
			if p.Flags&elf.PF_X == 0 {
				continue
			}
			if exec != nil {
				return text{}, fail(rules.Segments, p.Vaddr, "a second executable segment; the first is at %#x", exec.Vaddr)
			}
			exec = p
		case elf.PT_GNU_STACK:
			if stack != nil {
				return text{}, fail(rules.Segments, 0, "a second PT_GNU_STACK: which one counts is the loader's choice")
			}
			stack = p
		case elf.PT_NOTE: // readNote judges it
		default:
			return text{}, fail(rules.Segments, p.Vaddr, "program header %s: a server has only PT_LOAD, PT_GNU_STACK and a PT_NOTE", p.Type)
		}
	}
	if err := checkStack(stack); err != nil {
		return text{}, err
	}
	return readText(file, exec)
}

// checkHeader demands a static PIE for x86-64 Linux.
func checkHeader(file *elf.File) error {
	switch {
	case file.Class != elf.ELFCLASS64 || file.Data != elf.ELFDATA2LSB || file.Machine != elf.EM_X86_64:
		return fail(rules.Segments, 0, "%s, %s, %s: not a 64-bit little-endian x86-64 file", file.Class, file.Data, file.Machine)
	case file.Type != elf.ET_DYN:
		return fail(rules.Segments, 0, "type %s: not position independent (ET_DYN)", file.Type)
	}
	for _, s := range file.Sections {
		if s.Type == elf.SHT_DYNAMIC || s.Type == elf.SHT_REL || s.Type == elf.SHT_RELA {
			return fail(rules.Segments, s.Addr, "section %q of type %s: nothing relocates a server", s.Name, s.Type)
		}
	}
	return nil
}

// checkLoad judges one PT_LOAD by itself and against end, the end of the pages that
// are taken.
func checkLoad(p *elf.Prog, size int64, end uint64) error {
	switch {
	case p.Memsz == 0:
		return fail(rules.Segments, p.Vaddr, "segment is empty: where the kernel puts the others does not follow from it")
	case p.Flags&elf.PF_W != 0:
		return fail(rules.Segments, p.Vaddr, "segment is writable (%s)", flags(p.Flags))
	case p.Flags&elf.PF_R == 0:
		return fail(rules.Segments, p.Vaddr, "segment is not readable (%s)", flags(p.Flags))
	case p.Filesz != p.Memsz:
		return fail(rules.Segments, p.Vaddr, "segment has %d bytes in the file and %d in memory", p.Filesz, p.Memsz)
	case p.Off > uint64(size) || p.Filesz > uint64(size)-p.Off:
		return fail(rules.Segments, p.Vaddr, "segment ends behind the file's end (%d bytes)", size)
	case p.Vaddr >= maxAddr || p.Memsz > maxAddr-p.Vaddr:
		return fail(rules.Segments, p.Vaddr, "segment is not below %#x", uint64(maxAddr))
	case p.Align != pageSize || p.Vaddr%pageSize != p.Off%pageSize:
		return fail(rules.Segments, p.Vaddr, "segment's alignment is not a page but %#x, or its address and offset %#x differ within a page", p.Align, p.Off)
	case p.Vaddr/pageSize*pageSize < end:
		return fail(rules.Segments, p.Vaddr, "segment shares a page with the one before it")
	}
	return nil
}

// checkStack demands the header that keeps the stack from being executable; without
// one the kernel may make it so (elf(5), PT_GNU_STACK).
func checkStack(p *elf.Prog) error {
	switch {
	case p == nil:
		return fail(rules.Segments, 0, "no PT_GNU_STACK: the stack may be executable")
	case p.Flags != elf.PF_R|elf.PF_W:
		return fail(rules.Segments, 0, "PT_GNU_STACK is %s, not RW-", flags(p.Flags))
	}
	return nil
}

// readText reads the executable segment and demands that the entry is in it.
func readText(file *elf.File, p *elf.Prog) (text, error) {
	switch {
	case p == nil:
		return text{}, fail(rules.Segments, 0, "no executable segment")
	case p.Filesz > maxText:
		return text{}, fail(rules.Segments, p.Vaddr, "text of %d bytes is above the limit of %d", p.Filesz, maxText)
	case file.Entry < p.Vaddr || file.Entry-p.Vaddr >= p.Filesz:
		return text{}, fail(rules.Segments, file.Entry, "entry is not in the text [%#x, %#x)", p.Vaddr, p.Vaddr+p.Filesz)
	}
	b := make([]byte, p.Filesz)
	if _, err := io.ReadFull(p.Open(), b); err != nil {
		return text{}, err
	}
	return text{vaddr: p.Vaddr, bytes: b}, nil
}

func pageEnd(addr uint64) uint64 { return (addr + pageSize - 1) / pageSize * pageSize }
