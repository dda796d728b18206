package verify_test

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/verbosel/verbosel/codegen"
	"github.com/verbosel/verbosel/codegen/internal/testtool"
	"github.com/verbosel/verbosel/codegen/verify"
	"github.com/verbosel/verbosel/codegen/verify/cert"
	"github.com/verbosel/verbosel/codegen/verify/cert/format"
	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/certify"
	"github.com/verbosel/verbosel/codegen/verify/certify/record"
	"github.com/verbosel/verbosel/codegen/verify/prove"
	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// TestSecondChecker has cert/second, a checker in another language that was written after README, judge
// what cert judges: the same is accepted, with the same figures, and the rest is refused at the same
// address, or malformed.
func TestSecondChecker(t *testing.T) {
	python := testtool.Need(t, "python3")
	var all judged
	n := 1_000
	if testing.Short() {
		n = 150
	}
	all.accepted(t)
	all.corpus(t)
	if !testing.Short() { // Python takes seconds for hello's
		all.emitted(t, n*3/100)
	}
	all.corrupted(t, n)
	all.flipped(t, n/2)
	got := all.second(t, python)
	count := map[string]int{}
	for i, want := range all.verdicts {
		if got[i] != want {
			t.Errorf("%s: %s, and by the second checker %s", all.names[i], want, got[i])
		}
		kind, _, _ := strings.Cut(want, " ")
		count[kind]++
	}
	t.Logf("%d certificates: %v", len(got), count)
	if count["accepted"] < 5 || count["refused"] < 100 || count["malformed"] < 20 {
		t.Errorf("too few to say anything: %v", count)
	}
}

// judged are servers with certificates, and what cert says of them.
type judged struct{ names, servers, files, verdicts []string }

func (j *judged) add(t *testing.T, name string, elf, file []byte) {
	t.Helper()
	dir := t.TempDir()
	server, certificate := filepath.Join(dir, "server"), filepath.Join(dir, "proof")
	for name, data := range map[string][]byte{server: elf, certificate: file} {
		if err := os.WriteFile(name, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	j.names, j.servers, j.files = append(j.names, name), append(j.servers, server), append(j.files, certificate)
	j.verdicts = append(j.verdicts, verdictOf(t, elf, file))
}

// verdictOf is what cert says, in the words of cert/second.
func verdictOf(t *testing.T, elf, file []byte) string {
	c, f, err := format.Check(bytes.NewReader(elf), int64(len(elf)), file)
	var refusal *cert.Refusal
	switch {
	case err == nil:
		var calls []string
		for _, n := range slices.Sorted(maps.Keys(f.Calls)) {
			calls = append(calls, fmt.Sprint(n))
		}
		return fmt.Sprintf("accepted %d %d %d %d %s", c.Proof.Instructions, c.Proof.Calls, f.Stack, f.Steps, strings.Join(calls, ","))
	case errors.As(err, new(*format.Error)):
		return "malformed"
	case !errors.As(err, &refusal):
		t.Fatal(err)
	case refusal.Rule == rules.Segments: // at an offset of the file
		return "refused 0x0"
	}
	return fmt.Sprintf("refused %#x", refusal.Addr)
}

// second asks the second checker.
func (j *judged) second(t *testing.T, python string) []string {
	var in strings.Builder
	for i := range j.names {
		fmt.Fprintln(&in, j.servers[i], j.files[i])
	}
	cmd := exec.Command(python, "-B", "cert/second/check.py")
	cmd.Stdin, cmd.Stderr = strings.NewReader(in.String()), os.Stderr
	out, err := cmd.Output()
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if err != nil || len(lines) != len(j.names) {
		t.Fatalf("%v, %d lines for %d", err, len(lines), len(j.names))
	}
	return lines
}

func (j *judged) accepted(t *testing.T) {
	elf, err := os.ReadFile(exampleServer)
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(exampleProof)
	if err != nil {
		t.Fatal(err)
	}
	j.add(t, "the example", elf, file)
	for _, name := range certifiedBases {
		j.server(t, name, newCase(t, readBase(t, loopCase(name, "")), new(txtar.Archive)), 10)
	}
}

// emitted are servers that the compiler emits, which have vectors, texts, choices and masks that the example has
// not, with their certificates, and examples/hello with n that say something else in three nodes.
func (j *judged) emitted(t *testing.T, n int) {
	const spec = "routes: [{ path: /, body: a }, { path: /b, body: b }, { path: /old, redirect: / }]\n"
	j.server(t, "texts and a redirect", compiledFrom(t, fstest.MapFS{"routes.yaml": {Data: []byte(spec)}}), 0)
	const port = "server: { listen: \":${PORT}\" }\nroutes: [{ path: /, body: a }]\n"
	j.server(t, "the port of the environment", compiledFrom(t, fstest.MapFS{"routes.yaml": {Data: []byte(port)}}), n/4)
	const clock = "server: { clock: true }\nroutes: [{ path: /, body: a }]\n"
	j.server(t, "a clock", compiledFrom(t, fstest.MapFS{"routes.yaml": {Data: []byte(clock)}}), n/2)
	j.server(t, "150 routes", compiledFrom(t, fstest.MapFS{"routes.yaml": {Data: []byte("routes:\n" + manyRoutes(150))}}), n/4)
	const hosts = "hosts: { a.b: { routes: [{ path: /, body: a }, { path: \"/{b}/c\", body: c }] } }\n"
	j.server(t, "hosts", compiledFrom(t, fstest.MapFS{"routes.yaml": {Data: []byte(hosts)}}), n/2)
	const handedOver = "server: { listen: systemd, access_log: common }\nroutes: [{ path: /, body: a }]\n"
	j.server(t, "a listener that was handed over, and a log", compiledFrom(t, fstest.MapFS{"routes.yaml": {Data: []byte(handedOver)}}), n/4)
	j.server(t, "a password of the environment", compiledFrom(t, fstest.MapFS{"routes.yaml": {Data: []byte(passwordOfEnvironment)}}), n/4)
	j.server(t, "a value of the environment", compiledFrom(t, fstest.MapFS{"routes.yaml": {Data: []byte(valueOfEnvironment)}}), n/4)
	j.server(t, "hello", compiledHello(t), n)
}

// server is a server with its certificate, and with n others.
func (j *judged) server(t *testing.T, name string, elf []byte, n int) {
	r, size := bytes.NewReader(elf), int64(len(elf))
	proof, guide, err := verify.Certify(r, size, verify.Any())
	if err != nil {
		t.Fatal(err)
	}
	file, err := record.File(r, size, proof, guide)
	if err != nil {
		t.Fatal(err)
	}
	j.add(t, name, elf, file)
	for seed := range uint64(n) {
		bad, said := other(proof, rand.New(rand.NewPCG(seed, 7)))
		if file, err := record.File(r, size, bad, guide); file != nil {
			j.add(t, fmt.Sprintf("%s, seed %d, %s", name, seed, said), elf, file)
		} else if !errors.As(err, new(*cert.Refusal)) {
			t.Fatal(err)
		}
	}
}

// compiledHello is the server of examples/hello.
func compiledHello(t testing.TB) []byte {
	t.Helper()
	return compiledFrom(t, os.DirFS("../../examples/hello"))
}

func compiledFrom(t testing.TB, fsys fs.FS) []byte {
	t.Helper()
	var store elfStore
	if _, err := codegen.Compile(fsys, "routes.yaml", codegen.Options{Out: &store}); err != nil {
		t.Fatal(err)
	}
	return store.Bytes()
}

// corpus is each broken server, in a -short run some, with the best certificate that is found, and each case of a client's address.
func (j *judged) corpus(t *testing.T) {
	const few = 60
	bases, source := knownBases{}, readSource(t)
	files, err := filepath.Glob(filepath.Join(corpus, "*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range testtool.Some(t, few, files) {
		archive := readCase(t, path)
		known, base := bases.of(t, archive)
		j.changed(t, filepath.Base(path), known, base, archive)
	}
	for _, c := range peerCases {
		j.changed(t, c.name, knownOfPeer(t, source, c.change, c.want), source, &txtar.Archive{Files: []txtar.File{{Name: "change", Data: []byte(c.change)}}})
	}
}

func (j *judged) changed(t *testing.T, name string, known *provedPlaces, base []string, archive *txtar.Archive) {
	elf, source, note := newCase(t, base, archive), must(change(base, part(archive, "change"))), noteOf(archive)
	r, size := bytes.NewReader(elf), int64(len(elf))
	proof, guide, err := certify.WriteWith(r, size, known.in(t, source, note), prove.Piece{Lo: -1 << 20}, labels(t, source, note))
	if errors.Is(err, certify.ErrUnranked) {
		proof.Instructions, proof.Calls = 1<<40, 1<<40
		for i := range proof.Nodes {
			proof.Nodes[i].Instructions, proof.Nodes[i].Calls = linear.Const(1<<40), linear.Const(1<<40)
		}
	}
	file, err := record.File(r, size, proof, guide)
	if file == nil {
		t.Fatalf("%s: %v", name, err)
	}
	j.add(t, name, elf, file)
}

// corrupted are certificates of the example with something else in a field, or in an answer.
func (j *judged) corrupted(t *testing.T, n int) {
	elf, proof, used, _ := certifiedExample(t, true)
	r, size := bytes.NewReader(elf), int64(len(elf))
	for seed := range uint64(n) {
		rng := rand.New(rand.NewPCG(seed, 5))
		bad, lies := cloned(proof), &liar{Guide: used.Guide, rng: rng}
		kinds := corrupt(rng, bad, used.nodes, lies)
		if file, _ := record.File(r, size, bad, lies); file != nil { // else no file has the numbers
			j.add(t, fmt.Sprintf("seed %d, %v", seed, kinds), elf, file)
		}
	}
}

// flipped are certificates of the example with another byte in the content, each byte in turn or at random.
func (j *judged) flipped(t *testing.T, n int) {
	elf, err := os.ReadFile(j.servers[0])
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(j.files[0])
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(flate.NewReader(bytes.NewReader(file[format.HeaderSize:])))
	if err != nil {
		t.Fatal(err)
	}
	for seed := range uint64(n) {
		rng := rand.New(rand.NewPCG(seed, 6))
		bad := slices.Clone(content)
		at := rng.IntN(len(bad))
		bad[at] = byte(near(rng, int64(bad[at])))
		out := bytes.NewBuffer(binary.LittleEndian.AppendUint32(slices.Clone(file[:format.HeaderSize-4]), uint32(len(bad))))
		z := must(flate.NewWriter(out, flate.BestSpeed))
		must(z.Write(bad))
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		j.add(t, fmt.Sprintf("byte %#x is %#x", at, bad[at]), elf, out.Bytes())
	}
}

// other is a proof that says something else in three nodes.
func other(p *cert.Proof, rng *rand.Rand) (*cert.Proof, string) {
	out := *p
	out.Nodes = slices.Clone(p.Nodes)
	var said []string
	for range 3 {
		i := rng.IntN(len(out.Nodes))
		n := &out.Nodes[i]
		n.Vars, n.Facts, n.Bytes, n.Texts, n.Loads = slices.Clone(n.Vars), slices.Clone(n.Facts), slices.Clone(n.Bytes), slices.Clone(n.Texts), slices.Clone(n.Loads)
		n.Choices = slices.Clone(n.Choices)
		kind := rng.IntN(9)
		said = append(said, fmt.Sprintf("kind %d at %#x", kind, n.Addr))
		switch by := 1 + rng.Int64N(4); {
		case kind == 0 && len(n.Vars) > 0:
			n.Vars[rng.IntN(len(n.Vars))].Lo += by
		case kind == 1 && len(n.Vars) > 0:
			n.Vars[rng.IntN(len(n.Vars))].Ones |= 1 << by
		case kind == 2 && len(n.Facts) > 0:
			n.Facts[rng.IntN(len(n.Facts))].C += by
		case kind == 3 && len(n.Bytes) > 0:
			n.Bytes[rng.IntN(len(n.Bytes))].Lo.C -= by
		case kind == 4 && len(n.Texts) > 0:
			n.Texts[rng.IntN(len(n.Texts))].At.C += by
		case kind == 5 && len(n.Loads) > 0:
			n.Loads[rng.IntN(len(n.Loads))].At.C += by
		case kind == 6 && len(n.Choices) > 0: // a row less
			c := &n.Choices[rng.IntN(len(n.Choices))]
			at := rng.IntN(len(c.Rows))
			c.Rows = slices.Delete(slices.Clone(c.Rows), at, at+1)
		case kind == 7 && len(n.Choices) > 0: // another number in a row
			c := &n.Choices[rng.IntN(len(n.Choices))]
			c.Rows = slices.Clone(c.Rows)
			at := rng.IntN(len(c.Rows))
			c.Rows[at] = slices.Clone(c.Rows[at])
			c.Rows[at][rng.IntN(len(c.Vars))] += by
		default:
			n.Regs[rng.IntN(cert.NumRegs)] = cert.Reg{Known: true, Sum: linear.Const(by)}
		}
	}
	return &out, strings.Join(said, ", ")
}
