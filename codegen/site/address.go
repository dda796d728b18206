package site

import (
	"path"
	"strings"

	"github.com/verbosel/verbosel/codegen/spec"
)

// address gives every file its addresses, and makes the redirects to them. An address
// that two files claim is an error that names both.
func (b *builder) address() error {
	owner := map[string]*file{}
	for _, f := range b.files {
		claims := claimsOf(b.dir, b.route.Path, f.name)
		for _, c := range claims {
			if other := owner[c.path]; other != nil {
				b.errs.add("rename one of the two, or exclude it", "%s and %s both answer %s", other.shown, f.shown, c.path)
				continue
			}
			owner[c.path] = f
			b.checkLength(f, c.path)
			c.file = f
			b.claims = append(b.claims, c)
		}
	}
	return nil
}

// checkLength refuses an address that no request can ask for.
func (b *builder) checkLength(f *file, path string) {
	if b.opts.MaxPath > 0 && len(path) > b.opts.MaxPath {
		b.errs.add("shorten it, or raise server.limits.head",
			"the address of %s has %d bytes, and a request's head has room for %d", f.shown, len(path), b.opts.MaxPath)
	}
}

// claim is an address that a file answers, or redirects from.
type claim struct {
	path, redirect string
	file           *file
}

// claimsOf lists the addresses of a file: the first is its own.
func claimsOf(dir *spec.Dir, prefix, name string) []claim {
	self := spec.PathOf(prefix, name)
	folder, base := path.Split(self)
	stem, isPage := strings.CutSuffix(base, ".html")
	switch {
	case dir.Index != "" && path.Base(name) == dir.Index:
		return indexClaims(dir, folder, self)
	case dir.CleanURLs && isPage && strings.Trim(stem, ".") != "":
		return pageClaims(dir, folder+stem, self)
	}
	return []claim{{path: self}}
}

// indexClaims: a folder's page has the folder's address.
func indexClaims(dir *spec.Dir, folder, self string) []claim {
	own, other := folder, strings.TrimSuffix(folder, "/")
	if dir.TrailingSlash == spec.SlashNever && other != "" {
		own, other = other, own
	}
	claims := []claim{{path: own}}
	if other != "" {
		claims = append(claims, claim{path: other, redirect: own})
	}
	if dir.CleanURLs {
		return append(claims, claim{path: self, redirect: own})
	}
	return append(claims, claim{path: self})
}

// pageClaims: a page with a clean URL has its name without .html.
func pageClaims(dir *spec.Dir, own, self string) []claim {
	var other string
	switch dir.TrailingSlash {
	case spec.SlashAlways:
		own, other = own+"/", own
	case spec.SlashNever:
		other = own + "/"
	}
	claims := []claim{{path: own}}
	if other != "" {
		claims = append(claims, claim{path: other, redirect: own})
	}
	return append(claims, claim{path: self, redirect: own})
}
