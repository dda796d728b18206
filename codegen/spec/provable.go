package spec

import (
	"fmt"
	"slices"

	"github.com/verbosel/verbosel/codegen/diag"
	"github.com/verbosel/verbosel/codegen/internal/unproved"
)

// A Gap is a place in a spec with isolation: proof that asks for what no proof is found of in that isolation yet.
type Gap struct {
	Pos  diag.Pos
	What string // that is there
}

// Error is what is wrong with it, without the line of the spec.
func (g Gap) Error() *diag.Error {
	return &diag.Error{
		Pos: g.Pos, Msg: fmt.Sprintf("isolation: proof cannot have %s yet: no proof is found that one process keeps its clients apart then", g.What),
		Hint: "write isolation: connection: a process for each connection",
	}
}

// unprovable is what isolation: proof is without yet: what it is called, and where a spec has it. What a server of it is proved
// with loses its line here, and its case in testdata/spec/bad/proof_*.yaml, and gets a server in TestLoopServer of
// verify/prove.
var unprovable = []struct {
	what   string
	places func(*Spec) []diag.Pos
}{
	{"an access log beside hosts", func(s *Spec) []diag.Pos { return when(s.logs() && len(s.Hosts) > 0, s.Server.LogPos) }},
	{"an access log beside site_files", func(s *Spec) []diag.Pos {
		return routes(s, func(r *Route) bool {
			return s.logs() && r.Dir != nil && r.Dir.SiteFiles != SiteFilesUnsaid && r.Dir.SiteFiles != SiteFilesOff
		})
	}},
	{"access_log: combined beside auth", func(s *Spec) []diag.Pos { // common and json are proved, here and in the next line
		asks := s.Auth != nil || slices.ContainsFunc(s.AllRoutes(), func(r Route) bool { return r.Auth != nil })
		return when(s.Server.AccessLog == AccessLogCombined && asks, s.Server.LogPos)
	}},
	{"access_log: combined beside folders, files or redirects by a parameter", func(s *Spec) []diag.Pos {
		return routes(s, func(r *Route) bool {
			return s.Server.AccessLog == AccessLogCombined && (r.Dir != nil || r.Content.Form == FormFile || r.redirectsByCapture())
		})
	}},
	{"folders beside hosts", func(s *Spec) []diag.Pos {
		return routes(s, func(r *Route) bool { return len(s.Hosts) > 0 && r.Dir != nil })
	}},
	{"files as they are beside values from the environment", func(s *Spec) []diag.Pos {
		if !s.hasSlots() { // once: it looks at all routes
			return nil
		}
		return routes(s, func(r *Route) bool { return r.Dir != nil || r.Content.Form == FormFile })
	}},
}

// Gaps are what keeps the spec from isolation: proof; there are none in others.
func (s *Spec) Gaps() []Gap {
	if s.Server.Isolation != IsolationProof {
		return nil
	}
	var out []Gap
	for _, u := range unprovable {
		for _, at := range u.places(s) {
			if g := (Gap{at, u.what}); !slices.Contains(out, g) { // hosts have what the spec has
				out = append(out, g)
			}
		}
	}
	return out
}

// when is a place, where the spec has what is looked for.
func when(has bool, at diag.Pos) []diag.Pos {
	if !has {
		return nil
	}
	return []diag.Pos{at}
}

// routes are the places of routes that a spec or one of its hosts has.
func routes(s *Spec, has func(*Route) bool) []diag.Pos {
	var out []diag.Pos
	for _, r := range s.AllRoutes() {
		out = append(out, when(has(&r), r.Pos)...)
	}
	return out
}

// redirectsByCapture says whether a parameter of the path stands in a redirect's target.
func (r *Route) redirectsByCapture() bool {
	return slices.ContainsFunc(r.Redirect, func(p Part) bool { return p.Blank == BlankCapture })
}

// logs says whether there is an access log.
func (s *Spec) logs() bool { return s.Server.AccessLog != AccessLogOff }

// hasSlots says whether a value of the environment is in a response.
func (s *Spec) hasSlots() bool {
	for _, p := range s.slotted() {
		if len(p.slots) > 0 {
			return true
		}
	}
	return false
}

// checkProvable reports the gaps of a spec; tests may be without a proof.
func (d *decoder) checkProvable(s *Spec) {
	if unproved.Allowed() {
		return
	}
	for _, g := range s.Gaps() {
		e := g.Error()
		d.errs.Add(d.errorAt(e.Pos, e.Msg, e.Hint))
	}
}
