package format

import (
	"io"

	"github.com/verbosel/verbosel/codegen/verify/cert"
	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
)

// Check accepts the size bytes of an ELF server that r holds with the certificate in a file, or says
// why it does not: an *Error of the file, or as cert.Check.
func Check(r io.ReaderAt, size int64, file []byte) (c *Content, f *cert.Figures, err error) {
	return Watch(r, size, file, nil)
}

// Watch is Check that somebody looks on at, unless nil, as at cert.Watch.
func Watch(r io.ReaderAt, size int64, file []byte, watch func(*Content, *cert.State)) (c *Content, f *cert.Figures, err error) {
	defer caught(&err)
	content, all, err := read(r, size, file)
	if err != nil {
		return nil, nil, err
	}
	g := newGuide(content, all)
	var states func(*cert.State)
	if watch != nil {
		states = func(s *cert.State) { watch(content, s) }
	}
	figures, err := cert.Watch(r, size, &content.Proof, g, states)
	if err != nil {
		return nil, nil, err
	}
	for _, a := range g.answers {
		a.finish("answers")
	}
	if g.reached < len(content.Proof.Nodes) {
		all.fail("nodes", "no way comes to node %d", g.reached)
	}
	return content, figures, nil
}

// Read is Check without the check: that the file is one of this server.
func Read(r io.ReaderAt, size int64, file []byte) (c *Content, err error) {
	defer caught(&err)
	content, _, err := read(r, size, file)
	return content, err
}

// caught is the *Error that something panicked with.
func caught(err *error) {
	switch x := recover().(type) {
	case nil:
	case *Error:
		*err = x
	default:
		panic(x)
	}
}

// guide answers as a file says.
type guide struct {
	answers  []*Reader
	reached  int              // nodes that ways came to
	premises []linear.Premise // read last, which nobody keeps, as
	images   []linear.Sum
}

func newGuide(c *Content, content *Reader) *guide {
	g := new(guide)
	for _, a := range c.Answers { // each is a part of the content, up to whose end it could be extended
		off := cap(content.content) - cap(a)
		g.answers = append(g.answers, &Reader{content.content, off, off + len(a), content.pools})
	}
	return g
}

// of are the answers for a state.
func (g *guide) of(s *cert.State) *Reader { return g.answers[s.From()+1] }

func (g *guide) Premises(s *cert.State, _ linear.Sum) (p []linear.Premise, ok bool) {
	p = g.premises[:0]
	Premises(g.of(s), &p, &ok)
	g.premises = p
	return p, ok
}

func (g *guide) Most(s *cert.State, _ linear.Sum) (bound int64, p []linear.Premise, ok bool) {
	p = g.premises[:0]
	Most(g.of(s), &bound, &p, &ok)
	g.premises = p
	return bound, p, ok
}

func (g *guide) Bytes(s *cert.State, _, _ linear.Sum) (i int, ok bool) {
	Bytes(g.of(s), &i, &ok)
	return i, ok
}

func (g *guide) Stands(s *cert.State, _ linear.Sum) (yes bool) {
	Stands(g.of(s), &yes)
	return yes
}

func (g *guide) Chooses(s *cert.State, _ linear.Sum) (yes bool) {
	Chooses(g.of(s), &yes)
	return yes
}

// Node notes in which order ways come to nodes.
func (g *guide) Node(s *cert.State, _ []int) (i int, images []linear.Sum) {
	r := g.of(s)
	images = g.images[:0]
	Node(r, &i, &images)
	g.images = images
	if i > g.reached {
		r.fail("node", "ways come to node %d before they come to node %d", i, g.reached)
	}
	if i == g.reached {
		g.reached++
	}
	return i, images
}
