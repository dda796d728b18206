package lower

import (
	"fmt"

	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// matchRoute finds the path's route, and in it the method's response.
//
// in: rsi, rdi start and end of the path in the buffer; r11 column. out: rbx response.
func (c *code) matchRoute() {
	c.section("route: which response")
	c.routine("match_route", "in: rsi, rdi start and end of the path; r11 column", "out: rbx response")
	responses := int32(0)
	switch m := c.plan.Match; {
	case m.Index != nil:
		responses = indexedAnswers
		c.matchIndex()
	case m.Hash != nil:
		responses = routeAnswers
		c.pathLength()
		c.hash(m.Hash)
	default:
		c.pathLength()
		c.node(m.Tree)
	}
	c.pos = ""
	c.routine("matched", "in: rbx route; r11 column", "out: rbx response")
	c.restoreTarget()
	c.keepGuard()
	c.i2(MOV, EAX, Mem{Base: RBX, Index: R11, Scale: 4, Disp: responses, Width: 4}, "the method's response")
	c.i2(LEA, RBX, MX(0, R15, RAX, 0), "")
	c.firstField()
	// the fields follow
}

func (c *code) pathLength() {
	c.i2(MOV, ECX, EDI, "")
	c.i2(SUB, ECX, ESI, "the path's length")
}

// notFound stands behind the fields' own way, or where it is longer away from the hot code.
// An index has a route for what has none.
func (c *code) notFound() {
	if c.indexed() {
		return
	}
	c.routine("not_found", "in: rsi, ecx the path and its length", "out: rbx response")
	c.restoreTarget()
	if len(c.plan.Prefixes) > 0 && c.plan.Match.Hash == nil {
		c.i2(ADD, RSI, RBP, "")
	}
	for i, p := range c.plan.Prefixes {
		c.prefix(i, p)
	}
	if c.plan.Match.Every != nil {
		c.everyRoute(c.plan.Routes[*c.plan.Match.Every])
		return
	}
	c.lea(RBX, c.plan.Responses[c.plan.Fallbacks.NotFound].Label, "")
	c.i1(JMP, Target("next_field"), "")
}

// everyRoute takes the paths that are left.
func (c *code) everyRoute(r plan.Route) {
	c.from(r.Pos)
	if r.Quiet && c.logs() {
		c.i2(OR, R9D, Imm(isQuiet), "not in the access log")
	}
	c.lea(RBX, "methods_"+r.Label, r.Path)
	c.i1(JMP, Target("matched"), "")
	c.pos = ""
}

// prefix answers what is below a folder.
func (c *code) prefix(i int, p plan.Prefix) {
	next := fmt.Sprintf("prefix_%d", i+1)
	if p.Path != "/" {
		c.i2(CMP, ECX, Imm(len(p.Path)), p.Path)
		c.i1(JB, Target(next), "")
		for _, w := range plan.Words(p.Path) {
			c.compareText(w, M(uint8(w.Size), RSI, int32(w.Offset)))
			c.i1(JNE, Target(next), "")
		}
	}
	if p.Page >= 0 {
		c.pageLike(i, p)
	}
	c.lea(RBX, c.plan.Responses[p.NotFound].Label, "")
	c.i1(JMP, Target("next_field"), "")
	c.label(next)
}

// pageLike gives an application's page where the path is no asset's.
func (c *code) pageLike(i int, p plan.Prefix) {
	asset := fmt.Sprintf("asset_%d", i+1)
	c.getOnly(asset, fmt.Sprintf("get_%d", i+1))
	c.call("is_asset", "")
	c.i1(JE, Target(asset), "a file that is missing")
	c.lea(RBX, c.plan.Resources[p.Page].Label, "")
	c.i1(JMP, Target("next_field"), "")
	c.label(asset)
}

// node emits a comparison of the tree, and what follows from it.
func (c *code) node(n *plan.Node) {
	if n == nil {
		c.i1(JMP, Target("not_found"), "the spec has no routes")
		return
	}
	if n.Leaf() {
		c.leaf(n)
		return
	}
	c.compare(n)
	if n.Below == nil && n.Above == nil {
		c.i1(JNE, Target("not_found"), "")
		c.node(n.Equal)
		return
	}
	c.branch(JB, n.Below, func() {
		c.branch(JA, n.Above, func() { c.node(n.Equal) })
	})
}

// branch goes to not_found, or to a subtree that is emitted behind what follows.
func (c *code) branch(op Op, subtree *plan.Node, follow func()) {
	if subtree == nil {
		c.i1(op, Target("not_found"), "")
		follow()
		return
	}
	c.trees++
	label := fmt.Sprintf("tree_%d", c.trees)
	c.i1(op, Target(label), "")
	follow()
	c.i1(JMP, Target("matched"), "")
	c.label(label)
	c.node(subtree)
}

func (c *code) compare(n *plan.Node) {
	if n.Word == nil {
		c.i2(CMP, ECX, Imm(n.Length), "by length")
		return
	}
	c.compareWord(*n.Word)
}

func (c *code) compareWord(w plan.Word) {
	c.compareText(w, at(uint8(w.Size), RSI, int32(w.Offset)))
}

// compareText compares memory with a word of text.
func (c *code) compareText(w plan.Word, mem Mem) {
	text := make([]byte, w.Size)
	for i := range text {
		text[i] = byte(w.Value >> (8 * i))
	}
	if w.Size == 8 {
		c.i2(MOV, RAX, Imm(w.Value), fmt.Sprintf("%q", text))
		c.i2(CMP, mem, RAX, "")
		return
	}
	c.i2(CMP, mem, Imm(w.Value), fmt.Sprintf("%q", text))
}

// leaf compares what no comparison above has, and names the route.
func (c *code) leaf(n *plan.Node) {
	r := c.plan.Routes[n.Route]
	c.from(r.Pos)
	for _, w := range n.Checks {
		c.compareWord(w)
		c.i1(JNE, Target("not_found"), "")
	}
	c.label(r.Label)
	if r.Quiet && c.logs() {
		c.i2(OR, R9D, Imm(isQuiet), "not in the access log")
	}
	c.lea(RBX, "methods_"+r.Label, r.Path)
	c.pos = ""
}

// routeResponses are the labels of a route's response in each column, as offsets.
func (c *code) routeResponses(r plan.Route) []Field {
	if r.Resource >= 0 {
		return c.columnFields(r, c.plan.Resources[r.Resource].Label)
	}
	return c.columnFields(r, "")
}

// routeData lays the routes of a tree out; those of a hash are with its buckets, but for
// the one that is in none.
func (c *code) routeData() {
	switch m := c.plan.Match; {
	case m.Index != nil:
		c.indexData()
	case m.Tree != nil || m.Hash == nil:
		for _, r := range c.plan.Routes {
			c.datum(Datum{Label: "methods_" + r.Label, Note: r.Path, Fields: c.routeResponses(r)})
		}
	case m.Every != nil:
		r := c.plan.Routes[*m.Every]
		c.datum(Datum{Label: "methods_" + r.Label, Note: r.Path,
			Fields: append([]Field{Word{Size: routeAnswers, Note: "as the others' records begin"}}, c.routeResponses(r)...)})
	}
}
