package elf64

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"

	"github.com/verbosel/verbosel/codegen/x64"
)

// patchText copies the text and fills its references in. Each is R_X86_64_PC32 of
// the x86-64 psABI (4.4): S + A - P, and A accounts for the 4 bytes between the
// field and the end of it, which is where the processor counts from.
func (l *linker) patchText() {
	l.text = bytes.Clone(l.obj.Text)
	for _, r := range l.obj.Refs {
		l.patch(r)
	}
}

func (l *linker) patch(r x64.Ref) {
	user := fmt.Sprintf("the text at %#x", l.header+int64(r.Off))
	if r.Off < 0 || r.Off > len(l.text)-4 {
		l.errorf("a reference to %q stands at %d, outside the text of %d bytes", r.Sym, r.Off, len(l.text))
		return
	}
	s, ok := l.address(r.Sym, user)
	if !ok {
		return
	}
	value := int64(s) + r.Add - (l.header + int64(r.Off) + 4)
	if value < math.MinInt32 || value > math.MaxInt32 {
		l.errorf("%s is %d bytes away from %q: a reference reaches 2 GiB", user, value, r.Sym)
		return
	}
	binary.LittleEndian.PutUint32(l.text[r.Off:], uint32(int32(value)))
}
