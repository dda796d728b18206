package record_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen"
	"github.com/verbosel/verbosel/codegen/internal/testtool"
	"github.com/verbosel/verbosel/codegen/verify"
	"github.com/verbosel/verbosel/codegen/verify/cert"
	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/certify"
	"github.com/verbosel/verbosel/codegen/verify/certify/record"
)

// TestSecondCheckerFollowsHello has cert/second follow examples/hello, of which all is shown but that its
// loops end: accounts are not looked at. With something else in a node it refuses where cert does.
func TestSecondCheckerFollowsHello(t *testing.T) {
	python := testtool.Need(t, "python3")
	elf := hello(t)
	r, size := bytes.NewReader(elf), int64(len(elf))
	proof, guide, err := verify.Certify(r, size, verify.Any())
	if err != nil && !errors.Is(err, certify.ErrUnranked) {
		t.Fatal(err)
	}
	dir := t.TempDir()
	server := filepath.Join(dir, "server")
	write(t, server, elf)
	n := 60
	if testing.Short() {
		n = 10
	}
	var in strings.Builder
	var want, names []string
	for seed := range uint64(n) {
		bad, name := proof, "as it is"
		if seed > 0 {
			bad, name = other(proof, rand.New(rand.NewPCG(seed, 7)))
		}
		file, err := record.Unpaid(r, size, bad, guide)
		var refusal *cert.Refusal
		switch {
		case err == nil:
			want = append(want, "accepted")
		case errors.As(err, &refusal):
			want = append(want, fmt.Sprintf("refused %#x", refusal.Addr))
		default:
			t.Fatal(err)
		}
		certificate := filepath.Join(dir, fmt.Sprintf("%d.proof", seed))
		write(t, certificate, file)
		fmt.Fprintln(&in, server, certificate)
		names = append(names, fmt.Sprintf("%d: %s", seed, name))
	}
	if want[0] != "accepted" {
		t.Errorf("without a change it is %s", want[0])
	}
	cmd := exec.Command(python, "-B", "../../cert/second/check.py", "--unpaid")
	cmd.Stdin, cmd.Stderr = strings.NewReader(in.String()), os.Stderr
	out, err := cmd.Output()
	got := strings.Split(strings.TrimSpace(string(out)), "\n")
	if err != nil || len(got) != len(want) {
		t.Fatalf("%v, %d lines for %d", err, len(got), len(want))
	}
	accepted := 0
	for i := range want {
		if verdict, _, _ := strings.Cut(got[i], " "); got[i] != want[i] && verdict != want[i] {
			t.Errorf("%s: %s, and by the second checker %s", names[i], want[i], got[i])
		} else if verdict == "accepted" {
			accepted++
		}
	}
	t.Logf("%d of %d accepted", accepted, len(want))
	if accepted > len(want)*9/10 {
		t.Errorf("%d of %d are accepted: too few are refused to say anything", accepted, len(want))
	}
}

// hello is the server of examples/hello.
func hello(t *testing.T) []byte {
	t.Helper()
	result, err := codegen.Compile(os.DirFS("../../../../examples/hello"), "routes.yaml", codegen.Options{})
	if err != nil {
		t.Fatal(err)
	}
	elf, err := result.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return elf
}

func write(t *testing.T, name string, data []byte) {
	t.Helper()
	if err := os.WriteFile(name, data, 0o644); err != nil {
		t.Fatal(err)
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
		kind := rng.IntN(7)
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
		default:
			n.Regs[rng.IntN(16)] = cert.Reg{Known: true, Sum: linear.Const(by)}
		}
	}
	return &out, strings.Join(said, ", ")
}
