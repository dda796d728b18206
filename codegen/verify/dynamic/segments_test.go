package dynamic

import (
	"debug/elf"
	"encoding/binary"
	"errors"
	"slices"
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/isa"
)

// Offsets of fields in the ELF header and in a program header (gABI, chapters 4 and 5).
const (
	headerSize, progSize                      = 64, 56
	offType, offEntry, offPhoff, offPhentsize = 16, 24, 32, 54
	progType, progFlags, progOff, progVaddr   = 0, 4, 8, 16
	progFilesz, progMemsz                     = 32, 40
)

// Each change is either a fault, or keeps the kernel from executing the file.
func TestLoads(t *testing.T) {
	file := text(t, oneRoute)
	if err := Loads(file); err != nil {
		t.Fatal(err)
	}
	prog := func(n, field int) int { return headerSize + n*progSize + field } // text, data, stack
	for name, test := range map[string]struct {
		at    int
		value uint32
		fault bool
	}{
		"no ELF":             {0, 0, false},
		"an object file":     {offType, uint32(elf.ET_REL) | uint32(elf.EM_X86_64)<<16, false},
		"headers elsewhere":  {offPhoff, 1 << 30, false},
		"other header sizes": {offPhentsize, 32, false},
		"the end of headers": {offPhoff, uint32(len(file) - 8), false},
		"entry in the data":  {offEntry, uint32(len(file) - 8), true},
		"writable text":      {prog(0, progFlags), uint32(elf.PF_R | elf.PF_W | elf.PF_X), true},
		"writable data":      {prog(1, progFlags), uint32(elf.PF_R | elf.PF_W), true},
		"data without R":     {prog(1, progFlags), 0, true},
		"executable stack":   {prog(2, progFlags), uint32(elf.PF_R | elf.PF_W | elf.PF_X), true},
		"an interpreter":     {prog(1, progType), uint32(elf.PT_INTERP), true},
		"a dynamic section":  {prog(1, progType), uint32(elf.PT_DYNAMIC), true},
		"no stack header":    {prog(2, progType), uint32(elf.PT_NOTE), true},
		"bytes to be zeroed": {prog(1, progMemsz), 1 << 20, true},
		"not congruent":      {prog(1, progOff), 8, false},
		"above user memory":  {prog(1, progVaddr) + 4, 1 << 30, false},
		"out of order":       {prog(0, progVaddr), 1 << 20, true},
	} {
		changed := slices.Clone(file)
		binary.LittleEndian.PutUint32(changed[test.at:], test.value)
		err := Loads(changed)
		var fault *isa.Fault
		if err == nil || errors.As(err, &fault) != test.fault {
			t.Errorf("%s: %v, want a fault: %v", name, err, test.fault)
		}
	}
	for _, n := range []int{0, 40, 70} {
		if Loads(file[:n]) == nil {
			t.Errorf("%d bytes load", n)
		}
	}
}
