package release

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"debug/buildinfo"
	"debug/elf"
	"debug/macho"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	cdx "github.com/CycloneDX/cyclonedx-go"

	"github.com/verbosel/verbosel/codegen/internal/testtool"
)

// isProgram demands a program for a target by its header: static where it is for Linux.
func isProgram(t *testing.T, path string, want target) {
	t.Helper()
	if want.OS == "darwin" {
		f, err := macho.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if f.Cpu != macho.CpuArm64 || f.Type != macho.TypeExec {
			t.Errorf("a %v for %v", f.Type, f.Cpu)
		}
		return
	}
	f, err := elf.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	machine := map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64}[want.Arch]
	if f.Machine != machine || f.Type != elf.ET_EXEC {
		t.Errorf("a %v for %v", f.Type, f.Machine)
	}
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP || p.Type == elf.PT_DYNAMIC {
			t.Errorf("it is not static: %v", p.Type)
		}
	}
}

// isBill demands the program's hash and all modules that it says it is built from.
func isBill(t *testing.T, dir, name, version string) {
	t.Helper()
	var bom cdx.BOM
	if err := cdx.NewBOMDecoder(bytes.NewReader(read(t, dir, name+".cdx.json")), cdx.BOMFileFormatJSON).Decode(&bom); err != nil {
		t.Fatal(err)
	}
	self := bom.Metadata.Component
	if self.Name != name || self.Version != "v"+version || (*self.Hashes)[0].Value != hash(read(t, dir, name)) {
		t.Errorf("%+v", self)
	}
	info, err := buildinfo.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"std"}
	for _, m := range info.Deps {
		want = append(want, m.Path)
		if strings.Contains(m.Path, "md2man") {
			t.Errorf("the compiler has what only its manual pages need: %s", m.Path)
		}
	}
	var got []string
	for _, c := range *bom.Components {
		got = append(got, c.Name)
	}
	if !sameSet(got, want) || len(want) < 5 {
		t.Errorf("the bill has %v, the program %v", got, want)
	}
}

// isArchive demands a folder of the archive's name in it, with the program, a manual page
// for each command, and completions that their shell can read.
func isArchive(t *testing.T, dir, archive, program string) {
	t.Helper()
	files := unpack(t, read(t, dir, archive+".tar.gz"))
	if !bytes.Equal(files[archive+"/verbosel"], read(t, dir, program)) {
		t.Error("another program is in the archive")
	}
	if !bytes.Equal(files[archive+"/verbosel-verify"], read(t, dir, strings.Replace(program, "verbosel_", "verbosel-verify_", 1))) {
		t.Error("another verbosel-verify is in the archive")
	}
	if !bytes.Contains(files[archive+"/LICENSE"], []byte("MIT License")) {
		t.Error("no licence is in the archive")
	}
	for shell, name := range map[string]string{"bash": "verbosel.bash", "zsh": "_verbosel", "fish": "verbosel.fish"} {
		if !bytes.Contains(files[archive+"/completions/"+name], []byte(shell+" completion")) {
			t.Errorf("no completion for %s", shell)
		}
	}
	bash := exec.Command("bash", "-n")
	bash.Stdin = bytes.NewReader(files[archive+"/completions/verbosel.bash"])
	if text, err := bash.CombinedOutput(); err != nil {
		t.Errorf("bash -n: %v\n%s", err, text)
	}
	for _, command := range commands(t, filepath.Join(dir, "verbosel_linux_amd64")) {
		page := files[archive+"/man/man1/"+strings.Join(append([]string{"verbosel"}, command...), "-")+".1"]
		isPage(t, page, filepath.Join(dir, "verbosel_linux_amd64"), command)
	}
}

// unpack are the files of an archive, which has no owner and no folder.
func unpack(t *testing.T, text []byte) map[string][]byte {
	t.Helper()
	zip, err := gzip.NewReader(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for r := tar.NewReader(zip); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		mode := int64(0o644)
		switch filepath.Base(h.Name) {
		case "verbosel", "verbosel-verify":
			mode = 0o755
		}
		if h.Uid != 0 || h.Gid != 0 || h.Uname != "" || h.Mode != mode || h.Typeflag != tar.TypeReg {
			t.Errorf("%+v", h)
		}
		if files[h.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
}

// listed is a command in a help text.
var listed = regexp.MustCompile(`(?m)^  ([a-z]+) +[A-Z]`)

// commands are those that the help names, the program itself first.
func commands(t *testing.T, program string) [][]string {
	t.Helper()
	list := [][]string{{}}
	help, err := exec.Command(program, "--help").Output()
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(help), "Available Commands:")
	for _, m := range listed.FindAllStringSubmatch(text, -1) {
		if m[1] != "help" {
			list = append(list, m[1:])
		}
	}
	if len(list) < 10 {
		t.Fatalf("the help names %v", list)
	}
	return list
}

// isPage demands of a command's manual page that mandoc finds no error in it, and that it
// shows every word of the command's help.
func isPage(t *testing.T, page []byte, program string, command []string) {
	t.Helper()
	if len(page) == 0 {
		t.Errorf("%v has no manual page", command)
		return
	}
	mandoc := testtool.Need(t, "mandoc")
	path := filepath.Join(t.TempDir(), "page.1")
	if err := os.WriteFile(path, page, 0o644); err != nil {
		t.Fatal(err)
	}
	if text, err := exec.Command(mandoc, "-T", "lint", "-W", "error", path).CombinedOutput(); err != nil {
		t.Errorf("%v: %v\n%s", command, err, text)
	}
	shown, err := exec.Command(mandoc, "-T", "utf8", "-O", "width=999", path).Output()
	if err != nil {
		t.Fatal(err)
	}
	help, err := exec.Command(program, append(command, "--help")...).Output()
	if err != nil {
		t.Fatal(err)
	}
	long, _, _ := strings.Cut(string(help), "\nUsage:\n")
	text := plain(string(shown))
	for _, word := range strings.Fields(long) {
		if !strings.Contains(text, word) {
			t.Errorf("the manual page of %v lacks %q of its help", command, word)
		}
	}
}

// struck is a character that is printed over by another, for bold and underlined text.
var struck = regexp.MustCompile(".\x08")

// plain takes away what typesetting changes: emphasis, and the forms of quotes and hyphens.
func plain(text string) string {
	return strings.NewReplacer("’", "'", "‘", "'", "‐", "-", "−", "-").Replace(struck.ReplaceAllString(text, ""))
}

// named is an archive in the formula.
var named = regexp.MustCompile(`url "https://github\.com/verbosel/verbosel/releases/download/v([^/"]+)/([^/"]+)"\n +sha256 "([0-9a-f]{64})"`)

// isFormula demands a formula that Ruby can read, with each archive and its checksum.
func isFormula(t *testing.T, dir, version string, archives int) {
	t.Helper()
	text := read(t, dir, "verbosel.rb")
	found := named.FindAllStringSubmatch(string(text), -1)
	if len(found) != archives || bytes.Count(text, []byte("url ")) != archives {
		t.Errorf("%d archives, want %d:\n%s", len(found), archives, text)
	}
	for _, m := range found {
		if m[1] != version || hash(read(t, dir, m[2])) != m[3] {
			t.Errorf("%s of %s has not the checksum %s", m[2], m[1], m[3])
		}
	}
	ruby := exec.Command(testtool.Need(t, "ruby"), "-wc")
	ruby.Stdin = bytes.NewReader(text)
	if out, err := ruby.CombinedOutput(); err != nil || string(out) != "Syntax OK\n" {
		t.Errorf("ruby -wc: %v\n%s", err, out)
	}
}
