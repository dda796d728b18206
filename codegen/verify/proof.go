package verify

import (
	"errors"
	"io"

	"github.com/verbosel/verbosel/codegen/verify/gate"
	"github.com/verbosel/verbosel/codegen/verify/prove"
	"github.com/verbosel/verbosel/codegen/verify/rules"
	"github.com/verbosel/verbosel/codegen/verify/rules/words"
)

// prove adds the proof to the report of a server that has passed the gate, if what it shows of
// the environment is promised.
func (g *gated) prove(promised Set) (*Report, error) {
	result, err := g.search()
	if err != nil {
		return nil, err
	}
	return g.conclude(result, promised)
}

// conclude adds to the report what was found, with bounds.
func (g *gated) conclude(result *prove.Result, promised Set) (*Report, error) {
	worst, err := result.Bounds()
	if err != nil {
		return nil, g.broken(err)
	}
	var shown []uint64
	for _, s := range result.Shown {
		if !promised.Shows(s.Addr) {
			return nil, g.broken(s.Failure)
		}
		shown = append(shown, s.Addr)
	}
	g.report.Proof = Proof{Proved: words.All(), Stack: result.Stack, Work: result.Work, Worst: *worst, Next: result.Next, Calls: result.Calls, Shown: shown}
	return g.report, nil
}

// search finds what is known at each place of the server.
func (g *gated) search() (*prove.Result, error) {
	data := new(faults)
	result, err := prove.Prove(g.image(data))
	if data.err != nil {
		return nil, data.err
	}
	if err != nil {
		return nil, g.broken(err)
	}
	return result, nil
}

// image is the server as it lies in memory.
func (g *gated) image(data *faults) prove.Image {
	d := g.File.Data()
	bytes := data.of(io.NewSectionReader(g.r, int64(d.Off), int64(d.Filesz)))
	if g.seen != nil {
		bytes = g.seen.of(0, bytes)
	}
	return prove.Image{
		Entry: g.File.Entry, TextAddr: g.File.Text().Vaddr, Text: g.Text,
		Data: []prove.Segment{{Addr: d.Vaddr, Size: d.Filesz, Bytes: bytes}},
	}
}

// broken turns a failure of the proof into an Error with the code around it.
func (g *gated) broken(err error) error {
	var f *prove.Failure
	if !errors.As(err, &f) {
		return err
	}
	e := g.Refused(rules.Rule(f.Rule), f.Addr, gate.WithoutPlace(f.Msg, f.Addr))
	e.TooLarge = f.TooLarge
	if len(f.Path) > 0 {
		e.Path = nil
	}
	for _, step := range f.Path {
		e.Path = append(e.Path, Branch{From: step.From, To: step.To, Text: g.Line(step.From).Text})
	}
	return e
}

// faults keeps the first error of reading the data. The proof takes what it cannot
// read for zeros; what it says is worth nothing then.
type faults struct{ err error }

// of reads a segment.
func (f *faults) of(r io.ReaderAt) io.ReaderAt { return faulty{r, f} }

type faulty struct {
	io.ReaderAt
	faults *faults
}

func (f faulty) ReadAt(p []byte, off int64) (int, error) {
	n, err := f.ReaderAt.ReadAt(p, off)
	if n < len(p) && f.faults.err == nil {
		f.faults.err = err
	}
	return n, err
}
