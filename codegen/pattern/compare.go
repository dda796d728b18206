package pattern

// Relation is how the paths of two patterns relate.
type Relation uint8

// The relations of p to q.
const (
	Equal    Relation = iota
	Narrower          // every path of p is one of q, and q has more
	Wider             // the other way round
	Overlap           // some paths are of both, and each has some of its own
	Disjoint          // no path is of both
)

// Compare says how p's paths relate to q's.
func Compare(p, q Pattern) Relation {
	known := Equal
	for i := 0; ; i++ {
		switch {
		case i == len(p.Segments) || i == len(q.Segments):
			if len(p.Segments) != len(q.Segments) {
				return Disjoint
			}
			return known
		case p.Segments[i].Kind == Rest && q.Segments[i].Kind == Rest:
			return known
		case p.Segments[i].Kind == Rest:
			return known.And(Wider)
		case q.Segments[i].Kind == Rest:
			return known.And(Narrower)
		}
		known = known.And(compareSegments(p.Segments[i], q.Segments[i]))
		if known == Disjoint {
			return Disjoint
		}
	}
}

func compareSegments(s, t Segment) Relation {
	switch {
	case s.Kind == t.Kind && (s.Kind == One || s.Text == t.Text):
		return Equal
	case s.Kind == t.Kind:
		return Disjoint
	case s.Kind == One && t.Text != "":
		return Wider
	case t.Kind == One && s.Text != "":
		return Narrower
	}
	return Disjoint // no empty segment is One
}

// And is the relation of what relates as r in one respect, and as s in another.
func (r Relation) And(s Relation) Relation {
	switch {
	case r == Disjoint || s == Disjoint:
		return Disjoint
	case r == Equal || r == s:
		return s
	case s == Equal:
		return r
	}
	return Overlap
}

// Meet is the pattern of the paths that are of both; they must not be disjoint.
func Meet(p, q Pattern) Pattern {
	var out Pattern
	for i := 0; ; i++ {
		switch {
		case i == len(p.Segments):
			return out
		case p.Segments[i].Kind == Rest:
			out.Segments = append(out.Segments, q.Segments[i:]...)
			return out
		case q.Segments[i].Kind == Rest:
			out.Segments = append(out.Segments, p.Segments[i:]...)
			return out
		case p.Segments[i].Kind == One:
			out.Segments = append(out.Segments, q.Segments[i])
		default:
			out.Segments = append(out.Segments, p.Segments[i])
		}
	}
}
