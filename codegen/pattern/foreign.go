package pattern

import (
	"fmt"
	"strings"
	"sync"

	"github.com/verbosel/verbosel/codegen/internal/lazy"
)

// A habit is a spelling of another tool, which would be a literal text here.
type habit struct {
	like    *lazy.Regexp // of a segment, or where whole is set of the whole path
	what    string       // what it is
	literal string       // how the same is written where it is meant literally
	name    string       // the pattern's part of like that has a name: $1, or a name
	rest    bool         // it takes all that is left where it stands at the end
}

// segmentHabits are looked for in each segment, in this order. They are compiled where one is looked for: most runs of the
// program need none.
var segmentHabits = sync.OnceValue(func() []habit {
	return []habit{
		{lazy.New(`\{\{\s*\.?(\w*)\s*\}\}`), "a placeholder of a template", "%7B%7B and %7D%7D are literal braces", "$1", false},
		{lazy.New(`^\{\*+(\w*)\}$|^\{(\w+)[*+]\}$`), "a wildcard as in other routers", "%7B and %7D are literal braces", "$1$2", true},
		{lazy.New(`^\{(\w+):path\}$`), "a parameter of several segments, as in Starlette", "%7B and %7D are literal braces", "$1", true},
		{lazy.New(`^\{(\w+)[:?=<].*\}$`), "a parameter with a condition", "%7B and %7D are literal braces", "$1", false},
		{lazy.New(`^\[\[?\.\.\.(\w+)\]?\]$`), "a file name of a catch-all route", "%5B and %5D are literal brackets", "$1", true},
		{lazy.New(`^\[(\w+)\]$`), "a file name of a dynamic route", "%5B and %5D are literal brackets", "$1", false},
		{lazy.New(`^<path:(\w+)>$`), "a parameter as in Python's routers", "%3C and %3E are literal angle brackets", "$1", true},
		{lazy.New(`^<(?:\w+:)?(\w+)>$`), "a parameter as in Python's routers", "%3C and %3E are literal angle brackets", "$1", false},
		{lazy.New(`^:splat$`), "a placeholder of a redirect rule", "%3A is a literal colon", "rest", true},
		{lazy.New(`^:(\w+)[*+]$`), "a parameter as in Express", "%3A is a literal colon", "$1", true},
		{lazy.New(`^:(\w+)`), "a parameter as in Express", "%3A is a literal colon", "$1", false},
		{lazy.New(`\.[*+]|\\[dwsDWS.]|\(\?|\(.*\||\[\^?\w-\w.*\][+*]?|\[\^.*\]|\(.*\)[+*?]?$|^\^|\$$`), "a regular expression",
			"%24, %28, %29, %2A, %2B, %5B, %5C, %5D and %5E are literal characters", "", true},
		{lazy.New(`\$(?:host|hostname|http_host|request_uri|uri|document_uri|args|query_string|is_args|scheme|server_name|server_port|remote_addr|https|request_filename|arg_\w+|http_\w+)\b|^\$\d`),
			"a variable of nginx", "%24 is a literal dollar sign", "", true},
		{lazy.New(`^%\{[A-Z_]+\}$`), "a variable of Apache", "%25, %7B and %7D are literal characters", "", true},
		{lazy.New(`^\*+(\w*)$`), "a wildcard as in other tools", "%2A is a literal asterisk", "$1", true},
		{lazy.New(`^\*|\*$`), "a wildcard as in other tools", "%2A is a literal asterisk", "", false},
	}
})

type wordInFront struct {
	like      *lazy.Regexp
	msg, hint string // of the word, %[1]s, and what follows it: as it is written here, %[2]s, or as it stands, %[3]s
}

// inFront are words that other tools have in front of a path.
var inFront = sync.OnceValue(func() []wordInFront {
	return []wordInFront{
		{lazy.New(`^(=|\^~) +(/.*)$`), "%q is a modifier of nginx in front of the path", "write %[2]s"},
		{lazy.New(`^(~\*?) *(\^?/.*)$`), "%q makes a regular expression of the path in nginx, and there are none here", "write %[2]s"},
		{lazy.New(`^(~\*?) *([^/^ ].*)$`), "%q makes a regular expression of the path in nginx, and there are none here", "name each path, or serve a folder with dir: no pattern looks at a part of a segment"},
		{lazy.New(`^(!) *(\^?/.*)$`), "%q is a negation, and there is none here", "write the paths that are meant: where * is all others, a route for %[2]s wins, as the more specific one"},
		{lazy.New("^(Host)\\(`([^`]*)`\\)$"), "%q is a rule of Traefik", "write it in hosts: { %[3]s: { routes: [...] } }, on the first level"},
		{lazy.New("^(PathPrefix)\\(`(/[^`]*?)/?`\\)$"), "%q is a rule of Traefik", "write %[2]s and %[2]s/{rest...}"},
		{lazy.New("^(Path)\\(`(/[^`]*)`\\)$"), "%q is a rule of Traefik", "write %[2]s"},
		{lazy.New(`^((?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,})(/.*)$`), "%q is a host in front of the path", "write `path: %[2]s` in hosts: { %[1]s: { routes: [...] } }"},
		{lazy.New(`^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) +(/.*)$`), "a method in front of the path: %s", "write `path: %[2]s` and `method: %[1]s`"},
	}
})

// foreign finds what another tool would understand in another way.
func foreign(raw string) *Error {
	for _, f := range inFront() {
		if m := f.like.FindStringSubmatch(raw); m != nil {
			return &Error{fmt.Sprintf(f.msg, m[1]), strings.NewReplacer("%[1]s", m[1], "%[2]s", respell(m[2]), "%[3]s", m[2]).Replace(f.hint)}
		}
	}
	for i, text := range segments(raw) {
		if h := habitOf(text); h != nil && (i > 0 || text != "") {
			return &Error{fmt.Sprintf("%q looks like %s", strings.ReplaceAll(text, anySegment, "[^/]+"), h.what),
				"write " + respell(raw) + more(raw) + "; " + h.literal}
		}
	}
	return nil
}

// optional is a last segment that need not be there.
var optional = lazy.New(`^(.+)/(?::\w+|\{\w+)\?\}?$`)

// partial is a parameter with text around it: none is a part of a segment here.
var partial = lazy.New(`^(?:[^:*]+\*|\*\.\w+|:\w+[-.~].+|:\w+\(\..*)$`)

// more is what the spelling alone does not say.
func more(raw string) string {
	if m := optional.FindStringSubmatch(raw); m != nil {
		return ", and a route for " + respell(m[1]) + " too"
	}
	for _, text := range segments(raw) {
		if partial.MatchString(text) {
			return ", which is any segment there, whole"
		}
	}
	return ""
}

// Respell is a path as it is probably meant, in the syntax of Parse.
func Respell(raw string) string {
	for _, f := range inFront() {
		if m := f.like.FindStringSubmatch(raw); m != nil {
			raw = m[2]
			break
		}
	}
	return respell(raw)
}

// anySegment stands for a regular expression that has a slash in it.
const anySegment = `[^\x2f]+`

// segments cuts a path; what begins without a slash has an empty one in front too.
func segments(raw string) []string {
	raw = strings.NewReplacer("[^/]+", anySegment, "[^/]*", anySegment, `\/`, "/", "(/|$)", "/").Replace(raw)
	return strings.Split(strings.TrimPrefix(raw, "/"), "/")
}

func habitOf(text string) *habit {
	habits := segmentHabits()
	for i := range habits {
		if habits[i].like.MatchString(text) {
			return &habits[i]
		}
	}
	return nil
}

// respell is the path in the syntax of this package, as far as that can be told.
func respell(raw string) string {
	texts := segments(strings.TrimSuffix(strings.TrimPrefix(raw, "^"), "$"))
	var out strings.Builder
	used := map[string]bool{}
	for i, text := range texts {
		if i == len(texts)-1 && text == "?" {
			break // an optional slash
		}
		out.WriteByte('/')
		h := habitOf(text)
		if h == nil {
			out.WriteString(text)
			continue
		}
		last := i == len(texts)-1
		rest := h.rest && last && (h.what != "a regular expression" || strings.Contains(text, ".*") || strings.Contains(text, ".+"))
		name := nameOf(h, text, rest)
		for used[name] {
			name += "2"
		}
		used[name] = true
		if rest {
			name += "..."
		}
		out.WriteString("{" + name + "}")
		if rest {
			break
		}
	}
	return out.String()
}

// nameOf is the name that the segment has in the other tool, or one that says what it is.
func nameOf(h *habit, text string, rest bool) string {
	m := h.like.FindStringSubmatchIndex(text)
	name := string(h.like.ExpandString(nil, h.name, text, m))
	switch {
	case isName(name):
		return name
	case rest:
		return "rest"
	}
	return "name"
}
