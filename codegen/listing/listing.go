package listing

import (
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
)

// Options say how a listing is made.
type Options struct {
	// Source names what the program was made from, for the heading.
	Source string
	// Side is the beginning of the names of side files: with "server", long bytes of
	// the program go to server.LABEL.bin, which the listing includes. Without it
	// all bytes stand in the listing.
	Side string
	// Files is what short files are read from, so that they stand in the listing
	// too. Without it every file comes by incbin.
	Files fs.FS
	// Color adds the escape sequences of ECMA-48 for a terminal.
	Color bool
}

// inlineLimit is the number of bytes of a body from which on it comes by incbin:
// about a screen of text.
const inlineLimit = 1024

// Listing is a program as text.
type Listing struct {
	// Side holds the contents of the files that incbin takes and that only the
	// listing has, by name; nil where there are none. They must lie in the folder
	// in which nasm runs.
	Side map[string][]byte

	lines  []line
	places map[string]string // label inside a routine: the routine
	names  []string          // routines and data, in order
	color  bool
}

// WriteTo writes the listing.
func (l *Listing) WriteTo(w io.Writer) (int64, error) {
	var total int64
	for chunk := range slices.Chunk(l.lines, 256) {
		p := &page{color: l.color}
		for _, line := range chunk {
			line.draw(p)
			p.newline()
		}
		n, err := io.WriteString(w, p.String())
		total += int64(n)
		if err != nil {
			return total, err
		}
	}
	return total, nil
}

// Bytes returns the listing's text.
func (l *Listing) Bytes() []byte {
	var b sliceWriter
	if _, err := l.WriteTo(&b); err != nil {
		panic(fmt.Sprintf("BUG: writing to memory: %v", err))
	}
	return b
}

type sliceWriter []byte

func (w *sliceWriter) Write(p []byte) (int, error) {
	*w = append(*w, p...)
	return len(p), nil
}

// Names returns what Routine takes: the routines and the data, in the listing's order.
func (l *Listing) Names() []string { return slices.Clone(l.names) }

// Routine returns the part of the listing that is one routine, from its label to the
// next routine, or one datum. A label inside a routine stands for the routine. Side
// is left out. It fails where there is no such name.
func (l *Listing) Routine(name string) (*Listing, error) {
	owner := name
	if routine, ok := l.places[name]; ok {
		owner = routine
	}
	part := &Listing{color: l.color}
	for _, line := range l.lines {
		if line.owner == owner && owner != "" {
			part.lines = append(part.lines, line)
		}
	}
	if len(part.lines) == 0 {
		return nil, fmt.Errorf("no routine or datum %q in the listing; %s", name, l.hint())
	}
	return part, nil
}

// hint names some routines, for a message.
func (l *Listing) hint() string {
	const some = 8
	names := strings.Join(l.names[:min(some, len(l.names))], ", ")
	if more := len(l.names) - some; more > 0 {
		return fmt.Sprintf("there are %s and %d more", names, more)
	}
	return "there are " + names
}
