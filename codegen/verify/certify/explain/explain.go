// Package explain writes down for people what the checker of certificates knows before an instruction. Nothing rests on it:
// it looks on while package cert follows a server.
package explain

import (
	"fmt"
	"io"

	"github.com/verbosel/verbosel/codegen/verify/cert"
	"github.com/verbosel/verbosel/codegen/verify/cert/format"
	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/cert/x86"
)

// Known is what is known before an instruction on one way that comes there from a node of the certificate, or from where
// the process begins. Letters stand for numbers of which only that much is known; offsets on the stack are in bytes from
// rsp at the entry.
type Known struct {
	From    string  // where the way began
	Phase   string  // how far the process has come
	Values  []Named // registers, numbers, texts and return addresses on the stack, and letters
	Facts   []string
	Written []string // ranges of bytes of the stack that were written
}

// Named is a register, a place on the stack or a letter with what is known of it.
type Named struct{ Name, Value string }

// At checks the size bytes of a server that r holds with a certificate, and tells what was known before the instruction at
// addr, each once and in the order of the check, as far as it comes; errors are format.Check's.
func At(r io.ReaderAt, size int64, file []byte, addr uint64) ([]Known, error) {
	var all []Known
	seen := map[string]bool{}
	_, _, err := format.Watch(r, size, file, func(c *format.Content, s *cert.State) {
		if s.Addr() == addr {
			d := &described{State: s, names: map[linear.Var]string{}}
			k := d.known(from(c, s))
			if text := fmt.Sprint(k); !seen[text] {
				seen[text], all = true, append(all, k)
			}
		}
	})
	return all, err
}

// from says where a way began.
func from(c *format.Content, s *cert.State) string {
	if s.From() < 0 {
		if s.Phase() == cert.Interrupted {
			return "a signal's handler"
		}
		return "the entry"
	}
	return fmt.Sprintf("node %d at %#x", s.From(), c.Proof.Nodes[s.From()].Addr)
}

// described is a state whose variables get letters as they are written.
type described struct {
	*cert.State
	names map[linear.Var]string
	order []linear.Var
}

func (d *described) known(from string) Known {
	k := Known{From: from, Phase: phases[d.Phase()]}
	if d.Answered() {
		k.Phase += ", and an answer may have begun"
	}
	shared := d.shared()
	for r := range x86.Reg(16) {
		if a := d.Reg(r); !d.unknown(a, shared) {
			k.add(r.String(), d.number(a))
		}
	}
	for _, c := range d.Cells() {
		k.add(fmt.Sprintf("%d bytes at stack[%d]", c.Width, c.Off), d.number(c.Sum))
	}
	for _, f := range d.Frames() {
		k.add(fmt.Sprintf("8 bytes at stack[%d]", f.Off), frameText(f))
	}
	for _, t := range d.Texts() {
		k.add("bytes at stack["+d.terms(t.At)+"]", fmt.Sprintf("%q", t.Bytes))
	}
	for _, m := range d.Marks() {
		k.add(fmt.Sprintf("stack[%d] to stack[%d]", m.Lo, m.Hi), "may tell of "+m.Made.String())
	}
	for _, a := range d.Facts() {
		k.Facts = append(k.Facts, d.fact(a))
	}
	for _, w := range d.Written() {
		k.Written = append(k.Written, d.sum(w.Lo)+" to "+d.sum(w.Hi))
	}
	for i := 0; i < len(d.order); i++ { // nothing that is said of a letter needs another one
		v := d.order[i]
		k.add(d.names[v], d.variable(v))
	}
	return k
}

func (k *Known) add(name, value string) { k.Values = append(k.Values, Named{name, value}) }

func frameText(f cert.Frame) string {
	if f.To == 0 {
		return "saved"
	}
	return fmt.Sprintf("where a call returns to, image[%#x]", f.To)
}

// shared are the variables that more than one thing is made of.
func (d *described) shared() map[linear.Var]bool {
	count := map[linear.Var]int{}
	note := func(sums ...linear.Sum) {
		for _, a := range sums {
			for _, t := range a.Terms {
				count[t.Var]++
			}
		}
	}
	for r := range x86.Reg(16) {
		note(d.Reg(r))
	}
	for _, c := range d.Cells() {
		note(c.Sum)
	}
	for _, t := range d.Texts() {
		note(t.At)
	}
	for _, w := range d.Written() {
		note(w.Lo, w.Hi)
	}
	note(d.Facts()...)
	shared := map[linear.Var]bool{}
	for v, n := range count {
		shared[v] = n > 1
	}
	return shared
}

// unknown says that a register holds anything of 8 bytes, of which nothing else is said.
func (d *described) unknown(a linear.Sum, shared map[linear.Var]bool) bool {
	if len(a.Terms) != 1 || a.Terms[0].Var < cert.FirstVar || shared[a.Terms[0].Var] {
		return false
	}
	b := d.Range(a)
	return b.Lo <= 0 && b.Hi == linear.NoBound && d.ResultOf(a) == 0
}
