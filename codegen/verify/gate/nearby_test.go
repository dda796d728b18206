package gate

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/handmade"
	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// An error about an instruction shows its neighbours and a way there.
func TestErrorShowsCodeAndWay(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"in the middle", "31ff 7401 90 4831c0 50 ffe0 90 06", `decode: at 0x1009: bytes ff e0 90 06: a branch to where a register or memory says
      0x1004  nop
      0x1005  xor rax, rax
      0x1008  push rax
    > 0x1009  no instruction of a server: bytes ff e0 90 06
    a way there:
      0x1002  je 0x1005, on to 0x1005`},
		{"at the beginning", "ffe0", `decode: at 0x1000: bytes ff e0: a branch to where a register or memory says
    > 0x1000  no instruction of a server: bytes ff e0`},
		{"no instruction", "eb01 90 06", `decode: at 0x1003: bytes 06: no server has this opcode or prefix: 06
    > 0x1003  no instruction of a server: bytes 06
    a way there:
      0x1000  jmp 0x1003, on to 0x1003`},
		{"in a handler", "488d0507000000" + exit60 + "ffe0", `decode: at 0x100e: bytes ff e0: a branch to where a register or memory says
      0x1000  lea rax, [0x100e]
      0x1007  mov eax, 0x3c
      0x100c  syscall
    > 0x100e  no instruction of a server: bytes ff e0
    a way there:
      0x1000  lea rax, [0x100e], on to 0x100e`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if _, err := try(handmade.Good(unhex(t, test.text)...), Ten()); err == nil || err.Error() != test.want {
				t.Errorf("got\n%v\nwant\n%s", err, test.want)
			}
		})
	}
}

// Of a long way the last branches are shown.
func TestLongWay(t *testing.T) {
	_, err := try(handmade.Good(unhex(t, strings.Repeat("eb00", 100)+"ffe0")...), Ten())
	var got *Error
	if !errors.As(err, &got) || len(got.Path) != maxPath || got.Path[maxPath-1] != (Branch{0x10c6, 0x10c8, "jmp 0x10c8"}) {
		t.Errorf("got %v", got)
	}
}

// Names stand behind addresses, the broken instruction's and those of the way.
func TestDescribeWithNames(t *testing.T) {
	_, err := try(handmade.Good(unhex(t, "eb00 ffe0")...), Ten())
	var got *Error
	if !errors.As(err, &got) {
		t.Fatal(err)
	}
	text := got.Describe(func(addr uint64) string {
		if addr == 0x1002 {
			return "away"
		}
		return ""
	})
	for _, want := range []string{"decode: at 0x1002 (away): bytes ff e0", "\n      0x1000  jmp 0x1002, on to 0x1002 (away)"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
}

// An error that is about a segment, or the whole file, shows no code.
func TestErrorWithoutCode(t *testing.T) {
	for _, e := range []*Error{fail(rules.Segments, 0, "no text"), fail(rules.Segments, 0x1000, "no text")} {
		if strings.Contains(e.Error(), "\n") || !strings.HasPrefix(e.Error(), "segments: ") {
			t.Errorf("reads %q", e)
		}
	}
	if got := newCode(0x1000, []byte{0x90}); got.around(0x2000) != nil || got.way(0x2000) != nil {
		t.Error("there is code outside the text")
	}
	if got := fmt.Sprint(fail(rules.Segments, 0x3000, "x")); got != "segments: at 0x3000: x" {
		t.Errorf("got %q", got)
	}
}
