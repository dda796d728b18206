package listing

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/verbosel/verbosel/codegen/elf64"
	"github.com/verbosel/verbosel/codegen/internal/testtool"
	"github.com/verbosel/verbosel/codegen/x64"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// assemble runs nasm over a listing, beside its side files and the files of fsys,
// and returns the output. A warning fails the test.
func assemble(t *testing.T, l *Listing, fsys fs.FS) []byte {
	t.Helper()
	nasm, dir := testtool.Need(t, "nasm"), t.TempDir()
	if fsys != nil {
		if err := os.CopyFS(dir, fsys); err != nil {
			t.Fatal(err)
		}
	}
	files := map[string][]byte{"server.asm": l.Bytes()}
	for name, b := range l.Side {
		files[name] = b
	}
	for name, b := range files {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(nasm, "-f", "bin", "-Wall", "server.asm", "-o", "server")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
		t.Fatalf("nasm: %v\n%s\n%s", err, out, firstErrors(out, l))
	}
	b, err := os.ReadFile(filepath.Join(dir, "server"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// firstErrors shows the lines that nasm complained about.
func firstErrors(out []byte, l *Listing) string {
	lines := strings.Split(string(l.Bytes()), "\n")
	var b strings.Builder
	for i, s := range strings.Split(string(out), "\n") {
		var n int
		if _, err := fmt.Sscanf(s, "server.asm:%d:", &n); err == nil && i < 10 {
			fmt.Fprintf(&b, "%d: %s\n", n, lines[n-1])
		}
	}
	return b.String()
}

// roundTrip checks that nasm makes the image's file out of the listing.
func roundTrip(t *testing.T, p *x64.Program, opts Options, fsys fs.FS) *Listing {
	t.Helper()
	return roundTripOf(t, p, elf64.Options{}, opts, fsys)
}

func roundTripOf(t *testing.T, p *x64.Program, link elf64.Options, opts Options, fsys fs.FS) *Listing {
	t.Helper()
	obj, img := build(t, p, link)
	l, err := NASM(obj, img, opts)
	if err != nil {
		t.Fatal(err)
	}
	want, err := img.Bytes(fsys)
	if err != nil {
		t.Fatal(err)
	}
	if got := assemble(t, l, fsys); !bytes.Equal(got, want) {
		t.Errorf("nasm gives another file: %d bytes, want %d%s", len(got), len(want), firstDifference(obj, got, want))
	}
	return l
}

// firstDifference names the instruction or the datum at which two files differ.
func firstDifference(obj *x64.Object, got, want []byte) string {
	at := 0
	for at < min(len(got), len(want)) && got[at] == want[at] {
		at++
	}
	for _, l := range obj.Lines {
		off := l.Off + elf64.HeaderSize // of a file without a note
		if inst, ok := l.Item.(x64.Inst); ok && at >= off && at < off+l.Len {
			return fmt.Sprintf(" at %#x: %v: % x, want % x", at, inst, got[off:off+l.Len], want[off:off+l.Len])
		}
	}
	return fmt.Sprintf(" at %#x", at)
}

func TestNASMRoundTrip(t *testing.T) {
	roundTrip(t, small(), Options{Source: "routes.yaml"}, nil)
}

// A note is in the listing too, whatever it says.
func TestNASMNote(t *testing.T) {
	for _, n := range []elf64.Note{
		{Compiler: "v1.2.3", Listen: ":8080", Path: "/", Timeout: 1_000_000},
		{Compiler: "0123456789ab", Spec: [8]byte{1, 2, 3, 4, 5, 6, 7, 8}, Listen: "unix:/a b`;\"'é", Path: "/healthz%20"},
		{Compiler: "v1", Listen: "systemd"},
	} {
		l := roundTripOf(t, small(), elf64.Options{Note: &n}, Options{Source: "routes.yaml"}, nil)
		if text := string(l.Bytes()); !strings.Contains(text, "p_type: PT_NOTE") || !strings.Contains(text, "version of the compiler") {
			t.Errorf("no note in\n%s", text)
		}
	}
}

func TestNASMRoundTripRandom(t *testing.T) {
	for seed := range uint64(40) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 7))
			opts := Options{Source: randomText(r)}
			if seed%2 == 0 {
				opts.Side = "server"
			}
			roundTrip(t, randomProgram(r, 400), opts, nil)
		})
	}
}

func TestNASMGolden(t *testing.T) {
	obj, img := build(t, small(), elf64.Options{})
	l, err := NASM(obj, img, Options{Source: "routes.yaml"})
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "small.asm", l.Bytes())
}

// goldens are the files in testdata.
var goldens = []string{"small.asm", "small.disasm", "small.symbols.disasm"}

func TestNoOrphanGoldens(t *testing.T) {
	files, err := filepath.Glob("testdata/small.*")
	if err != nil {
		t.Fatal(err)
	}
	for i := range files {
		files[i] = filepath.Base(files[i])
	}
	if diff := cmp.Diff(goldens, files); diff != "" {
		t.Errorf("testdata (-used +there):\n%s", diff)
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	if !slices.Contains(goldens, name) {
		t.Fatalf("%s is not among the goldens", name)
	}
	name = filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatalf("%v (go test -update writes it)", err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-golden +now):\n%s", name, diff)
	}
}

// Jumps near the limit of the short form depend on each other, and NASM chooses
// their sizes by its own rule.
func TestNASMRoundTripJumps(t *testing.T) {
	for seed := range uint64(20) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 8))
			roundTrip(t, jumpProgram(r, 300), Options{}, nil)
		})
	}
}

// Each jump of the row just reaches its label as long as the two in between are short.
// All near is stable, too, and which one NASM comes to is its own affair.
func TestNASMShortJumps(t *testing.T) {
	p := &x64.Program{Items: []x64.Item{x64.Label{Name: "_start"}}}
	const row, between = 60, 60
	for n := range row + 2 {
		if n < row {
			p.Items = append(p.Items, x64.Inst{Op: x64.JE, Dst: x64.Target(fmt.Sprintf("place_%d", n+2))})
		} else {
			p.Items = append(p.Items, nops(2)...)
		}
		p.Items = append(p.Items, nops(3)...)
		p.Items = append(p.Items, x64.Label{Name: fmt.Sprintf("place_%d", n)})
		p.Items = append(p.Items, nops(between-3)...)
	}
	l := roundTrip(t, p, Options{}, nil)
	if got := bytes.Count(l.Bytes(), []byte("je      short place_")); got != row {
		t.Errorf("%d jumps of %d are said to be short", got, row)
	}
}

// The listing writes an instruction as x64 does.
func TestOperandsAsX64(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 9))
	for _, f := range forms() {
		inst, ok := f.random(r)
		if !ok {
			continue
		}
		var b strings.Builder
		for _, tok := range instOperands(inst) {
			b.WriteString(tok.text)
		}
		if got := strings.TrimSpace(inst.Op.String() + " " + b.String()); got != inst.String() {
			t.Errorf("listing %q, x64 %q", got, inst)
		}
	}
}

// An object may hold a near jump where a short one reaches.
func TestNASMNearJump(t *testing.T) {
	jump := x64.Inst{Op: x64.JMP, Dst: x64.Target("there")}
	obj := &x64.Object{
		Text: []byte{0xe9, 127, 0, 0, 0},
		Lines: []x64.Line{
			{Item: x64.Label{Name: "_start"}}, {Item: jump, Len: 5},
		},
		Labels: map[string]int{"_start": 0, "there": 132},
	}
	for range 127 {
		obj.Lines = append(obj.Lines, x64.Line{Item: x64.Inst{Op: x64.NOP}, Off: len(obj.Text), Len: 1})
		obj.Text = append(obj.Text, 0x90)
	}
	obj.Lines = append(obj.Lines, x64.Line{Item: x64.Label{Name: "there"}, Off: 132})
	img, err := elf64.Link(obj, elf64.Options{})
	if err != nil {
		t.Fatal(err)
	}
	l, err := NASM(obj, img, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(l.Bytes(), []byte("jmp     near there")) {
		t.Errorf("the jump is not said to be near:\n%s", l.Bytes())
	}
	want, err := img.Bytes(nil)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(assemble(t, l, nil), want) {
		t.Error("nasm gives another file")
	}
}
