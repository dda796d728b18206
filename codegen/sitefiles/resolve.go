package sitefiles

import (
	"fmt"
	"slices"

	"github.com/verbosel/verbosel/codegen/diag"
	"github.com/verbosel/verbosel/codegen/pattern"
)

// Cell is paths that one rule answers alike.
type Cell struct {
	Pattern pattern.Pattern
	Rule    *Rule
	Target  string // as a redirect of the spec has it, with the names of Pattern in braces
}

// maxCells bounds what overlapping patterns can become: what they have in common is found two by two.
const maxCells = 1000

// Resolved is rules without their order.
type Resolved struct {
	Cells []Cell
	rules *Redirects
	first *pattern.Set // the rules' patterns, by number
	owner []int        // of each number, the rule's place
}

// Resolve turns rules of which the first that matches counts into patterns of which the most
// specific one does. Others are patterns whose paths are to be told apart from the rest.
// has says which paths files have.
func (r *Redirects) Resolve(others []pattern.Pattern, has func(path string) bool) (*Resolved, diag.List) {
	r.found = nil
	out := &Resolved{rules: r, first: pattern.NewSet()}
	all := cells{byShape: map[string]bool{}, patterns: pattern.NewSet()}
	for i := range r.Rules {
		out.add(i)
		for _, p := range r.Rules[i].Patterns {
			all.add(p)
		}
	}
	for _, p := range others {
		if out.answers(p) || slices.ContainsFunc(out.first.Touching(p), func(n int) bool { return !r.Rules[out.owner[n]].IsRedirect() }) {
			all.add(p)
		}
	}
	if !all.close() {
		r.mistakeAt(r.Rules[0].Pos, "begin their paths with segments that are given", "the rules overlap in too many ways: telling them apart takes more than %d patterns", maxCells)
		return out, r.findings()
	}
	for _, p := range all.list {
		if c, ok := out.cell(p, has); ok {
			out.Cells = append(out.Cells, c)
		}
	}
	for i := range r.Rules {
		out.checkReached(i, has)
	}
	if len(r.found) == 0 {
		out.checkLoops(has)
	}
	return out, r.findings()
}

// add gives the patterns of a rule numbers, unless an earlier rule has the same paths.
func (s *Resolved) add(rule int) {
	for _, p := range s.rules.Rules[rule].Patterns {
		if _, added := s.first.Add(p, len(s.owner)); added {
			s.owner = append(s.owner, rule)
		}
	}
}

// winner is the place of the first rule that is for all paths of a pattern, or -1.
func (s *Resolved) winner(p pattern.Pattern) int {
	best := -1
	for _, n := range s.first.Covering(p) {
		if best < 0 || s.owner[n] < best {
			best = s.owner[n]
		}
	}
	return best
}

func (s *Resolved) answers(p pattern.Pattern) bool { return s.winner(p) >= 0 }

// cell is what the paths of a pattern get; false where no rule is for them, or a file is.
func (s *Resolved) cell(p pattern.Pattern, has func(string) bool) (Cell, bool) {
	i := s.winner(p)
	if i < 0 {
		return Cell{}, false
	}
	rule := &s.rules.Rules[i]
	if !rule.Force && isFile(p, has) {
		return Cell{}, false
	}
	for _, q := range rule.Patterns {
		switch pattern.Compare(p, q) {
		case pattern.Equal:
			return Cell{q, rule, rule.target(s.rules.dialect, q, q)}, true
		case pattern.Narrower:
			p = named(p)
			return Cell{p, rule, rule.target(s.rules.dialect, p, q)}, true
		}
	}
	panic("BUG: a rule that wins has no pattern for it")
}

// isFile says that a file has the path of a pattern, with a slash at its end or without one:
// only rules of Netlify's ask, which does not tell them apart.
func isFile(p pattern.Pattern, has func(string) bool) bool {
	if !p.IsLiteral() {
		return false
	}
	other, ok := p.OtherSlash()
	return has(p.String()) || ok && has(other.String())
}

// named is a pattern whose parameters have names of their own.
func named(p pattern.Pattern) pattern.Pattern {
	p.Segments = slices.Clone(p.Segments)
	for i := range p.Segments {
		if p.Segments[i].Kind != pattern.Literal {
			p.Segments[i].Text = fmt.Sprintf("part%d", i+1)
		}
	}
	return p
}

// Takes says that a rule answers a path though a file has it.
func (s *Resolved) Takes(path string) bool {
	i := s.winner(pattern.Of(path))
	return i >= 0 && s.rules.Rules[i].Force
}

// Match is the first rule for a path, nil for none, and where it leads. has is as in Resolve.
func (s *Resolved) Match(path string, has func(string) bool) (*Rule, string) {
	c, ok := s.cell(pattern.Of(path), has)
	if !ok {
		return nil, ""
	}
	return c.Rule, c.Target
}

// cells are patterns that are closed under what two of them have in common.
type cells struct {
	list     []pattern.Pattern
	byShape  map[string]bool
	patterns *pattern.Set // those that are not literal, by place
}

func (c *cells) add(p pattern.Pattern) {
	if shape := p.Shape(); !c.byShape[shape] {
		c.byShape[shape] = true
		if !p.IsLiteral() {
			c.patterns.Add(p, len(c.list))
		}
		c.list = append(c.list, p)
	}
}

// close adds what two patterns have in common of which neither has all of the other; it is
// false where that is too much.
func (c *cells) close() bool {
	added := len(c.list)
	for i := 0; i < len(c.list); i++ {
		if c.list[i].IsLiteral() {
			continue
		}
		for _, j := range c.patterns.Touching(c.list[i]) {
			if j < i && pattern.Compare(c.list[i], c.list[j]) == pattern.Overlap {
				c.add(pattern.Meet(c.list[i], c.list[j]))
			}
		}
		if len(c.list)-added > maxCells {
			return false
		}
	}
	return true
}
