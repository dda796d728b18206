package route

import (
	"fmt"

	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// MatchRoute finds the path's route, and in it the method's response.
//
// in: rsi, rdi start and end of the path in the buffer; r11 column. out: rbx response.
func MatchRoute(c *emit.Code) {
	c.Section("route: which response")
	c.Routine("match_route", "in: rsi, rdi start and end of the path; r11 column", "out: rbx response")
	responses := int32(0)
	switch m := c.Plan.Match; {
	case m.Index != nil:
		responses = layout.IndexedAnswers
		matchIndex(c)
	case m.Hash != nil:
		responses = routeAnswers
		pathLength(c)
		hash(c, m.Hash)
	default:
		pathLength(c)
		node(c, m.Tree)
	}
	c.Pos = ""
	c.Routine("matched", "in: rbx route; r11 column", "out: rbx response")
	restoreTarget(c)
	keepGuard(c)
	c.I2(MOV, EAX, Mem{Base: RBX, Index: R11, Scale: 4, Disp: responses, Width: 4}, "the method's response")
	c.I2(LEA, RBX, MX(0, R15, RAX, 0), "")
	firstField(c)
	// the fields follow
}

func pathLength(c *emit.Code) {
	c.I2(MOV, ECX, EDI, "")
	c.I2(SUB, ECX, ESI, "the path's length")
}

// NotFound stands behind the fields' own way, or where it is longer away from the hot code.
// An index has a route for what has none.
func NotFound(c *emit.Code) {
	if c.Indexed() {
		return
	}
	c.Routine("not_found", "in: rsi, ecx the path and its length", "out: rbx response")
	restoreTarget(c)
	if len(c.Plan.Prefixes) > 0 && c.Plan.Match.Hash == nil {
		c.I2(ADD, RSI, RBP, "")
	}
	for i, p := range c.Plan.Prefixes {
		prefix(c, i, p)
	}
	if c.Plan.Match.Every != nil {
		everyRoute(c, c.Plan.Routes[*c.Plan.Match.Every])
		return
	}
	c.Lea(RBX, c.Plan.Responses[c.Plan.Fallbacks.NotFound].Label, "")
	c.I1(JMP, Target("next_field"), "")
}

// everyRoute takes the paths that are left.
func everyRoute(c *emit.Code, r plan.Route) {
	c.From(r.Pos)
	if r.Quiet && c.Logs() {
		c.I2(OR, R9D, Imm(layout.IsQuiet), "not in the access log")
	}
	c.Lea(RBX, "methods_"+r.Label, r.Path)
	c.I1(JMP, Target("matched"), "")
	c.Pos = ""
}

// prefix answers what is below a folder.
func prefix(c *emit.Code, i int, p plan.Prefix) {
	next := fmt.Sprintf("prefix_%d", i+1)
	if p.Path != "/" {
		c.I2(CMP, ECX, Imm(len(p.Path)), p.Path)
		c.I1(JB, Target(next), "")
		for _, w := range plan.Words(p.Path) {
			compareText(c, w, M(uint8(w.Size), RSI, int32(w.Offset)))
			c.I1(JNE, Target(next), "")
		}
	}
	if p.Page >= 0 {
		pageLike(c, i, p)
	}
	c.Lea(RBX, c.Plan.Responses[p.NotFound].Label, "")
	c.I1(JMP, Target("next_field"), "")
	c.Label(next)
}

// pageLike gives an application's page where the path is no asset's.
func pageLike(c *emit.Code, i int, p plan.Prefix) {
	asset := fmt.Sprintf("asset_%d", i+1)
	getOnly(c, asset, fmt.Sprintf("get_%d", i+1))
	c.Call("is_asset", "")
	c.I1(JE, Target(asset), "a file that is missing")
	c.Lea(RBX, c.Plan.Resources[p.Page].Label, "")
	c.I1(JMP, Target("next_field"), "")
	c.Label(asset)
}

// node emits a comparison of the tree, and what follows from it.
func node(c *emit.Code, n *plan.Node) {
	if n == nil {
		c.I1(JMP, Target("not_found"), "the spec has no routes")
		return
	}
	if n.Leaf() {
		leaf(c, n)
		return
	}
	compare(c, n)
	if n.Below == nil && n.Above == nil {
		c.I1(JNE, Target("not_found"), "")
		node(c, n.Equal)
		return
	}
	branch(c, JB, n.Below, func() {
		branch(c, JA, n.Above, func() { node(c, n.Equal) })
	})
}

// branch goes to not_found, or to a subtree that is emitted behind what follows.
func branch(c *emit.Code, op Op, subtree *plan.Node, follow func()) {
	if subtree == nil {
		c.I1(op, Target("not_found"), "")
		follow()
		return
	}
	c.Trees++
	label := fmt.Sprintf("tree_%d", c.Trees)
	c.I1(op, Target(label), "")
	follow()
	c.I1(JMP, Target("matched"), "")
	c.Label(label)
	node(c, subtree)
}

func compare(c *emit.Code, n *plan.Node) {
	if n.Word == nil {
		c.I2(CMP, ECX, Imm(n.Length), "by length")
		return
	}
	compareWord(c, *n.Word)
}

func compareWord(c *emit.Code, w plan.Word) {
	compareText(c, w, layout.At(uint8(w.Size), RSI, int32(w.Offset)))
}

// compareText compares memory with a word of text.
func compareText(c *emit.Code, w plan.Word, mem Mem) {
	text := make([]byte, w.Size)
	for i := range text {
		text[i] = byte(w.Value >> (8 * i))
	}
	if w.Size == 8 {
		c.I2(MOV, RAX, Imm(w.Value), fmt.Sprintf("%q", text))
		c.I2(CMP, mem, RAX, "")
		return
	}
	c.I2(CMP, mem, Imm(w.Value), fmt.Sprintf("%q", text))
}

// leaf compares what no comparison above has, and names the route.
func leaf(c *emit.Code, n *plan.Node) {
	r := c.Plan.Routes[n.Route]
	c.From(r.Pos)
	for _, w := range n.Checks {
		compareWord(c, w)
		c.I1(JNE, Target("not_found"), "")
	}
	c.Label(r.Label)
	if r.Quiet && c.Logs() {
		c.I2(OR, R9D, Imm(layout.IsQuiet), "not in the access log")
	}
	c.Lea(RBX, "methods_"+r.Label, r.Path)
	c.Pos = ""
}

// routeResponses are the labels of a route's response in each column, as offsets.
func routeResponses(c *emit.Code, r plan.Route) []Field {
	if r.Resource >= 0 {
		return columnFields(c, r, c.Plan.Resources[r.Resource].Label)
	}
	return columnFields(c, r, "")
}

// RouteData lays the routes of a tree out; those of a hash are with its buckets, but for
// the one that is in none.
func RouteData(c *emit.Code) {
	switch m := c.Plan.Match; {
	case m.Index != nil:
		indexData(c)
	case m.Tree != nil || m.Hash == nil:
		for _, r := range c.Plan.Routes {
			c.Datum(Datum{Label: "methods_" + r.Label, Note: r.Path, Fields: routeResponses(c, r)})
		}
	case m.Every != nil:
		r := c.Plan.Routes[*m.Every]
		c.Datum(Datum{Label: "methods_" + r.Label, Note: r.Path,
			Fields: append([]Field{Word{Size: routeAnswers, Note: "as the others' records begin"}}, routeResponses(c, r)...)})
	}
}
