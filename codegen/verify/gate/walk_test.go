package gate

import (
	"encoding/hex"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/handmade"
	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// exit60 is mov eax, 60; syscall.
const exit60 = "b83c000000 0f05"

// Each case is text with one fault, at the offset off.
func TestBadText(t *testing.T) {
	tests := []struct {
		name string
		text string // hex
		rule rules.Rule
		off  uint64
		want string
	}{
		{"jump through a register", "ffe0", rules.Decode, 0, "a branch to where a register or memory says"},
		{"jump through memory", "90 ff2500000000", rules.Decode, 1, "a branch to where a register or memory says"},
		{"call through a register", "ffd0", rules.Decode, 0, "a branch to where a register or memory says"},
		{"call through memory", "ff1424", rules.Decode, 0, "a branch to where a register or memory says"},
		{"far return", "cb", rules.Decode, 0, "opcode or prefix: cb"},
		{"return from interrupt", "48cf", rules.Decode, 0, "opcode or prefix: 48 cf"},
		{"32-bit system call", "b801000000 cd80", rules.Decode, 5, "opcode or prefix: cd"},
		{"sysenter", "0f34", rules.Decode, 0, "opcode or prefix: 0f 34"},
		{"transaction", "c7f800000000", rules.Decode, 0, "c7 /7"},
		{"prefixed jump", "66eb00" + exit60, rules.Decode, 0, "without effect"},
		{"undecodable", "90 06", rules.Decode, 1, "bytes 06"},
		{"cut off", "90 b83c0000", rules.Decode, 1, "bytes b8 3c 00 00"},
		{"runs off the end", "90 90", rules.Decode, 1, "outside the text [0x0, 0x1002)"},
		{"returns from a call to nothing", "e800000000", rules.Decode, 0, "goes to 0x1005"},
		{"jumps behind the end", "eb7f", rules.Decode, 0, "goes to 0x1081"},
		{"branches before the start", "0f84f0efffff" + exit60, rules.Decode, 0, "goes to 0xfffffffffffffff6"},
		{"jumps into an instruction", "7401 b83c000000 0f05 0000000000", rules.Decode, 3, "overlaps"},

		{"openat", "b801010000 0f05" + exit60, rules.Syscalls, 5, "syscall 257 is not among"},
		{"setsockopt of the ten", "b836000000 0f05" + exit60, rules.Syscalls, 5, "setsockopt is not among"},
		{"number from nowhere", "0f05" + exit60, rules.Syscalls, 0, "not one known constant"},
		{"number from a register", "89f8 0f05" + exit60, rules.Syscalls, 2, "not one known constant"},
		{"number from the stack", "58 0f05" + exit60, rules.Syscalls, 1, "not one known constant"},
		{"negative number", "48c7c0ffffffff 0f05" + exit60, rules.Syscalls, 7, "not one known constant"},
		{"low byte only", "b800000000 b03c 0f05" + exit60, rules.Syscalls, 7, "not one known constant"},
		{"number of the last call", "b801000000 0f05 0f05" + exit60, rules.Syscalls, 7, "not one known constant"},
		{"number from before a call", "b83c000000 e802000000 0f05 c3", rules.Syscalls, 10, "not one known constant"},
		{"two paths, two numbers", "b83c000000 7405 b801000000 0f05" + exit60, rules.Syscalls, 12, "not one known constant"},
		{"hidden write: cdq's sibling cwde", "b83c000000 98 0f05" + exit60, rules.Decode, 5, "opcode or prefix: 98"},
		{"hidden write: lodsb", "b83c000000 ac 0f05" + exit60, rules.Decode, 5, "opcode or prefix: ac"},
		{"hidden write: mul", "b83c000000 f7e1 0f05" + exit60, rules.Syscalls, 7, "not one known constant"},
		{"hidden write: imul", "b83c000000 f7e9 0f05" + exit60, rules.Decode, 5, "f7 /5"},
		{"hidden write: xchg", "b83c000000 87c8 0f05" + exit60, rules.Syscalls, 7, "not one known constant"},
		{"hidden write: cmpxchg", "b83c000000 0fb10c24 0f05" + exit60, rules.Decode, 5, "opcode or prefix: 0f b1"},
		{"hidden write: rdtsc", "b83c000000 0f31 0f05" + exit60, rules.Syscalls, 7, "not one known constant"},
		{"prefixed system call", "b83c000000 480f05", rules.Decode, 5, "without effect"},
		{"in a handler", "488d0507000000" + exit60 + "0f05" + exit60, rules.Syscalls, 14, "not one known constant"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := try(handmade.Good(unhex(t, test.text)...), Ten())
			wantError(t, err, test.rule, handmade.TextAddr+test.off, test.want)
		})
	}
}

// Text that looks odd and is right.
func TestGoodText(t *testing.T) {
	tests := []struct{ name, text string }{
		{"xor", "31c0 0f05" + exit60},
		{"64-bit xor", "4831c0 0f05" + exit60},
		{"64-bit mov", "48c7c03c000000 0f05"},
		{"two paths, one number", "b83c000000 7402 89cf 0f05"},
		{"a loop", "b83c000000 ffc9 75fc 0f05"},
		{"other registers written", "b83c000000 0fafca 4889e6 f3a4 660fefc0 0f94c1 0f05"},
		{"nothing behind exit", exit60 + "06"},
		{"dead code may do anything", exit60 + "ffe0 0f05"},
		{"faults end a path", "7402 0f0b" + exit60},
		{"lea of data is no handler", "488d05f92f0000" + exit60},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if _, err := try(handmade.Good(unhex(t, test.text)...), Ten()); err != nil {
				t.Error(err)
			}
		})
	}
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}
