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
	c.i2(MOV, ECX, EDI, "")
	c.i2(SUB, ECX, ESI, "the path's length")
	responses := int32(0)
	if c.plan.Match.Hash != nil {
		responses = routeHeader
		c.hash(c.plan.Match.Hash)
	} else {
		c.node(c.plan.Match.Tree)
	}
	c.pos = ""
	c.routine("matched", "in: rbx route; r11 column", "out: rbx response")
	c.i2(MOV, EAX, Mem{Base: RBX, Index: R11, Scale: 4, Disp: responses, Width: 4}, "the method's response")
	c.i2(LEA, RBX, MX(0, R15, RAX, 0), "")
	// the fields follow
}

// notFound stands away from the hot code.
func (c *code) notFound() {
	c.routine("not_found", "in: rsi, ecx the path and its length", "out: rbx response")
	if len(c.plan.Prefixes) > 0 && c.plan.Match.Hash == nil {
		c.i2(ADD, RSI, RBP, "")
	}
	for i, p := range c.plan.Prefixes {
		c.prefix(i, p)
	}
	c.lea(RBX, c.plan.Responses[c.plan.Fallbacks.NotFound].Label, "")
	c.i1(JMP, Target("next_field"), "")
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

// pageLike gives an application's page where the path looks like one: its last
// segment has no extension.
func (c *code) pageLike(i int, p plan.Prefix) {
	asset, segment := fmt.Sprintf("asset_%d", i+1), fmt.Sprintf("segment_%d", i+1)
	c.i2(TEST, R11D, R11D, "GET and HEAD only")
	c.i1(JNZ, Target(asset), "")
	c.i2(MOV, EDX, ECX, "")
	c.label(segment)
	c.i1(DEC, EDX, "from the end")
	c.i1(JS, Target(asset), "")
	c.i2(MOVZX, EAX, MX(1, RSI, RDX, 0), "")
	c.i2(CMP, AL, Imm('.'), "an extension: a file that is missing")
	c.i1(JE, Target(asset), "")
	c.i2(CMP, AL, Imm('/'), "")
	c.i1(JNE, Target(segment), "")
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

// routeHeader is what stands before a hashed route's responses: its path's length.
const routeHeader = 4

// hash emits the lookup that plan.Hash describes.
func (c *code) hash(h *plan.Hash) {
	c.i2(MOV, at(8, RDI, 0), Imm(0), "the path ends in zeros: it can be read in words")
	c.i2(ADD, RSI, RBP, "")
	c.i2(MOV, RDI, Imm(h.Multiplier), "")
	c.i2(MOV, EAX, ECX, "")
	c.i2(XOR, EDX, EDX, "")
	c.label("hash_word")
	c.i2(XOR, RAX, MX(8, RSI, RDX, 0), "")
	c.i2(IMUL, RAX, RDI, "")
	c.i1(BSWAP, RAX, "the strong upper bits become the next product's lower ones")
	c.i2(ADD, EDX, Imm(8), "")
	c.i2(CMP, EDX, ECX, "")
	c.i1(JB, Target("hash_word"), "")
	c.i2(IMUL, RAX, RDI, "")
	c.i2(SHR, RAX, Imm(plan.HashShift), "")
	c.i2(MOV, EDX, EAX, "")
	c.i2(SHR, RAX, Imm(plan.SlotShift), "")
	c.i2(AND, EDX, Imm(len(h.Displacements)-1), "the bucket")
	c.lea(RDI, "displacements", "")
	c.i2(XOR, EAX, Mem{Base: RDI, Index: RDX, Scale: 4, Width: 4}, "")
	c.i2(AND, EAX, Imm(len(h.Slots)-1), "the slot")
	c.lea(RDI, "slots", "")
	c.i2(MOV, EAX, Mem{Base: RDI, Index: RAX, Scale: 4, Width: 4}, "")
	c.i2(LEA, RBX, MX(0, R15, RAX, 0), "the one route that it can be")
	c.i2(CMP, M(2, RBX, 0), CX, "by length")
	c.i1(JNE, Target("not_found"), "")
	c.i2(XOR, EDX, EDX, "")
	c.label("hash_compare")
	c.i2(MOV, RAX, MX(8, RSI, RDX, 0), "")
	c.i2(CMP, RAX, MX(8, RBX, RDX, routeHeader+4*int32(len(c.plan.Columns))), "by words")
	c.i1(JNE, Target("not_found"), "")
	c.i2(ADD, EDX, Imm(8), "")
	c.i2(CMP, EDX, ECX, "")
	c.i1(JB, Target("hash_compare"), "")
	if c.logs() {
		c.i2(TEST, M(1, RBX, 2), Imm(1), "in the access log?")
		c.i1(JZ, Target("hash_logged"), "")
		c.i2(OR, R9D, Imm(isQuiet), "")
		c.label("hash_logged")
	}
}

// routeData lays the routes out for the tree or the hash.
func (c *code) routeData() {
	hash := c.plan.Match.Hash
	for _, r := range c.plan.Routes {
		methods := []Field{}
		for i, column := range c.plan.Columns {
			to := c.plan.Responses[r.Responses[i]].Label
			if i == 0 && r.Resource >= 0 {
				to = c.plan.Resources[r.Resource].Label
			}
			methods = append(methods, Offset{To: to, From: "classes", Note: column.Methods[0]})
		}
		if hash == nil {
			c.datum(Datum{Label: "methods_" + r.Label, Note: r.Path, Fields: methods})
			continue
		}
		path := append([]byte(r.Path), make([]byte, -len(r.Path)&7)...)
		flags := uint64(0)
		if r.Quiet {
			flags = 1
		}
		fields := append([]Field{Word{Size: 2, Value: uint64(len(r.Path))}, Word{Size: 2, Value: flags}}, methods...)
		c.datum(Datum{Label: r.Label, Fields: append(fields, Bytes{B: path})})
	}
	if hash != nil {
		c.hashData(hash)
	}
}

func (c *code) hashData(h *plan.Hash) {
	c.datum(Datum{Label: "no_route", Note: "of a length that no path has", Fields: []Field{Word{Size: 4, Value: 0xffff}}})
	slots := Datum{Label: "slots", Align: 4, Note: "where each slot's route is"}
	for _, route := range h.Slots {
		to := "no_route"
		if route >= 0 {
			to = c.plan.Routes[route].Label
		}
		slots.Fields = append(slots.Fields, Offset{To: to, From: "classes"})
	}
	displacements := Datum{Label: "displacements", Align: 4}
	for _, d := range h.Displacements {
		displacements.Fields = append(displacements.Fields, Word{Size: 4, Value: uint64(d)})
	}
	c.datum(slots)
	c.datum(displacements)
}
