package site

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/verbosel/verbosel/codegen/internal/lazy"
	"github.com/verbosel/verbosel/codegen/spec"
)

// A file that is taken for immutable cannot be taken back for a year: so that needs
// evidence. It is one of these: the folder is one in which a build tool puts nothing else;
// the name has a hash in hexadecimal behind another part; every script and style of the
// folder has the form of a hash in its name; or the name looks random and another file of
// the site refers to it. Pages and service workers keep their names when they change.

// hashedFolders hold what build tools never change under its name: SvelteKit, Astro, Nuxt
// (but for its list of builds), Next.js.
var hashedFolders = []struct{ folder, except string }{
	{"_app/immutable/", ""}, {"_astro/", ""}, {"_nuxt/", "_nuxt/builds/"}, {"_next/static/", ""},
}

// conventional returns the folder of hashedFolders that a file is in, with what is above
// it; empty for none.
func conventional(name string) string {
	for _, c := range hashedFolders {
		at := strings.Index("/"+name, "/"+c.folder)
		if at >= 0 && (c.except == "" || !strings.HasPrefix(name[at:], c.except)) {
			return name[:at] + c.folder
		}
	}
	return ""
}

// serviceWorker is a name under which browsers look for a new version.
var serviceWorker = lazy.New(`(?i)(^|[-_.])(sw|service-?worker|ngsw-worker|safety-worker)([-_.]|$)`)

// fingerprints is the search for immutable files.
type fingerprints struct {
	*builder
	taken    map[string]int // by pattern
	doubtful []*file
}

// fingerprint finds the files that the built-in Cache-Control calls immutable.
func (b *builder) fingerprint() error {
	b.immutable = map[*file]bool{}
	p := &fingerprints{builder: b, taken: map[string]int{}}
	folders := map[string][]*file{}
	for _, f := range b.files {
		if !p.asks(f) {
			continue
		}
		if folder := conventional(f.name); folder != "" {
			p.take(f, folder+"**")
			continue
		}
		folders[path.Dir(f.name)] = append(folders[path.Dir(f.name)], f)
	}
	for _, files := range folders {
		p.judge(files)
	}
	p.askOthers()
	b.site.Immutable = groups(p.taken)
	left := map[string]int{}
	for _, f := range p.doubtful {
		left[patternOf(f.name)]++
	}
	b.site.Doubtful = groups(left)
	return b.ctx.Err()
}

// asks reports whether the built-in rule decides about a file, and may call it immutable.
func (p *fingerprints) asks(f *file) bool {
	if !p.dir.DefaultCache || isHTML(spec.TypeByName(f.name)) || serviceWorker.MatchString(path.Base(f.name)) {
		return false
	}
	return !slices.ContainsFunc(p.dir.Cache, func(rule spec.CacheRule) bool { return matches(rule.Glob, f.name) })
}

func (p *fingerprints) take(f *file, pattern string) {
	p.immutable[f] = true
	p.taken[pattern]++
}

// judge decides about the files of a folder as far as their names are enough.
func (p *fingerprints) judge(files []*file) {
	scripts, formed, random := 0, 0, 0
	for _, f := range files {
		if !isScriptOrStyle(f.name) {
			continue
		}
		scripts++
		if token := hashToken(f.name); isFingerprinted(f.name) || hasForm(token) {
			formed++
			if isFingerprinted(f.name) || isRandom(token) {
				random++
			}
		}
	}
	all := scripts > 1 && formed == scripts && random > 0
	for _, f := range files {
		token := hashToken(f.name)
		switch {
		case isFingerprinted(f.name), all && isScriptOrStyle(f.name), all && isRandom(token):
			p.take(f, patternOf(f.name))
		case isRandom(token) || isHash(stem(f.name)) || hasForm(token) && isShouted(token):
			p.doubtful = append(p.doubtful, f)
		}
	}
}

// askOthers takes those of the doubtful files that others refer to.
func (p *fingerprints) askOthers() {
	wanted := map[string]bool{}
	for _, f := range p.doubtful {
		if isRandom(hashToken(f.name)) || isHash(stem(f.name)) {
			wanted[path.Base(f.name)] = false
		}
	}
	if len(wanted) == 0 {
		return
	}
	p.findReferences(wanted)
	p.doubtful = slices.DeleteFunc(p.doubtful, func(f *file) bool {
		if !wanted[path.Base(f.name)] {
			return false
		}
		p.take(f, patternOf(f.name))
		return true
	})
	slices.SortFunc(p.doubtful, func(x, y *file) int { return strings.Compare(x.name, y.name) })
}

// groups sorts patterns: the most files first.
func groups(count map[string]int) []Group {
	var list []Group
	for pattern, n := range count {
		list = append(list, Group{pattern, n})
	}
	slices.SortFunc(list, func(x, y Group) int {
		return cmp.Or(cmp.Compare(y.Files, x.Files), strings.Compare(x.Pattern, y.Pattern))
	})
	return list
}
