package elf64

import (
	"testing"

	"github.com/verbosel/verbosel/codegen/x64"
)

// exit42 is exit(42): mov edi, 42; mov eax, 60; syscall.
func exit42() *x64.Object {
	return &x64.Object{
		Text:   []byte{0xbf, 42, 0, 0, 0, 0xb8, 60, 0, 0, 0, 0x0f, 0x05},
		Labels: map[string]int{"_start": 0},
		Data:   []x64.Datum{{Label: "unused", Fields: []x64.Field{x64.Bytes{B: []byte("unused")}}}},
	}
}

// hello is write(1, greeting, 6) and exit(0), in two routines.
func hello() *x64.Object {
	text := []byte{
		0xe8, 9, 0, 0, 0, // call greet
		0x31, 0xff, // xor edi, edi
		0xb8, 60, 0, 0, 0, // mov eax, 60
		0x0f, 0x05, // syscall
		0x48, 0x8d, 0x35, 0, 0, 0, 0, // greet: lea rsi, [greeting]
		0xba, 6, 0, 0, 0, // mov edx, 6
		0xbf, 1, 0, 0, 0, // mov edi, 1
		0x89, 0xf8, // mov eax, edi
		0x0f, 0x05, // greet_write: syscall
		0xc3, // ret
	}
	start := x64.Label{Name: "_start", Doc: []string{"in: nothing"}}
	greet := x64.Label{Name: "greet", Doc: []string{"in: nothing; clobbers: rax rdi rsi rdx"}}
	return &x64.Object{
		Text: text,
		Lines: []x64.Line{
			{Item: start}, {Item: greet, Off: 14}, {Item: x64.Label{Name: "greet_write"}, Off: 33},
		},
		Refs:   []x64.Ref{{Off: 17, Sym: "greeting"}},
		Labels: map[string]int{"_start": 0, "greet": 14, "greet_write": 33},
		Data: []x64.Datum{
			{Label: "lengths", Align: 4, Fields: []x64.Field{
				x64.Word{Size: 4, Value: 6},
				x64.Offset{To: "greeting", From: "data"},
			}},
			{Label: "greeting", Align: 64, Fields: []x64.Field{x64.Bytes{B: []byte("hello\n")}}},
		},
	}
}

// link links or fails.
func link(t testing.TB, obj *x64.Object, opts Options) *Image {
	t.Helper()
	m, err := Link(obj, opts)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// encode links and writes, or fails.
func encode(t testing.TB, obj *x64.Object, opts Options) []byte {
	t.Helper()
	m := link(t, obj, opts)
	b, err := m.Bytes(nil)
	if err != nil {
		t.Fatal(err)
	}
	if int64(len(b)) != m.Size() {
		t.Fatalf("wrote %d bytes, Size says %d", len(b), m.Size())
	}
	return b
}
