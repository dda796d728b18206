package sitefiles

import (
	"strings"

	"github.com/verbosel/verbosel/codegen/internal/lazy"
	"github.com/verbosel/verbosel/codegen/pattern"
	"github.com/verbosel/verbosel/codegen/spec"
)

// checkTarget says what is wrong with where a rule leads.
func (r *Redirects) checkTarget(rule *Rule) {
	names := rule.Patterns[0].Names()
	switch target := rule.Target; {
	case !isTarget(target):
		r.mistakeAt(rule.TargetAt, "write /"+target+", or a URL", "the target %q begins neither with / nor with http:// or https://", target)
	case strings.HasPrefix(target, "//") && r.dialect == Netlify:
		r.mistakeAt(rule.TargetAt, "write one slash, or https:", "a target that begins with two slashes names a host")
	case strings.Contains(target, ":"+splat) && rule.Patterns[0].Index(splat) < 0:
		r.mistakeAt(rule.TargetAt, "end the path with /*", "the target has :splat, and the path no star")
	case !rule.IsRedirect() && isURL(target):
		r.mistakeAt(rule.TargetAt, "write 301 to redirect, or let what is in front of the server proxy", "a server that is made from a folder does not proxy to another origin")
	case r.dialect == Cloudflare && foreverSource.MatchString(rule.Path) && foreverTarget.MatchString(target):
		r.mistakeAt(rule.Pos, "remove the rule, and write spa: index.html in the spec for pages of an application", "Cloudflare refuses this as a loop without end: it shortens %s, and the rule is for that again", target)
	default:
		r.checkNames(rule, names)
	}
}

// What Cloudflare takes for a loop: it answers /index.html with a redirect to /.
var (
	foreverSource = lazy.New(`/\*?$`)
	foreverTarget = lazy.New(`^/(.*/)?index(\.html)?$`)
)

// checkNames refuses names that are the beginning of others: hosts replace :a in :ab.
func (r *Redirects) checkNames(rule *Rule, names []string) {
	for _, a := range names {
		for _, b := range names {
			if a != b && strings.HasPrefix(b, a) && strings.Contains(rule.Target, ":"+b) {
				r.mistakeAt(rule.TargetAt, "choose names that do not begin alike", "the host takes :%s in the target for :%s and %q", b, a, b[len(a):])
				return
			}
		}
	}
	if rule.Captures() {
		r.checkCaptures(rule, names)
	}
}

// part is a piece of a target: text as it stands, or a parameter of the path.
type part struct{ text, name string }

// parts takes a target apart: only what the path has is a parameter.
func parts(target string, names []string) []part {
	var out []part
	text := ""
	for i := 0; i < len(target); {
		name := nameAt(target[i:], names)
		if name == "" {
			text += target[i : i+1]
			i++
			continue
		}
		if text != "" {
			out = append(out, part{text: text})
		}
		out, text, i = append(out, part{name: name}), "", i+1+len(name)
	}
	if text != "" {
		out = append(out, part{text: text})
	}
	return out
}

// nameAt is the longest parameter that a text begins with, or "".
func nameAt(text string, names []string) string {
	best := ""
	for _, name := range names {
		if strings.HasPrefix(text, ":"+name) && len(name) > len(best) {
			best = name
		}
	}
	return best
}

// target is where a rule leads from the paths of p, which are paths of q, a pattern of the
// rule: a target of the spec, with the names that p has in braces.
func (r *Rule) target(d Dialect, p, q pattern.Pattern) string {
	var out strings.Builder
	for _, part := range parts(r.Target, r.Patterns[0].Names()) {
		if part.name == "" {
			out.WriteString(braces.Replace(part.text))
		} else {
			out.WriteString(taken(p, q, part.name))
		}
	}
	text := out.String()
	if d == Cloudflare && !isURL(text) {
		path, rest := cutPath(text)
		return slashes.ReplaceAllString(path, "/") + rest
	}
	return text
}

var (
	braces  = strings.NewReplacer("{", "%7B", "}", "%7D")
	slashes = lazy.New(`/{2,}`)
)

// cutPath cuts a target in front of its query and its fragment.
func cutPath(target string) (path, rest string) {
	if i := strings.IndexAny(target, "?#"); i >= 0 {
		return target[:i], target[i:]
	}
	return target, ""
}

// taken is what a name of q stands for in the paths of p.
func taken(p, q pattern.Pattern, name string) string {
	i := q.Index(name)
	if i < 0 || i >= len(p.Segments) {
		return "" // of the path without a slash at its end that a star is for, too
	}
	if q.Segments[i].Kind == pattern.One {
		return written(p.Segments[i])
	}
	var texts []string
	for _, s := range p.Segments[i:] {
		texts = append(texts, written(s))
	}
	return strings.Join(texts, "/")
}

func written(s pattern.Segment) string {
	if s.Kind == pattern.Literal {
		return s.Text
	}
	return "{" + s.Text + "}"
}

// local is the path that a target names on the same server, for some request, or false.
func local(target string) (string, bool) {
	path, _ := cutPath(sampled.ReplaceAllString(target, spec.BlankSample))
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") {
		return "", false
	}
	normal, msg, _ := spec.NormalPath(path)
	return normal, msg == ""
}

// sampled are parameters of a target of the spec.
var sampled = lazy.New(`\{\w+\}`)
