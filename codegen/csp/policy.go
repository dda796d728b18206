package csp

import (
	"slices"
	"strings"
)

// Policy is one policy (CSP Level 3, section 2.2): directives in their order, the first of
// each name, in lower case, with their values.
type Policy struct {
	names  []string
	values map[string][]string
}

// Edit applies f to each policy of a field's value, in which commas separate them (CSP Level
// 3, section 2.2.3), and returns the new value.
func Edit(value string, f func(*Policy)) string {
	list := strings.Split(value, ",")
	for i, text := range list {
		p := parse(text)
		f(p)
		list[i] = p.String()
	}
	return strings.Join(list, ", ")
}

func parse(text string) *Policy {
	p := &Policy{values: map[string][]string{}}
	for directive := range strings.SplitSeq(text, ";") {
		words := strings.Fields(directive)
		if len(words) == 0 {
			continue
		}
		if name := strings.ToLower(words[0]); !p.has(name) {
			p.names = append(p.names, name)
			p.values[name] = words[1:]
		}
	}
	return p
}

func (p *Policy) has(name string) bool { return slices.Contains(p.names, name) }

// Allow adds sources to the first of chain, which is what a browser looks at first, then the
// next, and so on: where the first is not there, it is made, with what was in force. Where
// none is there, everything is allowed, and stays so.
func (p *Policy) Allow(sources []string, chain ...string) {
	own := chain[0]
	inForce, some := p.inForce(chain)
	if !some {
		return
	}
	if !p.has(own) {
		p.names = append(p.names, own)
	}
	kept := slices.DeleteFunc(slices.Clone(inForce), func(s string) bool { return strings.EqualFold(s, "'none'") })
	for _, s := range sources {
		if !slices.Contains(kept, s) {
			kept = append(kept, s)
		}
	}
	p.values[own] = kept
}

// inForce are the sources of the first directive of a chain that is there.
func (p *Policy) inForce(chain []string) (sources []string, some bool) {
	for _, name := range chain {
		if p.has(name) {
			return p.values[name], true
		}
	}
	return nil, false
}

// String is the policy as a field's value has it.
func (p *Policy) String() string {
	var list []string
	for _, name := range p.names {
		list = append(list, strings.Join(append([]string{name}, p.values[name]...), " "))
	}
	return strings.Join(list, "; ")
}
