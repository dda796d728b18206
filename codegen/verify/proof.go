package verify

import (
	"errors"
	"fmt"
	"io"
	"strings"

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
		if !promised.show(s.Addr) {
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
	d := g.file.Data()
	bytes := data.of(io.NewSectionReader(g.r, int64(d.Off), int64(d.Filesz)))
	if g.seen != nil {
		bytes = g.seen.of(0, bytes)
	}
	return prove.Image{
		Entry: g.file.Entry, TextAddr: g.code.base, Text: g.code.text,
		Data: []prove.Segment{{Addr: d.Vaddr, Size: d.Filesz, Bytes: bytes}},
	}
}

// broken turns a failure of the proof into an Error with the code around it.
func (g *gated) broken(err error) error {
	var f *prove.Failure
	if !errors.As(err, &f) {
		return err
	}
	e := &Error{Rule: rules.Rule(f.Rule), Addr: f.Addr, Msg: withoutPlace(f.Msg, f.Addr), Code: g.code.around(f.Addr), TooLarge: f.TooLarge}
	for _, step := range f.Path {
		line, _ := g.code.line(int(step.From - g.code.base))
		e.Path = append(e.Path, Branch{step.From, step.To, line.Text})
	}
	if len(e.Path) == 0 {
		e.Path = g.code.way(f.Addr)
	}
	return e
}

// withoutPlace is a message without the address, which a decoder's has too.
func withoutPlace(msg string, addr uint64) string {
	return strings.TrimPrefix(msg, fmt.Sprintf("at %#x: ", addr))
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
