package spec

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
// others, byDefault says it, and a route that has the path keeps it.
func addSlashes(routes []Route, byDefault Slash) []Route {
	taken := map[routeKey]bool{}
	for _, r := range routes {
		for _, m := range r.Methods {
			if r.Path != "" {
				taken[routeKey{r.Pattern.Shape(), m}] = true
			}
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
		if r.Slash == "" && byDefault == SlashAny && !r.Pattern.Exact {
			twin.Methods = nil
			for _, m := range r.Methods {
				if !taken[routeKey{other.Shape(), m}] {
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
