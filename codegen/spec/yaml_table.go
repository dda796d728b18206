package spec

import "fmt"

// keySet finds duplicate keys: by comparison in small tables, by a map in large
// ones.
type keySet struct{ big map[string]*node }

const smallTable = 8

// find returns the key of the same text in the table, or nil, and remembers key.
func (s *keySet) find(n *node, key *node) *node {
	if s.big == nil && len(n.fields) < smallTable {
		for _, f := range n.fields {
			if f.key.text == key.text && !f.key.merge {
				return f.key
			}
		}
		return nil
	}
	if s.big == nil {
		s.big = make(map[string]*node, 2*smallTable)
		for _, f := range n.fields {
			s.big[f.key.text] = f.key
		}
	}
	if old, ok := s.big[key.text]; ok {
		return old
	}
	s.big[key.text] = key
	return nil
}

// addField appends an entry. A duplicate key is reported, and the first one stays.
func (p *yamlParser) addField(n *node, seen *keySet, key, value *node) {
	if p.fatal != nil {
		return
	}
	if old := seen.find(n, key); old != nil && !key.merge {
		p.list.Add(p.src.errorAt(key.line, key.col,
			fmt.Sprintf("duplicate key %q: it is already in line %d", key.text, old.line),
			"remove one of the two"))
		return
	}
	n.fields = append(n.fields, field{key, value})
	p.weigh(n, key)
	p.weigh(n, value)
}

// merge replaces `<<: *base` by the entries of base that the table does not have
// itself (YAML 1.1's merge key, which most people know). A list of mappings is
// merged in order: the first that has a key wins.
func (p *yamlParser) merge(n *node) {
	for i, f := range n.fields {
		if !f.key.merge {
			continue
		}
		own := append(n.fields[:i:i], n.fields[i+1:]...)
		n.fields = p.merged(own, f.value)
		p.merge(n) // a second << is as good as a list
		return
	}
}

func (p *yamlParser) merged(own []field, base *node) []field {
	bases := []*node{base}
	if base.kind == kindList {
		bases = base.items
	}
	have := make(map[string]bool, len(own))
	for _, f := range own {
		have[f.key.text] = true
	}
	for _, b := range bases {
		if b.kind != kindTable {
			p.fatalAt(b, "`<<` merges a mapping, this is "+b.kind.String())
			return own
		}
		for _, f := range b.fields {
			if !have[f.key.text] {
				have[f.key.text] = true
				own = append(own, f)
			}
		}
	}
	return own
}
