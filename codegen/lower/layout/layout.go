package layout

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/plan"
)

// Layout is what a server has, and where it keeps what.
type Layout struct {
	Plan     *plan.Plan
	Detached bool    // some content is stored apart from its header block
	Shapes   []Shape // of all forms, in the order in which they come

	AddedVaries bool // not all responses have the same fields of plan.Added

	HasMarkdown   bool // some resource has a form in Markdown
	RefusesNoHTML bool // some resource is only for requests that accept HTML
}

// Of says of a plan what its server has.
func Of(p *plan.Plan) *Layout {
	return &Layout{
		Plan:          p,
		Shapes:        shapesOf(p.Responses),
		Detached:      slices.ContainsFunc(p.Responses, func(r plan.Response) bool { return r.Body.Label != "" }),
		HasMarkdown:   slices.ContainsFunc(p.Resources, func(r plan.Resource) bool { return r.HasMarkdown() }),
		RefusesNoHTML: slices.ContainsFunc(p.Resources, func(r plan.Resource) bool { return r.NoHTML >= 0 }),
		AddedVaries:   slices.ContainsFunc(p.Responses, func(r plan.Response) bool { return r.Added != p.Responses[0].Added }),
	}
}
