package route

import (
	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// What differs by the request's query alone: a redirect that takes it along is a plain
// response for a request that has none, and a form for one that has. A plan with such
// forms has each column of its routes twice, the second time for requests with a query, so
// that those without one cost what they cost anywhere else.

// AskedColumn goes to the column for requests with a query: in r11d.
func AskedColumn(c *emit.Code) {
	if c.Asked() {
		c.I2(ADD, R11D, Imm(len(c.Plan.Columns)), "the column for those with a query")
	}
}

// getOnly leaves for otherwise where the column is not that of GET and HEAD; name is for a
// label of its own.
func getOnly(c *emit.Code, otherwise, name string) {
	c.I2(TEST, R11D, R11D, "GET and HEAD only")
	if !c.Asked() {
		c.I1(JNZ, Target(otherwise), "")
		return
	}
	c.I1(JZ, Target(name), "")
	c.I2(CMP, R11D, Imm(len(c.Plan.Columns)), "with a query or without")
	c.I1(JNE, Target(otherwise), "")
	c.Label(name)
}

// columnFields are what a route answers in each column, as offsets; first, unless it is
// empty, is the record of what GET and HEAD get.
func columnFields(c *emit.Code, r plan.Route, first string) []Field {
	var out []Field
	for i := range c.Columns() {
		column := i % len(c.Plan.Columns)
		response := c.Plan.Responses[r.Responses[column]]
		to := Offset{To: response.Label, From: "classes", Note: c.Plan.Columns[column].Methods[0]}
		switch {
		case column == 0 && first != "":
			to.To = first
		case i == column && layout.AsksQuery.Equals(layout.ShapeOf(response)):
			to.Add = int64(c.FormSize()) // the response behind the form
		}
		if i != column {
			to.Note += " with a query"
		}
		out = append(out, to)
	}
	return out
}
