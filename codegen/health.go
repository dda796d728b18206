package codegen

import (
	"regexp"
	"slices"
)

// healthPaths are asked for first, where they are there.
var healthPaths = []string{"/healthz", "/health", "/"}

// plainPath is a path that means itself in a URL, whoever reads it.
var plainPath = regexp.MustCompile(`^/[A-Za-z0-9._~/-]*$`)

// HealthPath is a path at which a GET is answered with 2xx, under whatever name the server is
// asked, so that it shows that the server works; empty where there is none.
func (r *Result) HealthPath() string {
	var paths []string
	for i := range r.Spec.Routes {
		route := &r.Spec.Routes[i]
		if route.Dir == nil && route.Answers("GET") && route.Status/100 == 2 {
			paths = append(paths, route.Path)
		}
	}
	for _, s := range r.Sites {
		for _, res := range s.Resources {
			if s.Host == "" && res.Redirect == "" {
				paths = append(paths, res.Path)
			}
		}
	}
	paths = slices.DeleteFunc(paths, func(p string) bool { return !plainPath.MatchString(p) })
	for _, p := range healthPaths {
		if slices.Contains(paths, p) {
			return p
		}
	}
	if len(paths) == 0 {
		return ""
	}
	return slices.Min(paths)
}
