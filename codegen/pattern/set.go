package pattern

import "slices"

// Set is patterns as a trie over their segments. Each has a number, which whoever adds
// it chooses.
type Set struct{ root *Node }

// Node is a place of the trie: what a path has come to behind some segments. Patterns
// are told by their numbers, -1 for none.
type Node struct {
	Literals map[string]*Node
	One      *Node
	End      int // that ends here
	Rest     int // that takes all that is left
}

// NewSet is an empty set.
func NewSet() *Set { return &Set{newNode()} }

func newNode() *Node { return &Node{Literals: map[string]*Node{}, End: -1, Rest: -1} }

// Root is where every path starts.
func (s *Set) Root() *Node { return s.root }

// place is where a pattern's number stands; nil where the set has not come that far and
// grow does not make it.
func (s *Set) place(p Pattern, grow bool) *int {
	n := s.root
	for _, seg := range p.Segments {
		if seg.Kind == Rest {
			return &n.Rest
		}
		next := n.One
		if seg.Kind == Literal {
			next = n.Literals[seg.Text]
		}
		if next == nil {
			if !grow {
				return nil
			}
			next = newNode()
			if seg.Kind == One {
				n.One = next
			} else {
				n.Literals[seg.Text] = next
			}
		}
		n = next
	}
	return &n.End
}

// Add adds a pattern, unless one with the same paths is there: then it returns its number.
func (s *Set) Add(p Pattern, number int) (old int, added bool) {
	at := s.place(p, true)
	if *at >= 0 {
		return *at, false
	}
	*at = number
	return number, true
}

// Find is the number of the pattern with the same paths as p, or -1.
func (s *Set) Find(p Pattern) int {
	if at := s.place(p, false); at != nil {
		return *at
	}
	return -1
}

// Touching are the patterns that have paths of p: which relate to it in any way but
// Disjoint.
func (s *Set) Touching(p Pattern) []int { return sorted(s.root.walk(nil, p.Segments, true)) }

// Covering are the patterns that have all paths of p: to which it is Equal or Narrower.
func (s *Set) Covering(p Pattern) []int { return sorted(s.root.walk(nil, p.Segments, false)) }

func sorted(numbers []int) []int {
	slices.Sort(numbers)
	return numbers
}

func (n *Node) walk(out []int, rest []Segment, touching bool) []int {
	if len(rest) == 0 {
		return add(out, n.End)
	}
	out = add(out, n.Rest)
	switch seg := rest[0]; seg.Kind {
	case Rest:
		if touching {
			out = n.below(out)
		}
	case One:
		if n.One != nil {
			out = n.One.walk(out, rest[1:], touching)
		}
		for text, next := range n.Literals {
			if touching && text != "" {
				out = next.walk(out, rest[1:], touching)
			}
		}
	case Literal:
		if next := n.Literals[seg.Text]; next != nil {
			out = next.walk(out, rest[1:], touching)
		}
		if n.One != nil && seg.Text != "" {
			out = n.One.walk(out, rest[1:], touching)
		}
	}
	return out
}

// below are the patterns that go on behind n.
func (n *Node) below(out []int) []int {
	visit := func(next *Node) {
		out = add(out, next.End)
		out = add(out, next.Rest)
		out = next.below(out)
	}
	if n.One != nil {
		visit(n.One)
	}
	for _, next := range n.Literals {
		visit(next)
	}
	return out
}

func add(out []int, number int) []int {
	if number < 0 {
		return out
	}
	return append(out, number)
}
