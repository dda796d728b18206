package emitted

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"
)

// A golden file is a txtar archive: a comment, then the sections
//
//	routes.yaml          a spec that listens on 127.0.0.1:${PORT:-8080}; where it has
//	                     isolation: request it is run in the other isolations too
//	FILE, FILE.esc       what the spec names; .esc is golden text (see Unescape)
//	NAME.request         what the client sends on a connection of its own
//	NAME.response        all that comes back, in the spec's own isolation
//	NAME.connection      the same in isolation: connection and proof, where it is different
//
// Requests and responses are golden text. In responses GoldenDate stands for a Date that
// the server wrote while it was asked. Lines in front that begin with "# " say what
// the case is about. Lines of their own mean:
//
//	<wait>               the client waits here until the server has read everything
//	<half-close>         the last line of a request: the client shuts its side down at
//	                     once, not only when the response is there
//	<whole>              the first line of a request: it is sent in one segment only,
//	                     because the response depends on how it arrives
//	<close>              the last line of a response: the server closes the connection
//	                     by itself; without it, it waits for the client
const (
	markWait      = "<wait>"
	markHalfClose = "<half-close>"
	markWhole     = "<whole>"
	markClose     = "<close>"
)

var markers = []string{markWait, markHalfClose, markWhole, markClose}

// goldenFile is a parsed golden file.
type goldenFile struct {
	path    string
	archive *txtar.Archive
	site    fstest.MapFS // the spec and its files, in isolation: request
	cases   []*goldenCase
}

// goldenCase is a request and what is expected for it.
type goldenCase struct {
	name      string
	parts     [][]byte // of the request: the client waits between them
	halfClose bool
	whole     bool
	want      map[string]answer // by isolation
}

// answer is what comes back on a connection.
type answer struct {
	bytes  []byte
	closed bool // by the server
}

func parseGolden(path string) (*goldenFile, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	f := &goldenFile{path: path, archive: txtar.Parse(data), site: fstest.MapFS{}}
	for _, section := range f.archive.Files {
		if err := f.section(section); err != nil {
			return nil, fmt.Errorf("%s: section %s: %w", path, section.Name, err)
		}
	}
	for _, c := range f.cases {
		if c.parts == nil {
			return nil, fmt.Errorf("%s: orphan: %s has no request", path, c.name)
		}
		if _, ok := c.want["request"]; !ok && c.want["connection"].bytes != nil {
			return nil, fmt.Errorf("%s: orphan: %s.connection without %[2]s.response", path, c.name)
		}
	}
	return f, nil
}

// GoldenRequests are the requests of the golden files of a folder, each as one piece:
// seeds for what is random.
func GoldenRequests(folder string) ([][]byte, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.txtar"))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("no golden files in %s: %v", folder, err)
	}
	var out [][]byte
	for _, path := range files {
		f, err := parseGolden(path)
		if err != nil {
			return nil, err
		}
		for _, c := range f.cases {
			out = append(out, bytes.Join(c.parts, nil))
		}
	}
	return out, nil
}

func (f *goldenFile) section(s txtar.File) (err error) {
	name, kind := s.Name, ""
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		name, kind = name[:i], name[i+1:]
	}
	switch kind {
	case "request":
		return f.find(name).request(s.Data)
	case "response":
		return f.find(name).expect("request", s.Data)
	case "connection":
		return f.find(name).expect("connection", s.Data)
	case "esc":
		data, err := Unescape(s.Data)
		f.site[name] = &fstest.MapFile{Data: data}
		return err
	}
	f.site[s.Name] = &fstest.MapFile{Data: s.Data}
	return nil
}

// find returns the case called name, new where there is none.
func (f *goldenFile) find(name string) *goldenCase {
	for _, c := range f.cases {
		if c.name == name {
			return c
		}
	}
	c := &goldenCase{name: name, want: map[string]answer{}}
	f.cases = append(f.cases, c)
	return c
}

func (c *goldenCase) request(text []byte) error {
	if c.parts != nil {
		return fmt.Errorf("a second request of this name")
	}
	var part bytes.Buffer
	add := func() error {
		b, err := Unescape(part.Bytes())
		c.parts = append(c.parts, b)
		part.Reset()
		return err
	}
	_, text = comment(text)
	for line := range bytes.Lines(text) {
		switch mark := string(bytes.TrimSuffix(line, []byte("\n"))); {
		case c.halfClose:
			return fmt.Errorf("%s is not the last line", markHalfClose)
		case mark == markWhole && c.parts == nil && part.Len() == 0:
			c.whole = true
		case mark == markHalfClose:
			c.halfClose = true
		case mark == markWait:
			if err := add(); err != nil {
				return err
			}
		default:
			part.Write(line)
		}
	}
	return add()
}

func (c *goldenCase) expect(isolation string, text []byte) (err error) {
	if _, twice := c.want[isolation]; twice {
		return fmt.Errorf("a second section of this name")
	}
	var a answer
	_, text = comment(text)
	text, a.closed = bytes.CutSuffix(text, []byte(markClose+"\n"))
	a.bytes, err = Unescape(text)
	c.want[isolation] = a
	return err
}

// comment cuts the lines in front that begin with "# ".
func comment(text []byte) (lines, rest []byte) {
	rest = text
	for bytes.HasPrefix(rest, []byte("# ")) {
		_, rest, _ = bytes.Cut(rest, []byte("\n"))
	}
	return text[:len(text)-len(rest)], rest
}

// wanted is what the case expects in an isolation; what a connection gets does not depend on which process answers.
func (c *goldenCase) wanted(isolation string) (answer, bool) {
	if isolation == Proof.Isolation {
		isolation = Connection.Isolation
	}
	if a, ok := c.want[isolation]; ok {
		return a, true
	}
	a, ok := c.want["request"]
	return a, ok
}

// text is the answer as a section.
func (a answer) text() []byte {
	out := Escape(a.bytes)
	if a.closed {
		out = append(out, markClose+"\n"...)
	}
	return out
}
