package sitefiles

import "strconv"

// checkReached reports a rule that no request reaches: earlier ones, or files, have its paths.
func (s *Resolved) checkReached(i int, has func(string) bool) {
	rule := &s.rules.Rules[i]
	earlier, file := -1, false
	for _, p := range rule.Patterns {
		if w := s.winner(p); w != i {
			earlier = w
		} else if rule.Force || !isFile(p, has) {
			return
		} else {
			file = true
		}
	}
	switch {
	case file:
		hint := "remove the rule, or the file"
		if rule.IsRedirect() || rule.Status == 200 {
			hint += "; a status with an exclamation mark, such as 301!, wins over files"
		}
		s.rules.mistakeAt(rule.Pos, hint, "this rule is for no request: %s is answered by a file, and Netlify prefers files", rule.Path)
	default:
		other := s.rules.Rules[earlier]
		s.rules.mistakeAt(rule.Pos, "put it in front of that rule, or remove one of the two", "this rule is for no request: %s in line %d, which comes first, has all of its paths", other.Path, other.Pos.Line)
	}
}

// maxSteps is how many redirects in a row are followed; browsers give up after about 20. So
// they do where the address grows beyond maxAddress bytes.
const (
	maxSteps   = 20
	maxAddress = 8 << 10
)

// checkLoops reports redirects that lead in a circle.
func (s *Resolved) checkLoops(has func(string) bool) {
	reported := map[int]bool{}
	for _, c := range s.Cells {
		if !c.Rule.IsRedirect() {
			continue
		}
		path, steps := c.Target, []*Rule{c.Rule}
		for len(steps) <= maxSteps {
			at, ok := local(path)
			if !ok {
				break
			}
			rule, next := s.Match(at, has)
			if rule == nil || !rule.IsRedirect() {
				break
			}
			path, steps = next, append(steps, rule)
			if len(path) > maxAddress {
				break
			}
		}
		if (len(steps) > maxSteps || len(path) > maxAddress && len(steps) > 1) && !reported[c.Rule.Pos.Line] {
			s.reportLoop(c, steps, reported)
		}
	}
}

// reportLoop reports a circle once, at the rule that its last steps come by first.
func (s *Resolved) reportLoop(c Cell, steps []*Rule, reported map[int]bool) {
	first := steps[len(steps)-1]
	for _, rule := range steps {
		if reported[rule.Pos.Line] {
			return
		}
	}
	for _, rule := range steps[len(steps)/2:] {
		reported[rule.Pos.Line] = true
		if rule.Pos.Line < first.Pos.Line {
			first = rule
		}
	}
	what := "this rule redirects to a path that it is for itself"
	for _, rule := range steps[len(steps)/2:] {
		if rule != first {
			what = "this rule and that in line " + strconv.Itoa(rule.Pos.Line) + " redirect to each other"
		}
	}
	s.rules.mistakeAt(first.Pos, "clients would loop: choose another target", "%s", what)
	reported[c.Rule.Pos.Line] = true
}
