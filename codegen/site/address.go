package site

import (
	"path"
	"strings"

	"github.com/verbosel/verbosel/codegen/spec"
)

// address gives every file its addresses, and makes the redirects to them. An address
// that two files claim is an error that names both; a redirect from another spelling of
// an address gives way.
func (b *builder) address() error {
	owner := map[string]*file{}
	var weak []claim
	for _, f := range b.files {
		for _, c := range b.claimsFor(f) {
			c.file = f
			if c.weak {
				weak = append(weak, c)
				continue
			}
			if other := owner[c.path]; other != nil {
				if isSecondNotFound(other.name, f.name) {
					continue
				}
				b.errs.add("rename one of the two, or exclude it", "%s and %s both answer %s", other.shown, f.shown, c.path)
				continue
			}
			b.claim(owner, c)
		}
	}
	for _, c := range weak {
		if owner[c.path] == nil {
			b.claim(owner, c)
		}
	}
	return nil
}

// isSecondNotFound: of 404.html and the page of a folder 404 beside it, as generators write both,
// the former is what is shown, and has the address.
func isSecondNotFound(first, second string) bool {
	folder, base := path.Split(first)
	return base == notFoundPage && path.Dir(second) == folder+"404"
}

func (b *builder) claim(owner map[string]*file, c claim) {
	owner[c.path] = c.file
	b.checkLength(c.file, c.path)
	b.claims = append(b.claims, c)
}

// isIndex reports whether a file is its folder's page: of the names for that, the first
// that the folder has.
func (b *builder) isIndex(name string) bool {
	folder, base := path.Split(name)
	for _, index := range b.dir.Index {
		if index == base {
			return true
		}
		if b.file(folder+index) != nil {
			return false
		}
	}
	return false
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
	weak           bool // a redirect that gives way to any other claim
	file           *file
}

// claimsFor lists the addresses of a file or of a page that was made for a folder.
func (b *builder) claimsFor(f *file) []claim {
	if f.made != nil {
		return listingClaims(b.dir, spec.PathOf(b.route.Path, f.name))
	}
	return claimsOf(b.dir, b.route.Path, f.name, b.isIndex(f.name))
}

// listingClaims: a folder's page that has no name has the folder's address alone.
func listingClaims(dir *spec.Dir, folder string) []claim {
	claims := indexClaims(dir, folder, folder)
	return claims[:len(claims)-1]
}

// claimsOf lists the addresses of a file: the first is its own.
func claimsOf(dir *spec.Dir, prefix, name string, isIndex bool) []claim {
	self := spec.PathOf(prefix, name)
	folder, base := path.Split(self)
	stem, isPage := strings.CutSuffix(base, ".html")
	switch {
	case isIndex:
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
		claims = append(claims, claim{path: other, redirect: own, weak: true})
	}
	if dir.CleanURLs {
		return append(claims, claim{path: self, redirect: own})
	}
	return append(claims, claim{path: self})
}

// pageClaims: a page with a clean URL has its name without .html. With a slash behind it,
// or without one, that is redirected; not with keep, where a folder of the name has a page.
func pageClaims(dir *spec.Dir, own, self string) []claim {
	other := own + "/"
	if dir.TrailingSlash == spec.SlashAlways {
		own, other = other, own
	}
	return []claim{{path: own}, {path: other, redirect: own, weak: true}, {path: self, redirect: own}}
}
