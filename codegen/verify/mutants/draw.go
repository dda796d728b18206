package mutants

import (
	"fmt"
	"math/rand/v2"
)

// mutant is a damaged server.
type mutant struct {
	base int // which server
	kind int
	patch
}

// draw gives n different mutants of programs, as evenly of kinds and programs as they
// have any. A larger n gives the same ones and more. There may be fewer.
func draw(programs []*program, n int, seed uint64) (out []mutant) {
	bags := make([]bag, len(programs)*len(kinds))
	empty := 0
	for i := 0; len(out) < n && empty < len(bags); i = (i + 1) % len(bags) {
		kind := i % len(kinds)
		base := (i/len(kinds) + kind) % len(programs) // few mutants have many programs already
		b := &bags[base*len(kinds)+kind]
		if b.empty {
			continue
		}
		c, ok := b.next(programs[base], kind, rand.NewPCG(seed, uint64(base*len(kinds)+kind)))
		if !ok {
			b.empty = true
			empty++
			continue
		}
		out = append(out, mutant{base, kind, c})
	}
	return out
}

// bag holds the mutants of a kind of a program.
type bag struct {
	filled, empty bool
	patches       []patch // in random order
	seen          map[string]bool
}

// next takes a mutant out, and reports whether there was one.
func (b *bag) next(p *program, kind int, source rand.Source) (patch, bool) {
	if !b.filled {
		rng := rand.New(source)
		b.filled, b.patches, b.seen = true, kinds[kind].all(p, rng), map[string]bool{}
		rng.Shuffle(len(b.patches), func(i, j int) { b.patches[i], b.patches[j] = b.patches[j], b.patches[i] })
	}
	for len(b.patches) > 0 {
		c := b.patches[len(b.patches)-1]
		b.patches = b.patches[:len(b.patches)-1]
		key := fmt.Sprintf("%d %x", c.off, c.bytes)
		if !b.seen[key] && !p.neutral(c) {
			b.seen[key] = true
			return c, true
		}
	}
	return patch{}, false
}
