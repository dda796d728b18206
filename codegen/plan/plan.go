// Package plan makes every decision that can be made before the first request: the
// complete bytes of every response, the order of comparisons that tells routes
// apart, and the limits as the server will check them.
//
// Invariant: a Plan is complete. lower adds no field line, computes no length of a
// response and looks at no file; what it emits follows from the Plan alone.
package plan

import (
	"io/fs"

	"github.com/verbosel/verbosel/codegen/diag"
	"github.com/verbosel/verbosel/codegen/pattern"
	"github.com/verbosel/verbosel/codegen/site"
	"github.com/verbosel/verbosel/codegen/spec"
)

// Plan is a server, decided.
type Plan struct {
	Name      string // the spec's file, as given: for headings and messages
	Server    Server
	Responses []Response // in the order in which they were asked for; no two are equal
	Resources []Resource // what the request's fields choose a representation of
	Routes    []Route    // one for each path, in the order of the spec
	Columns   []Column   // what chooses among a route's responses
	Match     Match
	Prefixes  []Prefix // of folders, the longest first: what a path below one gets that is no route
	Fallbacks Fallbacks
	Health    Health
	HTTPS     []HTTPS // what Index.Blocks ask for, or without an Index the spec alone; empty where https is optional
	Auth      Auth    // no Users: everybody may see everything
	Values    []Value // of the environment, for the slots of responses
	Added     []Added // the first one is empty; none where no response has any

	StockFields []byte // how the header block of every stock response ends
	StockAdded  int    // and what is added to it, as Response.Added
}

// A Response is one complete answer: its header block, which ends with the empty
// line, and its content. On the wire it is Head, then Body; for HEAD it is Head.
//
// In isolation: connection, Head is the form for a connection that persists, and
// the server puts a Connection field in front of the empty line where one is due.
// Final responses always end the connection, and their Head says so.
type Response struct {
	Label                string // unique, for the listing: response_200, response_404_2
	Status               int    // 0 where the environment gives it
	Head                 []byte
	Body                 Content
	Blanks               []Blank // of a form, in the order of their places; its content is bytes, and never detached
	Slots                []Slot  // of one that is put together when the server starts, in the order of their places; as with Blanks
	Added                int     // index into Plan.Added: the fields that stand behind those of Head when it is sent
	Final                bool
	Fields206, Fields304 int  // of a resource's variant: where in Head these start; else 0
	Fields416            int  // likewise
	Stock                bool // the server's own, without content: Head ends with Plan.StockFields
	Pos                  diag.Pos
}

// Content is a body: bytes, or the whole of a file that is streamed when the image
// is written. Detached content is stored apart from the header block, under Label;
// responses with the same Label share it.
type Content struct {
	Bytes []byte
	File  string // name in the spec's fs.FS
	Size  int64  // bytes
	Sum   string // SHA-256 of it, where that is known
	Label string // of detached content; empty where it follows the header block
}

// A Route is a path and its response in each Column.
type Route struct {
	Label     string // unique, for the listing: route_api_health
	Path      string // as it stands in the request buffer after decoding; of a pattern as it is written
	Pattern   pattern.Pattern
	Responses []int   // index into Plan.Responses, one for each of Plan.Columns
	Guards    []Guard // of Responses, where the plan has some: then routes are found by an Index
	Quiet     bool    // not in the access log
	Resource  int     // index into Plan.Resources of what GET and HEAD get, or -1
	Page      bool    // they get it where the path looks like a page, and Responses where it does not
	Pos       diag.Pos
}

// Build decides everything about s. Files are read through fsys, the file system
// that s was parsed from; sites are what the routes with `dir`, or a file
// that GET gets, have become. Errors are
// a diag.List.
func Build(fsys fs.FS, s *spec.Spec, sites ...*site.Site) (*Plan, error) {
	b := newBuilder(fsys, s, sites)
	all := blocks(s, sites)
	p := &Plan{Name: s.File, Server: planServer(s.Server)}
	p.Columns = planColumns(all)
	b.block, b.indexed = all[0], isIndexed(all)
	p.StockFields = b.stockFields()
	b.stock = p.StockFields
	b.stockAdded = b.addedFields(nil, false)
	if b.indexed {
		p.Routes, p.Match.Index = b.planIndex(all, p.Columns)
	} else {
		p.Routes = everyLast(b.planRoutes(b.groups(), p.Columns))
		p.Match = planMatch(p.Routes)
		p.Prefixes = b.planPrefixes()
	}
	p.HTTPS = b.planHTTPS(all, p.Match.Index)
	p.Fallbacks = b.planFallbacks(all)
	b.auth.Asterisk = b.guard(s.Auth)
	p.Auth = b.auth
	p.Resources = b.resources
	p.Responses = b.layOut()
	p.Values = b.values
	if len(b.added) > 1 {
		p.Added, p.StockAdded = b.added, b.stockAdded
	}
	b.checkRendered()
	p.planHealth(s)
	if bad := p.Health.Err(s.Health.Pos); bad != nil && s.Health.Pos.Line > 0 {
		b.errs.Add(bad)
	}
	if err := b.errs.Err(); err != nil {
		return nil, err
	}
	return p, nil
}
