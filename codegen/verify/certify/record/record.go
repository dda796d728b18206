// Package record writes certificates to files, as package format reads them. Nothing rests on it: what
// it has written is read and checked again.
package record

import (
	"errors"
	"io"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/cert"
	"github.com/verbosel/verbosel/codegen/verify/cert/format"
	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
)

// File checks the size bytes of an ELF server that r holds with its certificate, and writes down what
// the guide is asked, and of the nodes those that ways come to. Where the check ends with a refusal the
// error is that one, and the file is one that is refused likewise, with all nodes. Another error comes
// without a file.
func File(r io.ReaderAt, size int64, proof *cert.Proof, guide cert.Guide) ([]byte, error) {
	rec := &recorder{Guide: guide, number: map[int]int{-1: -1}, writers: map[int]*writer{}}
	_, refusal := cert.Check(r, size, proof, rec)
	if refusal != nil && !errors.As(refusal, new(*cert.Refusal)) {
		return nil, refusal
	}
	c := &format.Content{Proof: *proof}
	for i := range proof.Nodes {
		if refusal != nil {
			rec.reach(i)
		}
	}
	c.Proof.Nodes = nil
	for _, i := range slices.Concat([]int{-1}, rec.order) {
		if i >= len(proof.Nodes) {
			return nil, errors.New("all nodes are of one place, and none is for a way: no file says that")
		}
		if i >= 0 {
			c.Proof.Nodes = append(c.Proof.Nodes, proof.Nodes[i])
		}
		w := rec.of(i)
		if w.err != nil {
			return nil, w.err
		}
		c.Answers = append(c.Answers, w.b)
	}
	file, err := Write(c, r, size)
	if err != nil {
		return nil, err
	}
	return file, refusal
}

// recorder is a guide that writes down what it answers.
type recorder struct {
	cert.Guide
	order   []int           // nodes, as ways come to them
	number  map[int]int     // of nodes in that order
	writers map[int]*writer // of the answers on the ways from each node, and from -1
	depth   int             // of questions
}

func (r *recorder) of(node int) *writer {
	if r.writers[node] == nil {
		r.writers[node] = new(writer)
	}
	return r.writers[node]
}

// reach gives a node its number, which is the same from then on, and -1 to -1.
func (r *recorder) reach(i int) int {
	if _, ok := r.number[i]; !ok {
		r.number[i] = len(r.order)
		r.order = append(r.order, i)
	}
	return r.number[i]
}

// asked answers, and writes down the answer, unless it was asked for by a guide, which may ask itself.
func (r *recorder) asked(s *cert.State, answer func(), write func(format.Codec)) {
	r.depth++
	answer()
	if r.depth--; r.depth == 0 {
		write(r.of(s.From()))
	}
}

func (r *recorder) Premises(s *cert.State, goal linear.Sum) (p []linear.Premise, ok bool) {
	r.asked(s, func() { p, ok = r.Guide.Premises(s, goal) }, func(c format.Codec) { format.Premises(c, &p, &ok) })
	return p, ok
}

func (r *recorder) Most(s *cert.State, a linear.Sum) (bound int64, p []linear.Premise, ok bool) {
	r.asked(s, func() { bound, p, ok = r.Guide.Most(s, a) }, func(c format.Codec) { format.Most(c, &bound, &p, &ok) })
	return bound, p, ok
}

func (r *recorder) Bytes(s *cert.State, lo, hi linear.Sum) (i int, ok bool) {
	r.asked(s, func() { i, ok = r.Guide.Bytes(s, lo, hi) }, func(c format.Codec) { format.Bytes(c, &i, &ok) })
	return i, ok
}

func (r *recorder) Stands(s *cert.State, at linear.Sum) (yes bool) {
	r.asked(s, func() { yes = r.Guide.Stands(s, at) }, func(c format.Codec) { format.Stands(c, &yes) })
	return yes
}

func (r *recorder) Chooses(s *cert.State, addr linear.Sum) (yes bool) {
	r.asked(s, func() { yes = r.Guide.Chooses(s, addr) }, func(c format.Codec) { format.Chooses(c, &yes) })
	return yes
}

// Node answers for a node that is elsewhere, or for none that there is, one that is elsewhere, which is refused alike.
func (r *recorder) Node(s *cert.State, candidates []int) (i int, images []linear.Sum) {
	r.asked(s, func() {
		if i, images = r.Guide.Node(s, candidates); i >= 0 && !slices.Contains(candidates, i) {
			i, images = r.elsewhere(candidates), nil
		}
	}, func(c format.Codec) {
		n := r.reach(i)
		format.Node(c, &n, &images)
	})
	return i, images
}

// elsewhere is a node that is none of the candidates.
func (r *recorder) elsewhere(candidates []int) (i int) {
	for slices.Contains(candidates, i) {
		i++
	}
	return i
}
