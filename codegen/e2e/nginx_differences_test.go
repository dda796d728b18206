package e2e

import (
	"slices"
	"strings"
)

// expectedDifference is what differs for a reason: a section of an RFC that allows
// what we do or forbids what nginx does.
type expectedDifference struct {
	requests    []string // their names
	aspect      string
	ours, nginx string
	classes     []string // of files; none: every file
	why         string
}

// matches reports whether a difference is this one.
func (d expectedDifference) matches(k differenceKey, classes []string) bool {
	if !slices.Contains(d.requests, k.request) || d.aspect != k.aspect || d.ours != k.ours || d.nginx != k.nginx {
		return false
	}
	if d.classes == nil {
		return len(classes) == len(fileClasses) || slices.Equal(classes, noFile)
	}
	return slices.Equal(d.classes, classes)
}

// files names the files for the table.
func (d expectedDifference) files() string {
	switch {
	case slices.ContainsFunc(addressRequests, func(r comparedRequest) bool { return r.name == d.requests[0] }):
		return ""
	case d.classes == nil:
		return "every file"
	case slices.Equal(d.classes, hasContent):
		return "every file with content"
	}
	return strings.Join(d.classes, ", ")
}

var (
	noFile  = []string{""} // of requests that are not about a file
	isEmpty = []string{"empty"}
	isCoded = []string{"html", "css", "js", "svg", "text", "large"} // those with an encoding
)

// hasContent are all files but the empty one.
var hasContent = []string{"html", "css", "js", "svg", "png", "text", "large", "binary", "space", "percent", "UTF-8", "index", "nested"}

var expectedDifferences = []expectedDifference{
	{[]string{"POST alone", "PUT alone", "DELETE alone", "TRACE"}, "Allow", "GET, HEAD, OPTIONS", "", nil,
		"RFC 9110, 15.5.6: a 405 must have Allow"},
	{[]string{"OPTIONS alone"}, "status", "204", "405", nil,
		"RFC 9110, 9.3.7: OPTIONS is answered"},
	{[]string{"unknown method"}, "status", "501", "405", nil,
		"RFC 9110, 9.1: 501 where a method is not known at all"},

	{[]string{"If-Match own, If-Unmodified-Since older"}, "status", "200", "412", nil,
		"RFC 9110, 13.1.4: If-Unmodified-Since is not evaluated beside If-Match"},
	{[]string{"If-None-Match own, If-Modified-Since older"}, "status", "304", "200", nil,
		"RFC 9110, 13.1.3: If-Modified-Since is not evaluated beside If-None-Match"},
	{[]string{"If-None-Match in two lines"}, "status", "304", "400", nil,
		"RFC 9110, 5.3 and 13.1.2: a list may come in several lines"},
	{[]string{"If-Unmodified-Since invalid", "If-Unmodified-Since lower case"}, "status", "200", "412", nil,
		"RFC 9110, 13.1.4: what is no date is ignored"},

	{[]string{"HEAD Range"}, "status", "200", "206", hasContent,
		"RFC 9110, 14.2: Range is ignored but with GET"},
	{[]string{"Range bytes= 0-3"}, "status", "200", "206", hasContent,
		"RFC 9110, 14.1.1: no space there; what is not valid is ignored (14.2)"},
	{[]string{"Range twice"}, "status", "200", "206", hasContent,
		"RFC 9110, 5.3: two lines are two ranges; nginx serves the first"},
	{[]string{"Range bytes=0-99999999999999999999999"}, "status", "206", "416", hasContent,
		"RFC 9110, 14.1.2: a last position beyond the end is the end, however large"},
	{[]string{"Range bytes=5-2", "Range bytes=x"}, "status", "200", "416", nil,
		"RFC 9110, 14.1.1 and 14.2: a range that is not valid is ignored"},
	{[]string{"Range bytes=0-3", "Range bytes=0-0", "Range bytes=0-99999999", "Range bytes=-0", "If-Range own",
		"If-Range same date", "gzip, Range"}, "status", "416", "200", isEmpty,
		"RFC 9110, 14.1.2: no first position lies in empty content"},

	{[]string{"Accept-Encoding *"}, "Content-Encoding", "gzip", "", isCoded,
		"RFC 9110, 12.5.3: * stands for every coding"},
	{[]string{"Accept-Encoding identity, gzip;q=0.1"}, "Content-Encoding", "", "gzip", isCoded,
		"RFC 9110, 12.5.3 and 12.4.2: identity has the higher weight"},

	{[]string{"folder without index"}, "status", "404", "403", nil,
		"RFC 9110, 15.5.4 and 15.5.5: what is not there is not forbidden"},
	{[]string{"dot segment", "dot segments", "escaped dot segments"}, "status", "404", "200", nil,
		"RFC 9110, 17.3; RFC 3986, 6.2.2.3: clients resolve dot segments; the server has no path to climb"},
	{[]string{"dot segments out of the root"}, "status", "404", "400", nil,
		"RFC 9110, 17.3; RFC 3986, 6.2.2.3: likewise"},
	{[]string{"two slashes"}, "status", "404", "200", nil,
		"RFC 3986, 3.3: an empty segment is a segment: another resource"},
	{[]string{"escaped slash"}, "status", "404", "200", nil,
		"RFC 3986, 2.2 and 3.3: %2F is a character of a segment, not the slash between two"},
	{[]string{"NUL"}, "status", "404", "400", nil,
		"RFC 3986, 2.1: %00 is an escape like others; no file has it in its name"},
	{[]string{"dotfile"}, "status", "404", "200", nil,
		"RFC 9110, 17.3: what begins with a dot is left out unless the spec says otherwise"},
	{[]string{"ready-made encoding"}, "status", "404", "200", nil,
		"RFC 9110, 8.4: it is a coding of notes.txt, no resource of its own"},
}
