package verify_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/verbosel/verbosel/codegen/internal/asmtext"
	"github.com/verbosel/verbosel/codegen/verify"
	"github.com/verbosel/verbosel/codegen/verify/rules"
	"github.com/verbosel/verbosel/codegen/x64"
)

// A register holds one of 262,144 numbers, and each comparison leaves two smaller sets of
// them. A proof kept them all: of a file of 290 KB in 3.2 GB and 95 s.
func TestSetsWithoutEnd(t *testing.T) {
	source := []string{"section .text", "_start:", "sub rsp, 64", "rdtsc", "and eax, 0x3ffff", "lea rcx, [rel table]", "mov eax, [rcx + rax]"}
	for i := range 2500 {
		source = append(source, fmt.Sprintf("cmp eax, %v", x64.Imm(1000+20000*i)), fmt.Sprintf("jb l%d", i), "mov [rsp + 8], eax", fmt.Sprintf("l%d:", i))
	}
	source = append(source, "exit:", "xor edi, edi", "mov eax, 60", "syscall", "jmp exit")
	rng := rand.New(rand.NewPCG(1, 1))
	table := make([]string, 1<<18+3)
	for i := range table {
		table[i] = fmt.Sprint(rng.IntN(256))
	}
	image, err := asmtext.Assemble(append(source, "section .data", "table: db "+strings.Join(table, ", ")), nil)
	if err != nil {
		t.Fatal(err)
	}
	file, err := image.Bytes(nil)
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	_, err = verify.CheckAnyForm(bytes.NewReader(file), int64(len(file)), verify.Hardened())
	var refused *verify.Error
	if !errors.As(err, &refused) || refused.Rule != rules.Bounds || !refused.TooLarge {
		t.Errorf("got %v, want a refusal by rule bounds", err)
	}
	var stats runtime.MemStats
	if runtime.ReadMemStats(&stats); stats.Sys > 1<<30 {
		t.Errorf("%d MiB were needed", stats.Sys>>20)
	}
	t.Logf("%d bytes: %v, %d MiB", len(file), time.Since(began), stats.Sys>>20)
}
