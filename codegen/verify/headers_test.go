package verify_test

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// headerNames are values that the corpus gives to fields of headers by name.
var headerNames = map[string]uint64{
	"ET_EXEC": uint64(elf.ET_EXEC), "EM_AARCH64": uint64(elf.EM_AARCH64),
	"PT_LOAD": uint64(elf.PT_LOAD), "PT_DYNAMIC": uint64(elf.PT_DYNAMIC), "PT_INTERP": uint64(elf.PT_INTERP),
	"PT_TLS": uint64(elf.PT_TLS), "PT_NOTE": uint64(elf.PT_NOTE), "R--": 4, "RW-": 6, "R-X": 5, "RWX": 7, "--X": 1,
}

// headerParts are the offsets in a file of the headers that the corpus edits.
var headerParts = map[string]int{"file": 0, "text": 64, "data": 64 + 56, "stack": 64 + 2*56, "note": 64 + 3*56}

// editHeaders changes fields of the headers of an ELF file. Each line of text is
//
//	PART FIELD VALUE
//
// with a part out of file, text, data, stack and note, a field of elf.Header64 or elf.Prog64,
// and a number, a name out of headerNames, or +N to add to what is there.
func editHeaders(file []byte, text string) error {
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		off, ok := headerParts[words[0]]
		if !ok || len(words) != 3 {
			return fmt.Errorf("%q: not a part, a field and a value", line)
		}
		var header any = new(elf.Prog64)
		if off == 0 {
			header = new(elf.Header64)
		}
		if err := binary.Read(bytes.NewReader(file[off:]), binary.LittleEndian, header); err != nil {
			return err
		}
		if err := setField(reflect.ValueOf(header).Elem().FieldByName(words[1]), words[2]); err != nil {
			return fmt.Errorf("%q: %w", line, err)
		}
		var b bytes.Buffer
		if err := binary.Write(&b, binary.LittleEndian, header); err != nil {
			return err
		}
		copy(file[off:], b.Bytes())
	}
	return nil
}

func setField(field reflect.Value, value string) error {
	if !field.IsValid() {
		return fmt.Errorf("no such field")
	}
	if n, ok := headerNames[value]; ok {
		field.SetUint(n)
		return nil
	}
	more, relative := strings.CutPrefix(value, "+")
	n, err := strconv.ParseUint(more, 0, 64)
	if relative {
		n += field.Uint()
	}
	field.SetUint(n)
	return err
}
