package sitefiles

import (
	"regexp"
	"slices"
	"strings"

	"github.com/verbosel/verbosel/codegen/spec"
)

// compile makes what matches the rule's paths.
func (h *Headers) compile(rule *HeaderRule) (msg, hint string) {
	var re strings.Builder
	re.WriteString("^")
	for _, segment := range strings.Split(rule.Path[1:], "/") {
		re.WriteString("/")
		if msg, hint := h.segment(rule, &re, segment); msg != "" {
			return msg, hint
		}
	}
	text := re.String() + "$"
	if h.dialect == Netlify {
		text = netlifyEnd(re.String())
	}
	rule.match = regexp.MustCompile(text)
	if p, msg, _ := parseSource(h.dialect, rule.Path); msg == "" {
		rule.Patterns = both(h.dialect, p)
	}
	return "", ""
}

// netlifyEnd: letters are of any case, a slash at the end may be there or not, and a star
// at the end is for nothing, too.
func netlifyEnd(text string) string {
	text = "(?i)" + text
	if rest, ok := strings.CutSuffix(text, "/(.*)"); ok {
		return rest + "(?:/(.*))?$"
	}
	return strings.TrimSuffix(text, "/") + "/?$"
}

// segment adds what matches a segment.
func (h *Headers) segment(rule *HeaderRule, re *strings.Builder, text string) (msg, hint string) {
	for text != "" {
		name := placeholder.FindString(text)
		switch at := strings.Index(text, name); {
		case text[0] == '*':
			if slices.Contains(rule.names, splat) && h.dialect == Cloudflare {
				return "two stars in a path", "Cloudflare takes one: write two rules"
			}
			rule.names = append(rule.names, splat)
			re.WriteString("(.*)")
			text = text[1:]
		case name != "" && at == 0:
			if slices.Contains(rule.names, name[1:]) && h.dialect == Cloudflare {
				return "the name " + name + " stands in the path twice", "give each parameter a name of its own"
			}
			rule.names = append(rule.names, name[1:])
			re.WriteString("([^/]+)")
			text = text[len(name):]
		default:
			end := len(text)
			if star := strings.IndexByte(text, '*'); star >= 0 {
				end = star
			}
			if name != "" {
				end = min(end, at)
			}
			path, msg, hint := spec.NormalPath("/" + text[:end])
			if msg != "" {
				return msg, hint
			}
			re.WriteString(regexp.QuoteMeta(path[1:]))
			text = text[end:]
		}
	}
	return "", ""
}
