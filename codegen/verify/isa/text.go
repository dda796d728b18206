package isa

import "fmt"

// Text is the code that machines execute: what was decoded once is kept.
type Text struct {
	base  uint64
	bytes []byte
	known []*spelled // by offset
}

// spelled is an instruction with its steps.
type spelled struct {
	len   uint8
	steps []Step
}

// NewText is the code that lies at base.
func NewText(base uint64, bytes []byte) *Text {
	return &Text{base: base, bytes: bytes, known: make([]*spelled, len(bytes))}
}

// at is the instruction at addr.
func (t *Text) at(addr uint64) (*spelled, error) {
	off := addr - t.base
	if off >= uint64(len(t.bytes)) {
		return nil, fmt.Errorf("execution goes to %#x, outside the text [%#x, %#x)", addr, t.base, t.base+uint64(len(t.bytes)))
	}
	if in := t.known[off]; in != nil {
		return in, nil
	}
	in, err := Decode(t.bytes[off:], addr)
	if err != nil {
		return nil, err
	}
	t.known[off] = &spelled{in.Len, in.Steps()}
	return t.known[off], nil
}
