// Package certify writes certificates: what package prove has found of a server is put in the
// terms of package cert, weakened until cert can show it with its own means, and completed by
// what each of its steps needs. Nothing rests on it: cert checks what comes out.
package certify

import (
	"errors"
	"io"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/cert"
	"github.com/verbosel/verbosel/codegen/verify/prove"
)

// behind is how many bytes behind what was read say that it ends there. They are a part of the input that waits.
const behind = 16

// ErrUnranked: the nodes are shown, but not that each loop ends.
var ErrUnranked = errors.New("no counter was found that bounds each loop")

// Write finds a certificate of the size bytes of an ELF server that r holds, of which places were
// proved, with nodes where ways meet, and where else they have to be. The guide is to be used with it. An error says
// why there is none: that of the last check, if that was refused.
func Write(r io.ReaderAt, size int64, places []prove.Place, input prove.Piece) (*cert.Proof, cert.Guide, error) {
	places = slices.Concat(places, withoutClient(places))
	w := &writing{r: r, size: size, places: places, input: input, times: maxTimes}
	proof, g, err := w.write()
	if err != nil { // what a node does not say of flags may be what is missing
		w.places = slices.DeleteFunc(slices.Clone(places), func(p prove.Place) bool { return p.Inner })
		return w.write()
	}
	return proof, g, nil
}

// withoutClient are places of an event's client as what they are for events of nobody, which cert tells apart where one is picked.
func withoutClient(places []prove.Place) (out []prove.Place) {
	for _, p := range places {
		if p.Phase == uint8(cert.Chosen) {
			p.Phase, p.Things = uint8(cert.Waiting), slices.Clone(p.Things)
			for i := range p.Things {
				if t := &p.Things[i]; t.Result == uint8(cert.Client) {
					t.Result = 0
				}
			}
			out = append(out, p)
		}
	}
	return out
}

// write finds one.
func (w *writing) write() (*cert.Proof, cert.Guide, error) {
	proof, g, err := w.begin()
	if err != nil {
		return proof, g, err
	}
	ways := w.ways
	if thin, by := w.thin(proof, g); by != nil && w.rank(thin, by) == nil {
		proof, g = thin, by
	} else {
		w.ways = ways
		err = w.rank(proof, g)
	}
	if err == nil {
		g.leave(w.r, w.size, proof)
		g.compact()
	}
	return proof, g, err
}

// WriteWith is Write with a node for each place that a way comes to, where places may have been proved of another
// server. Where none of them is of what comes to one of the addresses, a node is made of it. With an error
// there are nodes as far as they were weakened then, which grant nothing; it is what a check comes to first, as nodes are
// followed in the order in which ways come to them.
func WriteWith(r io.ReaderAt, size int64, places []prove.Place, input prove.Piece, addrs []uint64) (*cert.Proof, cert.Guide, error) {
	w := &writing{r: r, size: size, places: places, input: input, addrs: addrs, times: 1}
	proof, g, err := w.begin()
	if err == nil {
		err = w.rank(proof, g)
	}
	if err == nil {
		g.compact()
	}
	return proof, g, err
}

// writing is a certificate that is being written.
type writing struct {
	r      io.ReaderAt
	size   int64
	places []prove.Place
	input  prove.Piece
	addrs  []uint64
	times  int // that a node is followed in a round at most

	ways [2][]way // of each account, on the last round
}

// begin has a node for each place, and is settled.
func (w *writing) begin() (*cert.Proof, *search, error) {
	proof := &cert.Proof{Nodes: make([]cert.Node, len(w.places)+perAddr*len(w.addrs)), Input: cert.Span(w.input)}
	proof.Input.Hi = min(0, w.input.Hi+behind)
	for i := range w.places {
		if p := &w.places[i]; p.Phase >= uint8(cert.Waiting) && p.Ages != (prove.Piece{}) {
			proof.Ages, proof.Counts = cert.Span(p.Ages), cert.Span(p.Counts)
			break
		}
	}
	if proof.Kept = kept(w.places); len(w.places) > 0 {
		proof.Shown = w.places[0].Shown
	}
	g := newSearch(proof.Input)
	for i := range w.places {
		n := candidate(&w.places[i], &proof.Nodes[i])
		n.input, n.place = proof.Input, i
		g.nodes = append(g.nodes, n)
	}
	g.waits()
	for i := range perAddr * len(w.addrs) {
		n := &proof.Nodes[len(w.places)+i]
		n.Addr = w.addrs[i/perAddr]
		g.nodes = append(g.nodes, node{Node: n, unused: true, input: proof.Input})
	}
	return proof, g, w.settle(proof, g)
}

// kept is where bytes of the environment stand behind the boot, and others that it wrote in one piece with them.
func kept(places []prove.Place) (in cert.Span) {
	takes := func(w prove.Piece) {
		if in == (cert.Span{}) {
			in = cert.Span(w)
		}
		in = cert.Span{Lo: min(in.Lo, w.Lo), Hi: max(in.Hi, w.Hi)}
	}
	for i := range places {
		p := &places[i]
		if cert.Phase(p.Phase).Booting() {
			continue
		}
		for _, w := range p.Environment {
			takes(w)
		}
		for _, w := range p.First {
			if w.Lo < in.Hi && in.Lo < w.Hi {
				takes(w)
			}
		}
	}
	return in
}

// rank lets nodes grant what it takes to go on from them.
func (w *writing) rank(proof *cert.Proof, g *search) error {
	var most [2]int64
	for account := range w.ways {
		grants, n, ok := rank(g.nodes, w.ways[account])
		if !ok {
			return ErrUnranked
		}
		most[account] = n
		for i := range g.nodes {
			if cert.Account(account) == cert.Calls {
				g.nodes[i].Calls = grants[i]
			} else {
				g.nodes[i].Instructions = grants[i]
			}
		}
	}
	proof.Instructions, proof.Calls = most[cert.Instructions], most[cert.Calls]
	return nil
}
