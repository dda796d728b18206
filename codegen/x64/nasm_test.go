package x64

import (
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/testtool"
)

// nasm assembles an object's text by nasm; symbols in data are at its end, as link
// places them.
func nasm(t *testing.T, o *Object) []byte {
	t.Helper()
	wide := o.NASMMayWiden()
	var s strings.Builder
	s.WriteString("bits 64\norg 0\n")
	for i, line := range o.Lines {
		switch item := line.Item.(type) {
		case Label:
			fmt.Fprintf(&s, "%s:\n", item.Name)
		case Inst:
			text := item.String()
			if wide[i] {
				text = strings.Replace(text, " ", " short ", 1)
			}
			fmt.Fprintln(&s, text)
		}
	}
	s.WriteString("data:\n")
	return runNASM(t, s.String())
}

// runNASM assembles a source to plain bytes. A warning fails the test: it says that
// nasm reads a number differently.
func runNASM(t *testing.T, source string) []byte {
	t.Helper()
	tool := testtool.Need(t, "nasm")
	in := filepath.Join(t.TempDir(), "in.asm")
	out := in + ".bin"
	if err := os.WriteFile(in, []byte(source), 0o666); err != nil {
		t.Fatal(err)
	}
	text, err := exec.Command(tool, "-f", "bin", "-o", out, in).CombinedOutput()
	if err != nil || len(text) != 0 {
		t.Fatalf("nasm: %v\n%.2000s", err, text)
	}
	code, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// link patches the references with all symbols behind the text.
func link(o *Object) []byte {
	text := append([]byte(nil), o.Text...)
	for _, r := range o.Refs {
		s := len(text)
		if off, ok := o.Labels[r.Sym]; ok {
			s = off
		}
		binary.LittleEndian.PutUint32(text[r.Off:], uint32(int64(s)+r.Add-int64(r.Off+4)))
	}
	return text
}
