// Package pattern has the paths of routes as patterns: their syntax, which paths they
// match, and which of two is the more specific one. Syntax and precedence are those of
// Go's net/http since 1.22, but for two things: a path that ends with a slash stands for
// itself alone, and nothing is cleaned, so that an empty segment is one.
//
//	/users/{id}          one segment, not empty
//	/news/{rest...}      what is left, slashes included; it may be empty
//	/news/{$}            /news/ itself, as /news/ does
//	*                    every path
//
// Invariant: a Pattern that Parse returned has at least one segment, a Rest only as the
// last one, and an empty literal segment only as the last one or in front of others that
// the path has so.
package pattern

import "strings"

// Kind is what a segment of a pattern matches.
type Kind uint8

// The kinds.
const (
	Literal Kind = iota // the segment of that text
	One                 // any segment that is not empty
	Rest                // all segments from here on, one at least, which may be empty
)

// Segment is what stands between two slashes.
type Segment struct {
	Kind Kind
	Text string // Literal: the text as requests have it; else the name, which may be empty
}

// Pattern is a path of which some segments are not given.
type Pattern struct {
	Segments []Segment
	Exact    bool // written with {$}: its trailing slash is meant
}

// Every is the pattern that matches every path.
func Every() Pattern { return Pattern{Segments: []Segment{{Kind: Rest}}} }

// Of is the pattern of one path, which starts with a slash.
func Of(path string) Pattern {
	var p Pattern
	for text := range strings.SplitSeq(path[1:], "/") {
		p.Segments = append(p.Segments, Segment{Literal, text})
	}
	return p
}

// Below is the pattern of everything below a path that ends with a slash.
func Below(prefix string) Pattern {
	p := Of(prefix)
	p.Segments[len(p.Segments)-1] = Segment{Kind: Rest}
	return p
}

// IsLiteral says that the pattern matches one path alone.
func (p Pattern) IsLiteral() bool {
	for _, s := range p.Segments {
		if s.Kind != Literal {
			return false
		}
	}
	return true
}

// HasRest says that the pattern ends with what takes all that is left.
func (p Pattern) HasRest() bool { return p.Segments[len(p.Segments)-1].Kind == Rest }

// Index is the number of the segment that a name stands for, or -1.
func (p Pattern) Index(name string) int {
	for i, s := range p.Segments {
		if s.Kind != Literal && s.Text == name && name != "" {
			return i
		}
	}
	return -1
}

// Names are the names of the segments that are not given.
func (p Pattern) Names() []string {
	var out []string
	for _, s := range p.Segments {
		if s.Kind != Literal && s.Text != "" {
			out = append(out, s.Text)
		}
	}
	return out
}

// String is the pattern as it is written.
func (p Pattern) String() string {
	if len(p.Segments) == 1 && p.Segments[0] == (Segment{Kind: Rest}) {
		return "*"
	}
	var b strings.Builder
	for _, s := range p.Segments {
		b.WriteByte('/')
		switch s.Kind {
		case Literal:
			b.WriteString(s.Text)
		case One:
			b.WriteString("{" + s.Text + "}")
		case Rest:
			b.WriteString("{" + s.Text + "...}")
		}
	}
	return b.String()
}

// Match returns what the segments that are not given have in a path, in their order, or
// false for a path of another form. The path starts with a slash.
func (p Pattern) Match(path string) ([]string, bool) {
	captures := []string{}
	rest, more := path[1:], true
	for _, s := range p.Segments {
		if !more {
			return nil, false
		}
		if s.Kind == Rest {
			return append(captures, rest), true
		}
		var text string
		text, rest, more = strings.Cut(rest, "/")
		switch {
		case s.Kind == Literal && text != s.Text, s.Kind == One && text == "":
			return nil, false
		case s.Kind == One:
			captures = append(captures, text)
		}
	}
	return captures, !more
}

// OtherSlash is the pattern with a slash at its end where p has none, or without the one
// that it has; for a Rest it is what stands in front of it. The root has no other.
func (p Pattern) OtherSlash() (Pattern, bool) {
	last := len(p.Segments) - 1
	switch end := p.Segments[last]; {
	case end.Kind == Rest || end.Kind == Literal && end.Text == "":
		return Pattern{Segments: p.Segments[:last]}, last > 0
	}
	return Pattern{Segments: append(p.Segments[:last+1:last+1], Segment{Literal, ""})}, true
}

// Shape is the same text for all patterns that have the same paths, and for no others.
func (p Pattern) Shape() string {
	shape := Pattern{}
	for _, s := range p.Segments {
		if s.Kind != Literal {
			s.Text = ""
		}
		shape.Segments = append(shape.Segments, s)
	}
	return shape.String()
}

// Shortest is the length in bytes of the shortest path that the pattern matches.
func (p Pattern) Shortest() int {
	n := 0
	for _, s := range p.Segments {
		n++
		switch s.Kind {
		case Literal:
			n += len(s.Text)
		case One:
			n++
		}
	}
	return n
}
