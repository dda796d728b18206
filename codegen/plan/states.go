package plan

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/verbosel/verbosel/codegen/diag"
	"github.com/verbosel/verbosel/codegen/pattern"
)

// A State is what a path has come to behind some of its segments: all patterns that begin
// so. The server goes from state to state, one for each segment, and never back: where
// several patterns go on, the next state has them all (a subset construction over their
// trie). Routes are indexes into Plan.Routes.
type State struct {
	Seed  uint32 // of the keys of its literal segments
	One   int    // the state behind any other segment that is not empty, or -1
	End   int    // the route of a path that ends here
	Slash int    // of one that ends here with a slash
	Rest  int    // of one that goes on as no state does
}

// maxStates bounds what patterns may be turned into, and the keys of an index.
const maxStates = 1 << 18

func (b *builder) tooMany(pos diag.Pos) {
	b.errs.Add(&diag.Error{Pos: pos, Msg: fmt.Sprintf("the patterns begin alike in too many ways: telling them apart takes more than %d states", maxStates),
		Hint: "begin them with segments that are given, so that a path cannot begin as many of them"})
}

// states makes the states of one block.
type states struct {
	*builder
	index   *Index
	groups  *groups
	base    int // the route of the block's first group
	nothing int // the route of a path that has none
	ids     map[*pattern.Node]int
	known   map[string]int // by the nodes' numbers and what they inherit
}

// root is the state in which a path of the block begins.
func (s *states) root() int {
	return s.state([]*pattern.Node{s.groups.patterns.Root()}, s.nothing, 1)
}

// state is the one for nodes of the trie, which all are behind the same number of segments,
// depth less one; inherited is the route of a path that goes on as none of them does.
func (s *states) state(nodes []*pattern.Node, inherited, depth int) int {
	rest := inherited
	for _, n := range nodes {
		rest = s.narrower(n.Rest, rest)
	}
	key := s.key(nodes, inherited)
	if i, ok := s.known[key]; ok {
		return i
	}
	s.index.Depth = max(s.index.Depth, depth)
	i := len(s.index.States)
	s.known[key] = i
	state := State{Seed: seed(seedState, i), One: -1, End: inherited, Slash: rest, Rest: rest}
	s.index.States = append(s.index.States, state)
	if i+len(s.index.Keys) > maxStates {
		return i // reported by whoever began
	}
	literals, one := map[string][]*pattern.Node{}, []*pattern.Node{}
	for _, n := range nodes {
		state.End = s.narrower(n.End, state.End)
		if n.One != nil {
			one = append(one, n.One)
		}
		for text, next := range n.Literals {
			if text == "" {
				state.Slash = s.narrower(next.End, state.Slash)
			} else {
				literals[text] = append(literals[text], next)
			}
		}
	}
	for _, text := range slices.Sorted(maps.Keys(literals)) {
		next := s.state(append(literals[text], one...), rest, depth+1)
		text = bufferPath(text)
		s.index.LongestSegment = max(s.index.LongestSegment, len(text))
		s.index.Keys = append(s.index.Keys, Key{Seed: state.Seed, Text: text, Kind: KeyState, Target: next})
	}
	if len(one) > 0 {
		state.One = s.state(one, rest, depth+1)
	}
	s.index.States[i] = state
	return i
}

// key names a set of nodes.
func (s *states) key(nodes []*pattern.Node, inherited int) string {
	slices.SortFunc(nodes, func(a, b *pattern.Node) int { return cmp.Compare(s.id(a), s.id(b)) })
	var out strings.Builder
	for _, n := range nodes {
		fmt.Fprintf(&out, "%d ", s.id(n))
	}
	fmt.Fprint(&out, inherited)
	return out.String()
}

func (s *states) id(n *pattern.Node) int {
	i, ok := s.ids[n]
	if !ok {
		i = len(s.ids)
		s.ids[n] = i
	}
	return i
}

// narrower is the route of a group, -1 for none, or the other route, whichever is the more
// specific one.
func (s *states) narrower(group, route int) int {
	switch {
	case group < 0:
		return route
	case route == s.nothing:
		return s.base + group
	}
	if pattern.Compare(s.groups.list[group].pattern, s.groups.list[route-s.base].pattern) == pattern.Narrower {
		return s.base + group
	}
	return route
}
