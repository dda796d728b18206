package spec

import (
	"fmt"
	"slices"
	"strings"

	"github.com/verbosel/verbosel/codegen/pattern"
)

// A Part of a text is constant, or a blank that is filled when the text is sent, or a slot, which is
// when the server starts.
type Part struct {
	Text  string // constant; empty for a blank and a slot
	Blank Blank
	Name  string // BlankCapture: the parameter of the route's path
	Slot  *Slot  // nil for none; its At is 0
}

// Blank is what a part gets from the request.
type Blank string

// The blanks.
const (
	BlankNone      Blank = ""
	BlankQuery     Blank = "query with its question mark" // nothing where the request has none
	BlankArguments Blank = "query"
	BlankPath      Blank = "path"
	BlankHost      Blank = "host"
	BlankCapture   Blank = "capture" // nothing where the path has no segment for it
)

// targetBlanks are the names that every target can have in braces.
var targetBlanks = map[string]Blank{"query": BlankArguments, "path": BlankPath, "host": BlankHost}

// BlankSample stands for what a blank may get, where the whole text is looked at.
const BlankSample = "x"

// targetSample are samples of a request's parts.
var targetSample = map[Blank]string{BlankHost: "h", BlankPath: "/p", BlankArguments: "q=1", BlankQuery: "?q=1", BlankCapture: BlankSample}

// parseTarget takes the target of a redirect apart, for a route of a pattern; msg is "" for
// a good one.
func parseTarget(text string, p pattern.Pattern) (parts []Part, msg, hint string) {
	if msg, hint := foreignTarget(text, p); msg != "" {
		return nil, msg, hint
	}
	return plainTarget(text, p)
}

// plainTarget is parseTarget for what is no habit of another tool.
func plainTarget(text string, p pattern.Pattern) (parts []Part, msg, hint string) {
	parts, msg, hint = target(text, p)
	if msg == "" {
		msg, hint = badTarget(sample(parts))
	}
	if msg == "" {
		msg, hint = badParts(parts, p)
	}
	return parts, msg, hint
}

// RedirectTarget is the target of a redirect for a route of a pattern, with the request's query
// unless it has one; msg is "" for a good one.
func RedirectTarget(text string, p pattern.Pattern) (parts []Part, msg, hint string) {
	parts, msg, hint = parseTarget(text, p)
	return keepQuery(parts), msg, hint
}

// target finds the blanks of a text.
func target(text string, p pattern.Pattern) (parts []Part, msg, hint string) {
	rest := text
	for rest != "" {
		open := strings.IndexAny(rest, "{}")
		if open < 0 {
			return append(parts, Part{Text: rest}), "", ""
		}
		if open > 0 {
			parts = append(parts, Part{Text: rest[:open]})
		}
		end := strings.IndexByte(rest, '}')
		if rest[open] == '}' || end < 0 {
			return nil, "a brace without its other one in the target", "write %7B and %7D for literal braces"
		}
		part, ok := blankOf(rest[open+1:end], p)
		if !ok {
			return nil, fmt.Sprintf("{%s} in the target is nothing that the request has", rest[open+1:end]), blankNames(p)
		}
		parts = append(parts, part)
		rest = rest[end+1:]
	}
	return parts, "", ""
}

// blankOf is the blank of a name: a parameter of the path, or else what every request has.
func blankOf(name string, p pattern.Pattern) (Part, bool) {
	if slices.Contains(p.Names(), name) {
		return Part{Blank: BlankCapture, Name: name}, true
	}
	blank, ok := targetBlanks[name]
	return Part{Blank: blank}, ok
}

// blankNames says what can stand in braces.
func blankNames(p pattern.Pattern) string {
	names := p.Names()
	for _, name := range []string{"host", "path", "query"} {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	last := len(names) - 1
	return "write {" + strings.Join(names[:last], "}, {") + "} or {" + names[last] + "}; %7B and %7D for literal braces"
}

// badParts looks at where the blanks stand: what a client sends must not choose the host
// that it is sent to, its own Host field excepted.
func badParts(parts []Part, p pattern.Pattern) (msg, hint string) {
	before := ""
	for i, part := range parts {
		behind := parts[i+1:]
		switch {
		case part.Blank == BlankNone:
		case !fits(part.Blank, before, behind):
			return fmt.Sprintf("{%s} where none can stand", part.name()), blankHints[part.Blank]
		case before == "" && part.Blank == BlankPath && goesOn(behind) && matchesRoot(p):
			return "for the path / this target begins with two slashes, and would name a host", "write a target that begins with a text, or give / a route of its own and this one another path"
		case before == "/" && isRest(part, p) && goesOn(behind):
			return fmt.Sprintf("where {%s} is empty this target begins with two slashes, and would name a host", part.Name), fmt.Sprintf("put a text in front of {%s}, or nothing behind it", part.Name)
		}
		before += part.Text + part.sample()
	}
	return "", ""
}

func (p Part) name() string {
	if p.Blank == BlankCapture {
		return p.Name
	}
	return string(p.Blank)
}

// goesOn: what follows begins with a slash.
func goesOn(parts []Part) bool {
	return len(parts) > 0 && (parts[0].Blank == BlankPath || strings.HasPrefix(parts[0].Text, "/"))
}

func matchesRoot(p pattern.Pattern) bool {
	_, ok := p.Match("/")
	return ok
}

// isRest: the part may be empty.
func isRest(part Part, p pattern.Pattern) bool {
	return part.Blank == BlankCapture && p.Segments[p.Index(part.Name)].Kind == pattern.Rest
}

var blankHints = map[Blank]string{
	BlankHost:      "it ends the name of a host: write https://{host}{path}, or https://www.{host}/",
	BlankPath:      "it begins with a slash: write {path}, /archive{path} or https://example.com{path}",
	BlankArguments: "it is behind a question mark: write /search?{query}; the query goes along by itself where there is none in the target",
	BlankCapture:   "a parameter is a part of the path or of the query: write a slash in front of it",
}

// fits: a blank can stand between a text and the parts behind it.
func fits(b Blank, before string, behind []Part) bool {
	last := byte('/')
	if before != "" {
		last = before[len(before)-1]
	}
	switch place := placeOf(before); b {
	case BlankHost:
		return before != "" && place > inAuthority || place == inAuthority && endsHost(behind) && !strings.ContainsAny(before[strings.Index(before, "//"):], "@:%")
	case BlankPath:
		return before == "" || place == behindPath || place == inPath && last != '/' || place == inAuthority && (isAlnum(last) || last == ']')
	case BlankCapture:
		return before != "" && place > inAuthority
	default:
		return place == behindPath
	}
}

// place is a part of a URI-reference (RFC 3986, 4.1).
type place uint8

const (
	inScheme    place = iota // or in the first segment of a path, or where a host is missing
	inAuthority              // where a host's name still goes on
	inPath
	behindPath // in the query or the fragment
)

// placeOf is where what follows a text stands. Behind a scheme without two slashes, and behind
// two slashes and another one, clients take what follows for a host (WHATWG URL, 4.4).
func placeOf(text string) place {
	if strings.ContainsAny(text, "?#") {
		return behindPath
	}
	if scheme, rest, ok := strings.Cut(text, ":"); ok && !strings.Contains(scheme, "/") {
		if text = rest; !strings.HasPrefix(rest, "//") {
			return inScheme
		}
	}
	if authority, ok := strings.CutPrefix(text, "//"); ok {
		switch strings.IndexByte(authority, '/') {
		case -1:
			return inAuthority
		case 0:
			return inScheme
		}
		return inPath
	}
	if text == "" || strings.Contains(text, "/") {
		return inPath
	}
	return inScheme
}

// endsHost: what follows does not go on with the host's name.
func endsHost(parts []Part) bool {
	if len(parts) == 0 {
		return true
	}
	p := parts[0]
	return p.Blank == BlankPath || p.Text != "" && strings.IndexByte("/?#", p.Text[0]) >= 0
}

// keepQuery puts the request's query where a query goes, unless there is one.
func keepQuery(parts []Part) []Part {
	var out []Part
	for i, p := range parts {
		if p.Blank == BlankArguments || strings.Contains(p.Text, "?") {
			return parts
		}
		if before, fragment, ok := strings.Cut(p.Text, "#"); ok {
			if before != "" {
				out = append(out, Part{Text: before})
			}
			out = append(out, Part{Blank: BlankQuery}, Part{Text: "#" + fragment})
			return append(out, parts[i+1:]...)
		}
		out = append(out, p)
	}
	return append(out, Part{Blank: BlankQuery})
}

// sample is the target of some request.
func sample(parts []Part) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(p.Text + p.sample())
	}
	return b.String()
}

// sample is what some request, or environment, has for a part that is no text.
func (p Part) sample() string {
	if p.Slot != nil {
		return targetForms[p.Slot.Form].sample
	}
	return targetSample[p.Blank]
}

// samplePath is a path of a pattern.
func samplePath(p pattern.Pattern) string {
	for i, s := range p.Segments {
		if s.Kind != pattern.Literal {
			p.Segments = slices.Clone(p.Segments)
			p.Segments[i] = pattern.Segment{Text: BlankSample}
		}
	}
	return p.String()
}
