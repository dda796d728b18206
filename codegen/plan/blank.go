package plan

import (
	"fmt"
	"strings"

	"github.com/verbosel/verbosel/codegen/diag"
	"github.com/verbosel/verbosel/codegen/pattern"
	"github.com/verbosel/verbosel/codegen/spec"
)

// A Blank is a place in the bytes of a response where something is put in when it is sent.
// Without what the blanks get, the bytes are those that Head and Body have.
type Blank struct {
	At   int // offset in Head; blanks stand in their order, several may have the same
	What Filling
}

// Filling is what a blank gets. What is taken from the request is percent-encoded where
// a URI cannot have it as it is (RFC 3986, 2): no byte below 0x21 or above 0x7e and no
// quotation mark ever gets into a header field.
type Filling struct {
	What    FillingKind
	Segment int  // FillCapture: the number of the path's segment, from 0
	Rest    bool // FillCapture: from there to the end of the path, slashes included
	InQuery bool // of a path, behind a question mark: what separates parameters there is encoded
	Value   int  // FillValue: index into Plan.Values
}

// FillingKind says what of a request a blank gets.
type FillingKind uint8

// The kinds.
const (
	FillQuery        FillingKind = iota + 1 // the query with its question mark; nothing where there is none
	FillArguments                           // the query without it
	FillPath                                // the path, as the server decoded it: it begins with a slash
	FillLocalPath                           // the same, but of a path that begins with two slashes there is a 400: it would name a host
	FillHost                                // the host that was asked for, without its port
	FillCapture                             // what stands at a parameter of the route, nothing where the path has none
	FillLocalCapture                        // the same, but there is a 400 where it begins with a slash
	FillValue                               // what the environment has for a slot, as it is
)

// MaxFilled is how many bytes of a response's blanks there is room for, at least; of more
// there is a 414. limits.head can make it less: three bytes for each of the head.
const MaxFilled = 8 << 10

// maxSegments is how many of a path's segments can be kept at most.
const maxSegments = 16

// Form says that the response has blanks.
func (r *Response) Form() bool { return len(r.Blanks) > 0 }

// filling is what a part's blank gets, behind the text that the value has so far; false
// for one that gets nothing.
func (b *builder) filling(p spec.Part, before string, m *message) (Filling, bool) {
	switch p.Blank {
	case spec.BlankQuery:
		return Filling{What: FillQuery}, true
	case spec.BlankArguments:
		return Filling{What: FillArguments}, true
	case spec.BlankHost:
		return Filling{What: FillHost}, true
	case spec.BlankPath:
		if before == "" {
			return Filling{What: FillLocalPath}, true
		}
		return Filling{What: FillPath, InQuery: strings.Contains(before, "?")}, true
	case spec.BlankCapture:
		return b.capture(p.Name, before, m)
	}
	panic(fmt.Sprintf("BUG: blank %q", p.Blank))
}

// capture has the match keep where the segment of a name is, for a route of the message's
// pattern. It is false where the pattern has no such name, as the path without a slash at
// its end that {name...} has with trailing_slash: any.
func (b *builder) capture(name, before string, m *message) (Filling, bool) {
	i := m.pattern.Index(name)
	if i < 0 {
		return Filling{}, false
	}
	if i >= maxSegments {
		b.errs.Add(&diag.Error{Pos: m.pos, Msg: fmt.Sprintf("{%s} is the path's segment number %d", name, i+1),
			Hint: fmt.Sprintf("the places of the first %d segments are kept: use one of those", maxSegments)})
		return Filling{}, false
	}
	b.segments = max(b.segments, i+1)
	f := Filling{What: FillCapture, Segment: i, Rest: m.pattern.Segments[i].Kind == pattern.Rest, InQuery: strings.Contains(before, "?")}
	if before == "/" {
		f.What = FillLocalCapture
	}
	return f, true
}
