package lower

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// What differs by the request's query alone: a redirect that takes it along is a plain
// response for a request that has none, and a form for one that has. A plan with such
// forms has each column of its routes twice, the second time for requests with a query, so
// that those without one cost what they cost anywhere else.

// asksQuery is the shape of what is a plain response for a request without a query.
var asksQuery = shape{{What: plan.FillQuery}}

// asked: routes have columns for requests with a query.
func (c *code) asked() bool { return slices.ContainsFunc(c.shapes, asksQuery.equals) }

// columns is how many columns a route has.
func (c *code) columns() int {
	if c.asked() {
		return 2 * len(c.plan.Columns)
	}
	return len(c.plan.Columns)
}

// askedColumn goes to the column for requests with a query: in r11d.
func (c *code) askedColumn() {
	if c.asked() {
		c.i2(ADD, R11D, Imm(len(c.plan.Columns)), "the column for those with a query")
	}
}

// getOnly leaves for otherwise where the column is not that of GET and HEAD; name is for a
// label of its own.
func (c *code) getOnly(otherwise, name string) {
	c.i2(TEST, R11D, R11D, "GET and HEAD only")
	if !c.asked() {
		c.i1(JNZ, Target(otherwise), "")
		return
	}
	c.i1(JZ, Target(name), "")
	c.i2(CMP, R11D, Imm(len(c.plan.Columns)), "with a query or without")
	c.i1(JNE, Target(otherwise), "")
	c.label(name)
}

// columnFields are what a route answers in each column, as offsets; first, unless it is
// empty, is the record of what GET and HEAD get.
func (c *code) columnFields(r plan.Route, first string) []Field {
	var out []Field
	for i := range c.columns() {
		column := i % len(c.plan.Columns)
		response := c.plan.Responses[r.Responses[column]]
		to := Offset{To: response.Label, From: "classes", Note: c.plan.Columns[column].Methods[0]}
		switch {
		case column == 0 && first != "":
			to.To = first
		case i == column && asksQuery.equals(shapeOf(response)):
			to.Add = int64(c.formSize()) // the response behind the form
		}
		if i != column {
			to.Note += " with a query"
		}
		out = append(out, to)
	}
	return out
}
