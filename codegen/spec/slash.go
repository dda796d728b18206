package spec

import "github.com/verbosel/verbosel/codegen/pattern"

// slashKey decodes trailing_slash of a route that is no folder's, and returns the other
// keys.
func (d *decoder) slashKey(r *Route, keys []field) []field {
	var other []field
	for _, f := range keys {
		if f.key.text != "trailing_slash" {
			other = append(other, f)
			continue
		}
		r.Slash = Slash(d.choice(f.value, "trailing_slash", string(SlashExact), string(SlashAny)))
		if r.Slash == SlashAny && r.Pattern.Exact {
			d.report(f.key, "remove one of the two", "{$} says that the path is meant with its slash, and trailing_slash the opposite")
		}
	}
	return other
}

// addSlashes adds, for each route that is meant with and without a slash at its end, the
// one with the other path. A route that says so itself must have that path for itself; for
// others, byDefault says it, and of those that could have the path the nearest one has it.
func addSlashes(routes []Route, byDefault Slash) []Route {
	isDefault := func(r *Route) bool { return r.Slash == "" && byDefault == SlashAny && !r.Pattern.Exact }
	nearest := map[routeKey]int{}
	claim := func(r *Route, p pattern.Pattern) {
		for _, m := range r.Methods {
			k := routeKey{p.Shape(), m}
			if n, ok := nearest[k]; !ok || nearness(r.Pattern, p) < n {
				nearest[k] = nearness(r.Pattern, p)
			}
		}
	}
	for i := range routes {
		r := &routes[i]
		if r.Path == "" {
			continue
		}
		claim(r, r.Pattern)
		if other, ok := r.Pattern.OtherSlash(); ok && r.Dir == nil && isDefault(r) {
			claim(r, other)
		}
	}
	out := routes
	for _, r := range routes {
		if r.Dir != nil || r.Path == "" {
			continue // a folder, or reported already
		}
		other, ok := r.Pattern.OtherSlash()
		if !ok {
			continue
		}
		twin := r
		twin.Pattern, twin.Path = other, other.String()
		if isDefault(&r) {
			twin.Methods = nil
			for _, m := range r.Methods {
				if nearest[routeKey{other.Shape(), m}] == nearness(r.Pattern, other) {
					twin.Methods = append(twin.Methods, m)
				}
			}
		} else if r.Slash != SlashAny {
			continue
		}
		if len(twin.Methods) > 0 {
			out = append(out, twin)
		}
	}
	return out
}

// nearness orders the patterns that could have the paths of other by default: a route of those
// paths, /a for /a/, /a// for it or /a/ for /a, and /a/{rest...} for /a.
func nearness(p, other pattern.Pattern) int {
	switch {
	case p.Shape() == other.Shape():
		return 0
	case len(p.Segments) < len(other.Segments):
		return 1
	case p.Segments[len(p.Segments)-1].Kind == pattern.Literal:
		return 2
	}
	return 3
}
