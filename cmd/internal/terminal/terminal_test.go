package terminal

import (
	"os"
	"strings"
	"testing"
)

func TestUseColor(t *testing.T) {
	t.Setenv("TERM", "xterm")
	t.Setenv("NO_COLOR", "")
	terminal, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skipf("no pseudo-terminal here: %v", err)
	}
	defer terminal.Close()
	file, err := os.Create(t.TempDir() + "/listing")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()

	if !UseColor(terminal) {
		t.Error("no colour on a terminal")
	}
	if UseColor(file) || UseColor(new(strings.Builder)) {
		t.Error("colour in a file or a buffer")
	}
	t.Setenv("TERM", "dumb")
	if UseColor(terminal) {
		t.Error("colour on a dumb terminal")
	}
	t.Setenv("TERM", "xterm")
	t.Setenv("NO_COLOR", "1")
	if UseColor(terminal) {
		t.Error("colour in spite of NO_COLOR")
	}
}
