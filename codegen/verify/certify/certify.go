// Package certify writes certificates: what package prove has found of a server is put in the
// terms of package cert, weakened until cert can show it with its own means, and completed by
// what each of its steps needs. Nothing rests on it: cert checks what comes out.
package certify

import (
	"errors"
	"io"

	"github.com/verbosel/verbosel/codegen/verify/cert"
	"github.com/verbosel/verbosel/codegen/verify/prove"
)

// maxRounds bounds how often nodes are weakened: each round drops something.
const maxRounds = 200

// behind is how many bytes behind what was read say that it ends there. They are a part of the input that waits.
const behind = 16

// ErrUnranked: the nodes are shown, but not that each loop ends.
var ErrUnranked = errors.New("no counter was found that bounds each loop")

// Write finds a certificate of the size bytes of an ELF server that r holds, of which places were
// proved. The guide is to be used with it. An error says why there is none: that of the last
// check, if that was refused.
func Write(r io.ReaderAt, size int64, places []prove.Place, input prove.Piece) (*cert.Proof, cert.Guide, error) {
	return WriteWith(r, size, places, input, nil)
}

// WriteWith is Write where places may have been proved of another server. Where none of them is of
// what comes to one of the addresses, a node is made of it. With an error there are nodes as far
// as they were weakened then, which grant nothing.
func WriteWith(r io.ReaderAt, size int64, places []prove.Place, input prove.Piece, addrs []uint64) (*cert.Proof, cert.Guide, error) {
	proof := &cert.Proof{Nodes: make([]cert.Node, len(places)+perAddr*len(addrs)), Input: cert.Span(input)}
	proof.Input.Hi = min(0, input.Hi+behind)
	g := &search{input: proof.Input}
	for i := range places {
		n := candidate(&places[i], &proof.Nodes[i])
		n.input = proof.Input
		g.nodes = append(g.nodes, n)
	}
	g.waits()
	for i := range perAddr * len(addrs) {
		n := &proof.Nodes[len(places)+i]
		n.Addr = addrs[i/perAddr]
		g.nodes = append(g.nodes, node{Node: n, unused: true, input: proof.Input})
	}
	var ways [2][]way
	for range maxRounds {
		ways = [2][]way{}
		g.changed = false
		err := cert.Explore(r, size, proof, g, func(s *cert.State, w cert.Way) {
			ways[w.Account] = append(ways[w.Account], way{w, s.Clone()})
		})
		if g.head(err) {
			continue
		}
		if err != nil {
			g.fixed = true
			return proof, g, err
		}
		if !g.changed {
			break
		}
	}
	g.fixed = true
	var most [2]int64
	for account := range ways {
		grants, n, ok := rank(g.nodes, ways[account])
		if !ok {
			return proof, g, ErrUnranked
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
	return proof, g, nil
}
