package codegen

import (
	"fmt"
	"slices"

	"github.com/verbosel/verbosel/codegen/diag"
	"github.com/verbosel/verbosel/codegen/pattern"
	"github.com/verbosel/verbosel/codegen/site"
	"github.com/verbosel/verbosel/codegen/spec"
)

// collectBlock does so for the routes of one host, and returns them with those that folders
// have of their own.
func collectBlock(r *Result, host string, routes []spec.Route) ([]spec.Route, error) {
	built := map[*spec.Dir]bool{}
	var added []spec.Route
	for _, route := range routes {
		if route.Dir == nil && (route.File == nil || built[route.File]) {
			continue // no file, or that of a route which is meant with and without a slash
		}
		built[route.File] = true
		opts := r.opts.Site
		opts.MaxPath = int(r.Spec.Server.Limits.Head) - len("HEAD  HTTP/1.1\r\n\r\n")
		s, err := site.Build(r.opts.context(), r.fsys, route, opts)
		if err != nil {
			return nil, err
		}
		for _, s := range append([]*site.Site{s}, s.Rewrites...) {
			s.Host = host
			r.Sites = append(r.Sites, s)
		}
		added = append(added, s.Routes...)
	}
	if err := checkAdded(routes, added).Err(); err != nil {
		return nil, err
	}
	protection := spec.NewProtection(routes)
	for i := range added {
		added[i].Auth = protection.Of(added[i].Pattern, added[i].Auth) // a pattern within the folder may have its own
		added[i].Open = added[i].Open && added[i].Auth == nil
	}
	return slices.Concat(routes, added), nil
}

// checkAdded compares the routes of a folder's _redirects with those of the spec: a path that
// both answer must be more of one than of the other.
func checkAdded(own, added []spec.Route) diag.List {
	var bad diag.List
	reported := map[diag.Pos]bool{}
	for _, a := range added {
		for _, o := range own {
			if o.Dir != nil || !o.Answers("GET") || reported[a.Pos] {
				continue
			}
			relation := pattern.Compare(a.Pattern, o.Pattern)
			if relation == pattern.Equal || relation == pattern.Overlap {
				reported[a.Pos] = true
				bad.Add(&diag.Error{Pos: a.Pos, Msg: fmt.Sprintf("the route %s in line %d of %s answers %s, too", o.Path, o.PathPos.Line, o.PathPos.File, pattern.Meet(a.Pattern, o.Pattern)),
					Hint: "remove one of the two"})
			}
		}
	}
	return bad
}
