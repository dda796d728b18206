package site

import (
	"path"
	"strings"
	"time"

	"github.com/verbosel/verbosel/codegen/spec"
)

// describe decides about each file what does not depend on its content.
func (b *builder) describe() error {
	for _, f := range b.files {
		r := &f.resource
		r.File, r.Pos = f.shown, b.dir.Pos
		r.Type, r.Fields, f.guessed = describeFile(b.route, b.dir, f.nameForRules(), b.immutable[f])
		r.LastModified = b.lastModified(f)
	}
	return nil
}

// nameForRules is the name that patterns look at: the page of a folder is a page.
func (f *file) nameForRules() string {
	if f.made != nil {
		return f.name + defaultIndexName
	}
	return f.name
}

// defaultIndexName is what a folder's page that was made would be called.
const defaultIndexName = "index.html"

// describeFile returns the type and the fields of a file, and whether the type is but a
// guess by its name. The content is known to be immutable under its name, or is not.
func describeFile(route spec.Route, dir *spec.Dir, name string, immutable bool) (typ string, fields []spec.Header, guessed bool) {
	fields = route.Headers
	for _, rule := range dir.HeadersFor {
		if matches(rule.Glob, name) {
			fields = override(fields, rule.Headers)
		}
	}
	if strings.EqualFold(path.Ext(name), ".svgz") && find(fields, contentEncoding) < 0 {
		fields = append(fields[:len(fields):len(fields)], spec.Header{Name: contentEncoding, Value: spec.CodingGzip, Pos: dir.Pos})
	}
	fields, typ = withoutType(fields)
	if typ == "" {
		typ, guessed = typeOf(dir, plainName(name, fields))
	}
	if find(fields, "Cache-Control") < 0 {
		if h := cacheField(dir, name, immutable); h.Value != "" {
			fields = append(fields, h)
		}
	}
	return typ, fields, guessed
}

const contentEncoding = "Content-Encoding"

// plainName is a file's name without the suffix of a content coding that its fields say it
// is in: app.wasm.br has the type of app.wasm.
func plainName(name string, fields []spec.Header) string {
	i := find(fields, contentEncoding)
	if i < 0 {
		return name
	}
	for _, coding := range strings.Split(fields[i].Value, ",") {
		name = strings.TrimSuffix(name, extensions[strings.ToLower(strings.TrimSpace(coding))])
	}
	return name
}

// typeOf is the type by the longest key that a name has, or a guess, the built-in one.
func typeOf(dir *spec.Dir, name string) (typ string, guessed bool) {
	best := spec.TypeRule{Type: spec.TypeByName(name)}
	for _, rule := range dir.Types {
		if len(rule.Key) > len(best.Key) && hasType(rule, name) {
			best = rule
		}
	}
	return best.Type, best.Key == ""
}

// hasType reports whether a rule is about a file.
func hasType(rule spec.TypeRule, name string) bool {
	base := strings.ToLower(path.Base(name))
	return base == rule.Key || rule.Key[0] == '.' && strings.HasSuffix(base, rule.Key)
}

// override returns the fields with others in front of those of the same name.
func override(fields, others []spec.Header) []spec.Header {
	out := make([]spec.Header, 0, len(fields)+len(others))
	for _, h := range fields {
		if find(others, h.Name) < 0 {
			out = append(out, h)
		}
	}
	return append(out, others...)
}

// withoutType returns a copy of the fields without Content-Type, and its value.
func withoutType(fields []spec.Header) (rest []spec.Header, typ string) {
	for _, h := range fields {
		if strings.EqualFold(h.Name, "Content-Type") {
			typ = h.Value
			continue
		}
		rest = append(rest, h)
	}
	return rest, typ
}

func find(fields []spec.Header, name string) int {
	for i, h := range fields {
		if strings.EqualFold(h.Name, name) {
			return i
		}
	}
	return -1
}

// IsLifetime: the field says how long a response may be kept (RFC 9111, 5.2 and 5.3;
// RFC 9213).
func IsLifetime(name string) bool {
	return strings.EqualFold(name, "Expires") || spec.IsCacheControl(name)
}

// cacheField is a file's Cache-Control: that of the first rule that matches, or the
// built-in one.
func cacheField(dir *spec.Dir, name string, immutable bool) spec.Header {
	h := spec.Header{Name: "Cache-Control", Pos: dir.Pos}
	for _, rule := range dir.Cache {
		if matches(rule.Glob, name) {
			h.Value, h.Pos = rule.Value, rule.Pos
			return h
		}
	}
	switch {
	case !dir.DefaultCache:
	case immutable:
		h.Value = spec.CacheImmutable
	default:
		h.Value = spec.CacheRevalidate
	}
	return h
}

// lastModified is when a file changed, as the spec wants it to be known. HTTP dates
// have whole seconds (RFC 9110 5.6.7).
func (b *builder) lastModified(f *file) time.Time {
	switch b.dir.LastModified.From {
	case spec.ModifiedDate:
		return b.dir.LastModified.Time
	case spec.ModifiedMtime:
		if t := f.info.ModTime(); !t.IsZero() {
			return t.UTC().Truncate(time.Second)
		}
	case spec.ModifiedGit:
		return b.gitTime(f)
	}
	return time.Time{}
}

func (b *builder) gitTime(f *file) time.Time {
	if f.made != nil {
		return time.Time{}
	}
	if b.opts.GitTime == nil {
		b.errs.add("choose mtime or a date", "last_modified: there is no git to ask about %s", f.shown)
		return time.Time{}
	}
	t, err := b.opts.GitTime(b.source(f))
	if err != nil {
		b.errs.add("choose mtime or a date, or build in a git repository", "last_modified: %s: %v", f.shown, err)
		return time.Time{}
	}
	if t.IsZero() {
		return t
	}
	return t.UTC().Truncate(time.Second)
}
