package codegen

import (
	"io"

	"github.com/verbosel/verbosel/codegen/listing"
)

// Listing is a server as assembly.
type Listing = listing.Listing

// ListingOptions say how a listing is made.
type ListingOptions struct {
	Side  string // beginning of the names of side files for long bodies; empty for none
	Color bool   // for a terminal
}

// Listing gives the server as NASM source. Content that comes from a file of the
// spec is included by its name in the spec, unless it is short.
func (r *Result) Listing(opts ListingOptions) (*Listing, error) {
	_, object, err := r.whole()
	if err != nil {
		return nil, err
	}
	return listing.NASM(object, r.Image, listing.Options{
		Source: r.Spec.File, Side: opts.Side, Files: r.fsys, Color: opts.Color,
	})
}

// Disassemble gives the assembly of an ELF file of size bytes, of which nothing else
// is known; name is for the heading.
func Disassemble(r io.ReaderAt, size int64, name string, opts ListingOptions) (*Listing, error) {
	return listing.Disassemble(r, size, listing.Options{Source: name, Color: opts.Color})
}
