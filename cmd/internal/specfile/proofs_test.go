package specfile

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestProgramID: a program that is one byte another one has another name.
func TestProgramID(t *testing.T) {
	if id := ProgramID(); len(id) < 40 {
		t.Errorf("this program is called %q", id)
	}
	dir := t.TempDir()
	ids := map[string]bool{}
	for _, text := range []string{"a", "b"} {
		source, program := filepath.Join(dir, text+".go"), filepath.Join(dir, text)
		if err := os.WriteFile(source, []byte("package main\nfunc main() { println(\""+text+"\") }\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command("go", "build", "-o", program, source).CombinedOutput(); err != nil {
			t.Skipf("no Go to build with: %v %s", err, out)
		}
		ids[buildID(program)] = true
	}
	if len(ids) != 2 || ids[""] {
		t.Errorf("two programs have the names %v", ids)
	}
	if id := buildID(filepath.Join(dir, "a.go")); id != "" {
		t.Errorf("a text is called %q", id)
	}
}
