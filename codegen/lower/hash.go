package lower

import (
	"fmt"
	"runtime"
	"slices"
	"sync"

	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// A page that a child touches first costs as much as thousands of instructions, and
// brings its neighbours within 64 KiB along. So the table of buckets stands right
// behind the class table, which every request touches, and a bucket together with its
// routes and what they alone answer: one place more, however many routes there are.

// A bucket is a record in the data: its multiplier, then its slots.
const (
	bucketMultiplier = 0 // 8 bytes
	bucketSlots      = 8 // 4 bytes each: the route's record, from classes
)

// A route's record: its path's length, its flags, its response in each column, and
// its path, padded with zeros to words of 8.
const (
	routeLength  = 0 // 2 bytes
	routeFlags   = 2 // 2 bytes
	routeAnswers = 4 // 4 bytes each: the response's record, from classes

	routeQuiet = 1 << 0 // not in the access log
)

// hash emits the lookup that plan.Hash describes.
func (c *code) hash(h *plan.Hash) {
	if c.restoresTarget() {
		c.i2(MOV, R8, at(8, RDI, 0), "what is there: the cursor is free until the line's end")
	}
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
	c.slotOf(h)
	c.i2(MOV, EAX, Mem{Base: RDX, Index: RAX, Scale: 4, Disp: bucketSlots, Width: 4}, "")
	c.i2(LEA, RBX, MX(0, R15, RAX, 0), "the one route that it can be")
	c.comparePath()
	if c.logs() {
		c.i2(TEST, M(1, RBX, routeFlags), Imm(routeQuiet), "in the access log?")
		c.i1(JZ, Target("hash_logged"), "")
		c.i2(OR, R9D, Imm(isQuiet), "")
		c.label("hash_logged")
	}
}

// restoresTarget: what stands behind the path is still needed when the route is found.
func (c *code) restoresTarget() bool {
	return c.plan.Match.Hash != nil && (c.needsQuery() || c.needsHost())
}

// restoreTarget is behind hash: rsi, ecx the path and its length; r8 as hash leaves it.
func (c *code) restoreTarget() {
	if c.restoresTarget() {
		c.i2(MOV, MX(8, RSI, RCX, 0), R8, "what stood behind the path")
	}
}

// comparePath leaves where the path is not the one of the route in rbx.
func (c *code) comparePath() {
	c.i2(CMP, M(2, RBX, routeLength), CX, "by length")
	c.i1(JNE, Target("not_found"), "")
	c.i2(XOR, EDX, EDX, "")
	c.label("hash_compare")
	c.i2(MOV, RAX, MX(8, RSI, RDX, 0), "")
	c.i2(CMP, RAX, MX(8, RBX, RDX, routeAnswers+4*int32(c.columns())), "by words")
	c.i1(JNE, Target("not_found"), "")
	c.i2(ADD, EDX, Imm(8), "")
	c.i2(CMP, EDX, ECX, "")
	c.i1(JB, Target("hash_compare"), "")
}

// bucketTable says where the buckets are; it stands behind the class table.
func (c *code) bucketTable() []Datum {
	if c.indexed() {
		return c.indexTable()
	}
	if c.plan.Match.Hash == nil {
		return nil
	}
	table := Datum{Label: "buckets", Note: "where each bucket is"}
	for i := range c.plan.Match.Hash.Buckets {
		table.Fields = append(table.Fields, Offset{To: bucketLabel(i), From: "classes"})
	}
	return []Datum{table,
		{Label: "no_route", Note: "of a length that no path has", Fields: []Field{Word{Size: 4, Value: 0xffff}}}}
}

func bucketLabel(i int) string { return fmt.Sprintf("bucket_%d", i+1) }

// bucketData lays each bucket out, its routes behind it; beside are the responses that
// stand there too. Of many, parts are laid out at once.
func (c *code) bucketData(beside map[int]bool) {
	if c.plan.Match.Hash == nil {
		return
	}
	buckets := len(c.plan.Match.Hash.Buckets)
	parts := make([][]Datum, min(runtime.GOMAXPROCS(0), 1+buckets/bucketsAtOnce))
	var all sync.WaitGroup
	for i := range parts {
		all.Go(func() { parts[i] = c.buckets(buckets*i/len(parts), buckets*(i+1)/len(parts), beside) })
	}
	all.Wait()
	c.prog.Data = append(c.prog.Data, slices.Concat(parts...)...)
}

// bucketsAtOnce are so many that another thread is worth its start.
const bucketsAtOnce = 64

// buckets are the data of the buckets from first up to, but not with, last. It changes nothing
// of the code.
func (c *code) buckets(first, last int, beside map[int]bool) (out []Datum) {
	for i := first; i < last; i++ {
		b := c.plan.Match.Hash.Buckets[i]
		d := Datum{Label: bucketLabel(i), Fields: []Field{Word{Size: 8, Value: b.Multiplier, Note: "multiplier"}}}
		for _, route := range b.Slots {
			to := "no_route"
			if route >= 0 {
				to = c.plan.Routes[route].Label
			}
			d.Fields = append(d.Fields, Offset{To: to, From: "classes"})
		}
		out = append(out, d)
		for _, route := range b.Slots {
			if route >= 0 {
				out = append(out, c.hashedRoute(c.plan.Routes[route], beside)...)
			}
		}
	}
	return out
}

// hashedRoute lays a route out, and behind it what it alone answers.
func (c *code) hashedRoute(r plan.Route, beside map[int]bool) []Datum {
	path := append([]byte(r.Path), make([]byte, -len(r.Path)&7)...)
	flags := uint64(0)
	if r.Quiet {
		flags = routeQuiet
	}
	d := Datum{Label: r.Label, Fields: []Field{Word{Size: 2, Value: uint64(len(r.Path))}, Word{Size: 2, Value: flags}}}
	d.Fields = append(d.Fields, c.routeResponses(r)...)
	d.Fields = append(d.Fields, Bytes{B: path})
	out := []Datum{d}
	if r.Resource >= 0 {
		out = append(out, c.resource(c.plan.Resources[r.Resource]))
	}
	for _, i := range c.answers(r) {
		if beside[i] {
			out = append(out, c.record(i))
		}
	}
	return out
}

// answers are the responses that a route may give, each once.
func (c *code) answers(r plan.Route) []int {
	var out []int
	add := func(i int) {
		if i >= 0 && !slices.Contains(out, i) {
			out = append(out, i)
		}
	}
	if r.Resource >= 0 {
		for _, i := range c.plan.Resources[r.Resource].Responses() {
			add(i)
		}
	}
	for column, i := range r.Responses {
		if column > 0 || r.Resource < 0 {
			add(i)
		}
	}
	return out
}

// beside are the responses that stand beside their route: those of less than a page
// that one route alone gives; the one for every path stands in no bucket.
func (c *code) beside() map[int]bool {
	if c.plan.Match.Hash == nil {
		return nil
	}
	out := map[int]bool{}
	seen := map[int]bool{}
	for n, r := range c.plan.Routes {
		every := c.plan.Match.Every
		for _, i := range c.answers(r) {
			response := c.plan.Responses[i]
			out[i] = !seen[i] && !response.Stock && !c.large(response) && (every == nil || *every != n)
			seen[i] = true
		}
	}
	return out
}

// large: the response's record is a page or more.
func (c *code) large(r plan.Response) bool {
	size := int64(len(r.Head))
	if r.Rendered() {
		return false
	}
	if r.Body.Label == "" {
		size += r.Body.Size
	}
	return size >= pageSize
}

// routed are the resources that stand beside their route.
func (c *code) routed() map[int]bool {
	if c.plan.Match.Hash == nil {
		return nil
	}
	out := map[int]bool{}
	for _, r := range c.plan.Routes {
		out[r.Resource] = true
	}
	return out
}
