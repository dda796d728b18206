package verify_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/verbosel/verbosel/codegen/elf64"
	"github.com/verbosel/verbosel/codegen/internal/asmtext"
	"github.com/verbosel/verbosel/codegen/verify"
	"github.com/verbosel/verbosel/codegen/verify/cert"
	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/cert/x86"
	"github.com/verbosel/verbosel/codegen/verify/certify"
	"github.com/verbosel/verbosel/codegen/verify/prove"
)

// leftToTheGate are the cases that a certificate is not about: a form of instruction that no
// server has, and what a note says.
func leftToTheGate(name string, archive *txtar.Archive) bool {
	return len(part(archive, "forms")) > 0 || strings.HasPrefix(name, "segments_note_")
}

// sums are what differs from run to run in a message: the numbers of variables.
var sums = regexp.MustCompile(`\{-?\d+ \[.*?\]\}`)

// certifiedBases are servers that cases change and that have certificates; "" is server.asm.
var certifiedBases = []string{"", "loop.asm", "accepted/loop_asks_the_clock.txtar", "accepted/loop_reads_new.txtar", "accepted/loop_hands_over.txtar",
	"accepted/loop_sweeps.txtar", "accepted/loop_counts.txtar", "accepted/loop_ends.txtar", "accepted/loop_hears_at_the_end.txtar", "accepted/loop_child_closes_others.txtar",
	"accepted/loop_logs.txtar", "accepted/loop_child_logs.txtar", "accepted/loop_handed_over.txtar", "accepted/loop_workers.txtar",
}

const certRefusals = "testdata/cert_refusals.txt"

// Each server of the corpus is refused with the best certificate that is found for it: what is
// known of the server that it was made of, where the same instructions stand, and what comes to its
// labels. testdata/cert_refusals.txt has why; -update rewrites it.
func TestCorpusCertificates(t *testing.T) {
	known := knownBases{}
	files, err := filepath.Glob(filepath.Join(corpus, "*.txtar"))
	if err != nil || len(files) < 190 {
		t.Fatalf("%d cases, %v", len(files), err)
	}
	var got, gate, unfollowed, elsewhere, calls []string
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		archive := readCase(t, file)
		of, base := known.of(t, archive)
		err := refusal(t, of, base, archive)
		rule, _, _ := strings.Cut(name, "_")
		line := fmt.Sprintf("%s: %s", name, sums.ReplaceAllString(fmt.Sprint(err), "..."))
		var r *cert.Refusal
		switch {
		case err == nil && leftToTheGate(name, archive):
			gate = append(gate, name)
			continue
		case err == nil:
			t.Errorf("%s is accepted", name)
			continue
		case !slices.Contains(certifiedBases, baseOf(archive)):
			calls = append(calls, name)
			continue
		case errors.As(err, &r) && strings.Contains(r.Msg, "not followed yet"):
			unfollowed = append(unfollowed, line)
			continue
		case !errors.As(err, &r) || string(r.Rule) != rule:
			elsewhere = append(elsewhere, line)
			continue
		}
		got = append(got, line)
	}
	var text strings.Builder
	for _, part := range []struct {
		title string
		list  []string
	}{
		{"refused by the rule in their names", got},
		{"refused by another rule", elsewhere},
		{"refused for what is not followed yet", unfollowed},
		{"refused for calls that are not known yet, as the servers are that they break", calls},
		{"left to the gate: of a form of instruction or the note's content alone", gate},
	} {
		fmt.Fprintf(&text, "# %d %s\n%s\n\n", len(part.list), part.title, strings.Join(part.list, "\n"))
	}
	if *update {
		if err := os.WriteFile(certRefusals, []byte(text.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(certRefusals)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), text.String()); diff != "" {
		t.Error(diff)
	}
}

// knownBases are the servers that cases break, by their names, with what was proved of them.
type knownBases map[string]*provedPlaces

// of is that which a case breaks, and its lines.
func (k knownBases) of(t testing.TB, archive *txtar.Archive) (*provedPlaces, []string) {
	name, base := baseOf(archive), readBase(t, archive)
	if k[name] == nil {
		k[name] = placesOf(t, base)
	}
	return k[name], base
}

func baseOf(archive *txtar.Archive) string { return strings.TrimSpace(part(archive, "base")) }

// provedPlaces is a program with what was proved of it.
type provedPlaces struct {
	lines []string
	addrs []uint64 // of lines
	list  []prove.Place
}

func placesOf(t testing.TB, source []string) *provedPlaces {
	file := newCase(t, source, new(txtar.Archive))
	list, _, err := verify.Places(bytes.NewReader(file), int64(len(file)), verify.Any())
	if err != nil {
		t.Fatal(err)
	}
	return &provedPlaces{source, addresses(t, source, nil), list}
}

// addresses of the lines of a program; 0 of those in its data, and of labels, which no place is at.
func addresses(t testing.TB, source []string, note *elf64.Note) []uint64 {
	var marked []string
	out := make([]uint64, len(source))
	inText := true
	for i, line := range source {
		inText = inText && line != "section .data"
		if inText && i > 0 && !strings.HasSuffix(line, ":") {
			marked = append(marked, fmt.Sprintf("line_%d:", i))
		}
		marked = append(marked, line)
	}
	image, err := asmtext.Assemble(marked, note)
	if err != nil {
		t.Fatal(err)
	}
	for i := range source {
		if s, ok := image.Lookup(fmt.Sprintf("line_%d", i)); ok {
			out[i] = s.Addr
		}
	}
	return out
}

// in gives what was proved in terms of another program, where it has the same lines.
func (p *provedPlaces) in(t testing.TB, source []string, note *elf64.Note) (out []prove.Place) {
	is := map[uint64]uint64{}
	addrs := addresses(t, source, note)
	for i, j := range common(p.lines, source) {
		if p.addrs[i] != 0 {
			is[p.addrs[i]] = addrs[j]
		}
	}
	data := dataAt(t, p.lines, nil)
	moved := dataAt(t, source, note) - data
	for _, at := range p.list {
		at.Frames, at.Things, at.Facts = slices.Clone(at.Frames), slices.Clone(at.Things), slices.Clone(at.Facts)
		for i := range at.Things {
			move(&at, i, data, moved, is)
		}
		ok := is[at.Addr] != 0
		at.Addr = is[at.Addr]
		for i := range at.Frames {
			f := &at.Frames[i]
			ok = ok && (f.To == 0 || is[f.To] != 0)
			f.To = is[f.To]
		}
		if ok {
			out = append(out, at)
		}
	}
	return out
}

// move puts the i-th thing of a place where the data or the instruction that it points to is now.
func move(at *prove.Place, i int, data, by int64, is map[uint64]uint64) {
	t := &at.Things[i]
	if t.Base != prove.FromImage {
		return
	}
	if t.Hi < data {
		by = int64(is[uint64(t.Lo)]) - t.Lo
	}
	t.Lo, t.Hi = t.Lo+by, t.Hi+by
	for j := range at.Facts {
		f := &at.Facts[j]
		*f, _ = f.PlusConst(-by * f.Coef(linear.Var(i)))
	}
}

// dataAt is where the data is.
func dataAt(t testing.TB, source []string, note *elf64.Note) int64 {
	image, err := asmtext.Assemble(source, note)
	if err != nil {
		t.Fatal(err)
	}
	return int64(image.Segments[1].Vaddr)
}

// common are the lines of a longest common subsequence: their places in a, and in b.
func common(a, b []string) map[int]int {
	long := make([][]int, len(a)+1)
	for i := range long {
		long[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				long[i][j] = long[i+1][j+1] + 1
			} else {
				long[i][j] = max(long[i+1][j], long[i][j+1])
			}
		}
	}
	out := map[int]int{}
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			out[i] = j
			i, j = i+1, j+1
		case long[i+1][j] >= long[i][j+1]:
			i++
		default:
			j++
		}
	}
	return out
}

// refusal is why the server of a case is refused with the best certificate that is found, nil
// where it is not.
func refusal(t testing.TB, known *provedPlaces, base []string, archive *txtar.Archive) error {
	file := newCase(t, base, archive)
	source, err := change(base, part(archive, "change"))
	if err != nil {
		t.Fatal(err)
	}
	note := noteOf(archive)
	return refused(file, known.in(t, source, note), prove.Piece{Lo: -1 << 20}, labels(t, source, note))
}

// labels are the addresses of a program's labels.
func labels(t testing.TB, source []string, note *elf64.Note) (out []uint64) {
	image, err := asmtext.Assemble(source, note)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range source {
		if name, ok := strings.CutSuffix(line, ":"); ok && name != "_start" {
			s, _ := image.Lookup(name)
			out = append(out, s.Addr)
		}
	}
	return out
}

// refused is why a server is refused with the best certificate of several: where no ranking is
// found, with each of some that are made up.
func refused(file []byte, known []prove.Place, input prove.Piece, addrs []uint64) error {
	r, size := bytes.NewReader(file), int64(len(file))
	proof, guide, err := certify.WriteWith(r, size, known, input, addrs)
	if err == nil {
		_, err = cert.Check(r, size, proof, guide)
		return err
	}
	if !errors.Is(err, certify.ErrUnranked) {
		return err
	}
	proof.Instructions, proof.Calls = 1<<40, 1<<40
	grants := []func(*cert.Node) linear.Sum{
		func(*cert.Node) linear.Sum { return linear.Const(1 << 40) },
		func(*cert.Node) linear.Sum { return linear.Sum{} },
		func(*cert.Node) linear.Sum { return linear.Const(-1 << 40) },
		func(n *cert.Node) linear.Sum { return ofRegisters(n, 64) },
		func(n *cert.Node) linear.Sum { return ofRegisters(n, -64) },
	}
	for r := range x86.Reg(16) {
		for _, factor := range []int64{64, -64} {
			grants = append(grants, func(n *cert.Node) linear.Sum { return ofRegister(n, r, factor) })
		}
	}
	for _, grant := range grants {
		for i := range proof.Nodes {
			g := grant(&proof.Nodes[i])
			proof.Nodes[i].Instructions, proof.Nodes[i].Calls = g, g
		}
		if _, err = cert.Check(r, size, proof, guide); err == nil {
			return nil
		}
	}
	return err
}

// ofRegisters is a grant that falls or rises with what registers hold.
func ofRegisters(n *cert.Node, factor int64) linear.Sum {
	sum := linear.Const(1 << 40)
	for r := range x86.Reg(16) {
		sum, _ = sum.Plus(ofRegister(n, r, factor), 1)
	}
	return sum
}

func ofRegister(n *cert.Node, r x86.Reg, factor int64) linear.Sum {
	sum := linear.Const(1 << 36)
	if reg := n.Regs[r]; reg.Known && reg.Sum.Coef(cert.StackBase) == 0 && reg.Sum.Coef(cert.ImageBase) == 0 {
		sum, _ = sum.Plus(reg.Sum, factor)
	}
	return sum
}
