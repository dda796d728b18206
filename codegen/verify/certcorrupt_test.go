package verify_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/verbosel/verbosel/codegen/verify"
	"github.com/verbosel/verbosel/codegen/verify/cert"
	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/cert/x86"
	"github.com/verbosel/verbosel/codegen/verify/certify"
	"github.com/verbosel/verbosel/codegen/verify/prove"
)

// What the server of testdata/verify does at the most, as a person counts it in its source: six
// instructions for each byte of a first line of 4,096, and a write for each byte of head and line.
const (
	leastInstructions = 6 * 4096
	leastCalls        = 19 + 4096
)

// TestCorruptedCertificates corrupts certificates of the server of testdata/verify, one to three
// times each. What is accepted says no less of the server than what it does.
func TestCorruptedCertificates(t *testing.T) {
	t.Run("with_all_nodes", func(t *testing.T) { corruptedCertificates(t, true) })
	t.Run("with_few", func(t *testing.T) { corruptedCertificates(t, false) })
}

func corruptedCertificates(t *testing.T, all bool) {
	file, proof, used, want := certifiedExample(t, all)
	r, size := bytes.NewReader(file), int64(len(file))
	n := 20_000
	if testing.Short() {
		n = 1_000
	}
	accepted, tried := map[string]int{}, map[string]int{}
	for seed := range uint64(n) {
		rng := rand.New(rand.NewPCG(seed, 3))
		bad, lies := cloned(proof), &liar{Guide: used.Guide, rng: rng}
		kinds := corrupt(rng, bad, used.nodes, lies)
		got, err := cert.Check(r, size, bad, lies)
		var refusal *cert.Refusal
		switch {
		case err != nil && !errors.As(err, &refusal):
			t.Fatalf("seed %d: %v", seed, err)
		case err == nil && (got.Stack != want.Stack || len(got.Calls) != len(want.Calls) || bad.Instructions < leastInstructions || bad.Calls < leastCalls):
			t.Errorf("seed %d, %v: accepted with %d instructions, %d calls, %+v", seed, kinds, bad.Instructions, bad.Calls, got)
		}
		for _, k := range kinds {
			tried[k]++
			if err == nil && len(kinds) == 1 {
				accepted[k]++
			}
		}
	}
	t.Logf("tried %v, accepted alone %v", tried, accepted)
	for _, k := range corruptions {
		if tried[k.name] < n/100 {
			t.Errorf("%s: %d", k.name, tried[k.name])
		}
	}
	// What a node says of these either is true of all that comes there, or is refused.
	// (Of registers some that are changed are: 0 for rdx, or twice rdx, where all ways leave 0 in it.)
	for _, k := range []string{"phase", "frames", "family", "most"} {
		if accepted[k] > 0 {
			t.Errorf("%s: %d accepted of %d", k, accepted[k], tried[k])
		}
	}
}

// TestCorruptedCertificatesOfCorpus corrupts what is found for each broken server: none is accepted
// with it.
func TestCorruptedCertificatesOfCorpus(t *testing.T) {
	bases := knownBases{}
	files, err := filepath.Glob(filepath.Join(corpus, "*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	each := 60
	if testing.Short() {
		each = 10
	}
	for _, path := range files {
		archive := readCase(t, path)
		known, base := bases.of(t, archive)
		name := filepath.Base(path)
		if leftToTheGate(name, archive) {
			continue
		}
		file, source := newCase(t, base, archive), must(change(base, part(archive, "change")))
		r, size := bytes.NewReader(file), int64(len(file))
		proof, guide, err := certify.WriteWith(r, size, known.in(t, source, noteOf(archive)), prove.Piece{Lo: -1 << 20}, labels(t, source, noteOf(archive)))
		if err == nil {
			continue // it is a certificate, which TestCorpusCertificates checks
		}
		for i := range proof.Nodes {
			proof.Nodes[i].Instructions, proof.Nodes[i].Calls = linear.Const(1<<40-int64(i)<<20), linear.Const(1<<40-int64(i)<<20)
		}
		proof.Instructions, proof.Calls = 1<<41, 1<<41
		var all []int
		for i := range proof.Nodes {
			all = append(all, i)
		}
		if len(all) == 0 {
			continue // no instruction is looked at
		}
		for seed := range uint64(each) {
			rng := rand.New(rand.NewPCG(seed, 4))
			bad, lies := cloned(proof), &liar{Guide: guide, rng: rng}
			kinds := corrupt(rng, bad, all, lies)
			if _, err := cert.Check(r, size, bad, lies); err == nil {
				t.Errorf("%s, seed %d, %v: accepted", name, seed, kinds)
			}
		}
	}
}

func must[T any](x T, err error) T {
	if err != nil {
		panic(err)
	}
	return x
}

// cloned is a copy of which nothing is shared but sums, which are never changed in place.
func cloned(p *cert.Proof) *cert.Proof {
	c := *p
	c.Nodes = slices.Clone(p.Nodes)
	for i := range c.Nodes {
		n := &c.Nodes[i]
		n.Vars, n.Facts, n.Cells, n.Bytes = slices.Clone(n.Vars), slices.Clone(n.Facts), slices.Clone(n.Cells), slices.Clone(n.Bytes)
		n.Frames, n.Marks, n.First, n.Waits, n.Givens = slices.Clone(n.Frames), slices.Clone(n.Marks), slices.Clone(n.First), slices.Clone(n.Waits), slices.Clone(n.Givens)
	}
	return &c
}

// liar is a guide that says something wrong now and then, if it is told to.
type liar struct {
	cert.Guide
	rng                                   *rand.Rand
	premises, most, bytes, images, choice bool
	asked                                 int
}

// tired: so much was asked that the way has no node in a loop. To look for more would take minutes.
func (l *liar) tired(s *cert.State) bool {
	l.asked++
	return l.asked > 4_000 || len(s.Facts()) > 150
}

func (l *liar) now(lies bool) bool { return lies && l.rng.IntN(4) == 0 }

func (l *liar) Premises(s *cert.State, goal linear.Sum) ([]linear.Premise, bool) {
	if l.tired(s) {
		return nil, false
	}
	p, ok := l.Guide.Premises(s, goal)
	if l.now(l.premises) {
		p = append(slices.Clone(p), linear.Premise{Fact: l.rng.IntN(8) - 1, Factor: l.rng.Int64N(5) - 1})
		return p, true
	}
	return p, ok
}

func (l *liar) Most(s *cert.State, a linear.Sum) (int64, []linear.Premise, bool) {
	if l.tired(s) {
		return 0, nil, false
	}
	c, p, ok := l.Guide.Most(s, a)
	if l.now(l.most) {
		return c - l.rng.Int64N(3) - 1, p, true
	}
	return c, p, ok
}

func (l *liar) Bytes(s *cert.State, lo, hi linear.Sum) (int, bool) {
	if l.now(l.bytes) {
		return l.rng.IntN(6) - 1, true
	}
	return l.Guide.Bytes(s, lo, hi)
}

func (l *liar) Node(s *cert.State, candidates []int) (int, []linear.Sum) {
	i, images := l.Guide.Node(s, candidates)
	if l.now(l.choice) {
		i = l.rng.IntN(20) - 1
	}
	if l.now(l.images) && len(images) > 0 {
		images = slices.Clone(images)
		k := l.rng.IntN(len(images))
		switch l.rng.IntN(5) {
		case 0:
			images[k] = images[l.rng.IntN(len(images))]
		case 1:
			images[k], _ = images[k].PlusConst(l.rng.Int64N(9) - 4)
		case 2:
			images[k] = linear.Of(linear.Var(l.rng.IntN(40)))
		case 3:
			images[k] = linear.Sum{Terms: []linear.Term{{Var: 5, Coef: 1}, {Var: 2, Coef: 0}}}
		case 4:
			images = images[1:]
		}
	}
	return i, images
}

// certifiedExample is the server of testdata/verify with its certificate, with a node for each place or where
// ways meet alone, a guide that has noted which nodes it chose, and what the certificate says.
func certifiedExample(t *testing.T, all bool) (file []byte, proof *cert.Proof, used *notes, says *cert.Figures) {
	t.Helper()
	source := readSource(t)
	file = newCase(t, source, new(txtar.Archive))
	r, size := bytes.NewReader(file), int64(len(file))
	proof, guide, err := verify.Certify(r, size, verify.Any())
	if all {
		proof, guide, err = certify.WriteWith(r, size, placesOf(t, source).in(t, source, nil), prove.Piece{Lo: -1 << 20}, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	used = &notes{Guide: guide}
	if says, err = cert.Check(r, size, proof, used); err != nil {
		t.Fatal(err)
	}
	return file, proof, used, says
}

// notes is a guide that notes which nodes it chose.
type notes struct {
	cert.Guide
	nodes []int
}

func (n *notes) Node(s *cert.State, candidates []int) (int, []linear.Sum) {
	i, images := n.Guide.Node(s, candidates)
	if i >= 0 && !slices.Contains(n.nodes, i) {
		n.nodes = append(n.nodes, i)
	}
	return i, images
}

// corrupt corrupts a certificate one to three times, and says how.
func corrupt(rng *rand.Rand, p *cert.Proof, nodes []int, l *liar) (kinds []string) {
	for range 1 + rng.IntN(3) {
		k := corruptions[rng.IntN(len(corruptions))]
		i := nodes[rng.IntN(len(nodes))]
		k.does(rng, p, i, l)
		kinds = append(kinds, k.name)
	}
	return kinds
}

// near is a number near another, or far.
func near(rng *rand.Rand, x int64) int64 {
	switch rng.IntN(6) {
	case 0:
		return []int64{0, 1, -1, linear.NoBound, -linear.NoBound, -linear.NoBound - 1, 1 << 31, 1 << 32, 1 << 62}[rng.IntN(9)]
	case 1:
		return -x
	}
	return x + rng.Int64N(17) - 8
}

func oneOf[T any](rng *rand.Rand, list []T) *T {
	if len(list) == 0 {
		return new(T)
	}
	return &list[rng.IntN(len(list))]
}

// changed is another sum.
func changed(rng *rand.Rand, a linear.Sum, vars int) linear.Sum {
	a.Terms = slices.Clone(a.Terms)
	switch rng.IntN(4) {
	case 0:
		t := oneOf(rng, a.Terms)
		t.Coef = near(rng, t.Coef)
	case 1:
		a, _ = a.Plus(linear.Of(linear.Var(rng.IntN(vars+2))), rng.Int64N(3)-1)
	case 2:
		t := oneOf(rng, a.Terms)
		t.Var = linear.Var(rng.IntN(vars + 3))
	default:
		a.C = near(rng, a.C)
	}
	return a
}

func changedSpan(rng *rand.Rand, list []cert.Span) []cert.Span {
	switch rng.IntN(3) {
	case 0:
		s := oneOf(rng, list)
		s.Lo = near(rng, s.Lo)
	case 1:
		s := oneOf(rng, list)
		s.Hi = near(rng, s.Hi)
	default:
		lo := -rng.Int64N(4200)
		return append(list, cert.Span{Lo: lo, Hi: lo + rng.Int64N(64)})
	}
	return list
}

// changedMarks are marks with another span, or another trace.
func changedMarks(rng *rand.Rand, list []cert.Mark) []cert.Mark {
	if len(list) > 0 && rng.IntN(2) == 0 {
		m := oneOf(rng, list)
		m.Made = cert.Trace(rng.IntN(4))
		return list
	}
	spans := make([]cert.Span, len(list))
	for i, m := range list {
		spans[i] = m.Span
	}
	out := make([]cert.Mark, 0, len(list)+1)
	for _, w := range changedSpan(rng, spans) {
		out = append(out, cert.Mark{Span: w, Made: cert.Address})
	}
	return out
}

func fewer[T any](rng *rand.Rand, list []T) []T {
	if len(list) == 0 {
		return list
	}
	i := rng.IntN(len(list))
	return slices.Delete(list, i, i+1)
}

var corruptions = []struct {
	name string
	does func(rng *rand.Rand, p *cert.Proof, i int, l *liar)
}{
	{"bound", func(rng *rand.Rand, p *cert.Proof, i int, _ *liar) {
		v := oneOf(rng, p.Nodes[i].Vars)
		if rng.IntN(2) == 0 {
			v.Lo = near(rng, v.Lo)
		} else {
			v.Hi = near(rng, v.Hi)
		}
	}},
	{"fact", func(rng *rand.Rand, p *cert.Proof, i int, _ *liar) {
		f := oneOf(rng, p.Nodes[i].Facts)
		*f = changed(rng, *f, len(p.Nodes[i].Vars))
	}},
	{"new fact", func(rng *rand.Rand, p *cert.Proof, i int, _ *liar) {
		n := &p.Nodes[i]
		n.Facts = append(n.Facts, changed(rng, linear.Of(linear.Var(rng.IntN(len(n.Vars)+2))), len(n.Vars)))
	}},
	{"fact dropped", func(rng *rand.Rand, p *cert.Proof, i int, _ *liar) { p.Nodes[i].Facts = fewer(rng, p.Nodes[i].Facts) }},
	{"bytes", func(rng *rand.Rand, p *cert.Proof, i int, _ *liar) {
		n := &p.Nodes[i]
		if rng.IntN(3) == 0 {
			lo := -rng.Int64N(4200)
			n.Bytes = append(n.Bytes, cert.Range{Lo: linear.Const(lo), Hi: linear.Const(lo + rng.Int64N(64))})
			return
		}
		w := oneOf(rng, n.Bytes)
		if rng.IntN(2) == 0 {
			w.Lo = changed(rng, w.Lo, len(n.Vars))
		} else {
			w.Hi = changed(rng, w.Hi, len(n.Vars))
		}
	}},
	{"cell", func(rng *rand.Rand, p *cert.Proof, i int, _ *liar) {
		n := &p.Nodes[i]
		if rng.IntN(4) == 0 {
			n.Cells = append(n.Cells, cert.Cell{Off: -8 * rng.Int64N(518), Width: 8, Sum: linear.Const(1)})
			return
		}
		c := oneOf(rng, n.Cells)
		switch rng.IntN(3) {
		case 0:
			c.Off = near(rng, c.Off)
		case 1:
			c.Width = []uint8{0, 1, 2, 3, 4, 8, 16}[rng.IntN(7)]
		default:
			c.Sum = changed(rng, c.Sum, len(n.Vars))
		}
	}},
	{"register", func(rng *rand.Rand, p *cert.Proof, i int, _ *liar) {
		n := &p.Nodes[i]
		known := []x86.Reg{x86.RSP}
		for r := range x86.Reg(16) {
			if n.Regs[r].Known {
				known = append(known, r)
			}
		}
		r := known[rng.IntN(len(known))]
		before := n.Regs[r].Sum
		for linear.Equal(n.Regs[r].Sum, before) {
			n.Regs[r].Sum = changed(rng, before, len(n.Vars))
		}
	}},
	{"register known", func(rng *rand.Rand, p *cert.Proof, i int, _ *liar) {
		r := &p.Nodes[i].Regs[rng.IntN(cert.NumRegs)]
		r.Known = !r.Known
	}},
	{"low byte", func(rng *rand.Rand, p *cert.Proof, i int, _ *liar) {
		n := &p.Nodes[i]
		n.Lows[rng.IntN(16)] = cert.Reg{Known: true, Sum: changed(rng, linear.Const(rng.Int64N(256)), len(n.Vars))}
	}},
	{"wrapped", func(rng *rand.Rand, p *cert.Proof, i int, _ *liar) {
		n := &p.Nodes[i]
		n.Wraps[rng.IntN(16)] = cert.Reg{Known: true, Sum: changed(rng, linear.Const(rng.Int64N(256)-128), len(n.Vars))}
	}},
	{"loaded", func(rng *rand.Rand, p *cert.Proof, i int, _ *liar) {
		n := &p.Nodes[i]
		at := changed(rng, linear.Const(-rng.Int64N(4096)), len(n.Vars))
		n.Loads = append(slices.Clone(n.Loads), cert.Loaded{Is: cert.FirstVar + linear.Var(rng.IntN(len(n.Vars)+1)), At: at, Width: uint8(rng.IntN(10))})
	}},
	{"given", func(rng *rand.Rand, p *cert.Proof, i int, _ *liar) {
		n := &p.Nodes[i]
		lo := -rng.Int64N(4200)
		some := func() linear.Var { return cert.FirstVar + linear.Var(rng.IntN(len(n.Vars)+1)) }
		g := cert.Given{Is: some(), Bit: uint8(rng.IntN(130)), Span: cert.Span{Lo: lo, Hi: lo + rng.Int64N(64)}}
		if rng.IntN(2) == 0 {
			g.Of, g.Values = some(), []int64{lo, lo + rng.Int64N(64)}
		}
		n.Givens = append(n.Givens, g)
	}},
	{"8 bytes", func(rng *rand.Rand, p *cert.Proof, i int, _ *liar) {
		v := oneOf(rng, p.Nodes[i].Vars)
		v.Word, v.Lo = true, 0
	}},
	{"zero flag", func(rng *rand.Rand, p *cert.Proof, i int, _ *liar) { p.Nodes[i].Zero = cert.Zero(1 + rng.IntN(3)) }},
	{"marks", func(rng *rand.Rand, p *cert.Proof, i int, _ *liar) {
		p.Nodes[i].Marks = changedMarks(rng, p.Nodes[i].Marks)
	}},
	{"marks dropped", func(rng *rand.Rand, p *cert.Proof, i int, _ *liar) { p.Nodes[i].Marks = fewer(rng, p.Nodes[i].Marks) }},
	{"first", func(rng *rand.Rand, p *cert.Proof, i int, _ *liar) {
		p.Nodes[i].First = changedSpan(rng, p.Nodes[i].First)
	}},
	{"waits", func(rng *rand.Rand, p *cert.Proof, i int, _ *liar) {
		p.Nodes[i].Waits = append(changedSpan(rng, p.Nodes[i].Waits), cert.Span{Lo: -4096 + rng.Int64N(4096), Hi: -rng.Int64N(4096)})
	}},
	{"head", func(rng *rand.Rand, p *cert.Proof, i int, _ *liar) {
		p.Nodes[i].Head, p.Nodes[i].Answered = !p.Nodes[i].Head, false
	}},
	{"frames", func(rng *rand.Rand, p *cert.Proof, i int, _ *liar) {
		n := &p.Nodes[i]
		switch f := oneOf(rng, n.Frames); rng.IntN(3) {
		case 0:
			n.Frames = append(n.Frames, cert.Frame{Off: -8, To: 0x200})
		case 1:
			f.Off += 8
			n.Frames = append(n.Frames, cert.Frame{Off: -4144, To: 0})
		default:
			f.To++
			n.Frames = append(n.Frames, *f)
		}
	}},
	{"phase", func(rng *rand.Rand, p *cert.Proof, i int, _ *liar) {
		n := &p.Nodes[i]
		n.Phase = (n.Phase + cert.Phase(1+rng.IntN(15))) % 16
	}},
	{"answered", func(rng *rand.Rand, p *cert.Proof, i int, _ *liar) { p.Nodes[i].Answered = !p.Nodes[i].Answered }},
	{"family", func(rng *rand.Rand, p *cert.Proof, i int, _ *liar) { p.Nodes[i].Booted.Family++ }},
	{"mode", func(rng *rand.Rand, p *cert.Proof, i int, _ *liar) {
		p.Nodes[i].Booted.Mode += cert.Mode(1 + rng.IntN(2))
	}},
	{"signals", func(rng *rand.Rand, p *cert.Proof, i int, _ *liar) {
		p.Nodes[i].Booted.Signals = !p.Nodes[i].Booted.Signals
	}},
	{"result", func(rng *rand.Rand, p *cert.Proof, i int, _ *liar) {
		v := oneOf(rng, p.Nodes[i].Vars)
		v.Result = (v.Result + cert.Result(1+rng.IntN(12))) % 13
	}},
	{"made", func(rng *rand.Rand, p *cert.Proof, i int, _ *liar) {
		var made []int
		for k, v := range p.Nodes[i].Vars {
			if v.Made != cert.Nothing {
				made = append(made, k)
			}
		}
		if len(made) > 0 {
			v := &p.Nodes[i].Vars[made[rng.IntN(len(made))]]
			v.Made = cert.Trace(rng.IntN(int(v.Made)))
		} else {
			p.Nodes[i].Phase = 15 // nothing to lie about
		}
	}},
	{"grant", func(rng *rand.Rand, p *cert.Proof, i int, _ *liar) {
		n := &p.Nodes[i]
		if rng.IntN(2) == 0 {
			n.Instructions = changed(rng, n.Instructions, len(n.Vars))
		} else {
			n.Calls = changed(rng, n.Calls, len(n.Vars))
		}
	}},
	{"most", func(rng *rand.Rand, p *cert.Proof, _ int, _ *liar) {
		if rng.IntN(2) == 0 {
			p.Instructions = []int64{0, -1, 100, leastInstructions - 1, -linear.NoBound - 1}[rng.IntN(5)]
		} else {
			p.Calls = []int64{0, -1, 100, leastCalls - 1, -linear.NoBound - 1}[rng.IntN(5)]
		}
	}},
	{"what is remembered", func(rng *rand.Rand, p *cert.Proof, i int, _ *liar) {
		at := oneOf(rng, p.Nodes[i].Cells).Off
		p.Ages, p.Counts = cert.Span{Lo: near(rng, at), Hi: near(rng, at+32)}, cert.Span{Lo: near(rng, at), Hi: near(rng, at+32)}
	}},
	{"what is left of the environment", func(rng *rand.Rand, p *cert.Proof, i int, _ *liar) {
		lo := -rng.Int64N(4200)
		p.Kept = cert.Span{Lo: lo, Hi: lo + rng.Int64N(4200)}
		p.Shown = append(p.Shown, p.Nodes[i].Addr)
		p.Nodes[i].Marks = changedMarks(rng, p.Nodes[i].Marks)
	}},
	{"address", func(rng *rand.Rand, p *cert.Proof, i int, _ *liar) { p.Nodes[i].Addr += uint64(rng.IntN(9) - 4) }},
	{"node dropped", func(rng *rand.Rand, p *cert.Proof, i int, _ *liar) { p.Nodes[i].Addr = 0 }},
	{"node doubled", func(rng *rand.Rand, p *cert.Proof, i int, _ *liar) {
		p.Nodes[rng.IntN(len(p.Nodes))] = p.Nodes[i]
	}},
	{"premises", func(_ *rand.Rand, _ *cert.Proof, _ int, l *liar) { l.premises = true }},
	{"bounds of sums", func(_ *rand.Rand, _ *cert.Proof, _ int, l *liar) { l.most = true }},
	{"which bytes", func(_ *rand.Rand, _ *cert.Proof, _ int, l *liar) { l.bytes = true }},
	{"images", func(_ *rand.Rand, _ *cert.Proof, _ int, l *liar) { l.images = true }},
	{"node chosen", func(_ *rand.Rand, _ *cert.Proof, _ int, l *liar) { l.choice = true }},
}
