package route

import (
	"fmt"
	"runtime"
	"slices"
	"sync"

	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
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
func hash(c *emit.Code, h *plan.Hash) {
	if restoresTarget(c) {
		c.I2(MOV, R8, layout.At(8, RDI, 0), "what is there: the cursor is free until the line's end")
	}
	c.I2(MOV, layout.At(8, RDI, 0), Imm(0), "the path ends in zeros: it can be read in words")
	c.I2(ADD, RSI, RBP, "")
	c.I2(MOV, RDI, Imm(h.Multiplier), "")
	c.I2(MOV, EAX, ECX, "")
	c.I2(XOR, EDX, EDX, "")
	c.Label("hash_word")
	c.I2(XOR, RAX, MX(8, RSI, RDX, 0), "")
	c.I2(IMUL, RAX, RDI, "")
	c.I1(BSWAP, RAX, "the strong upper bits become the next product's lower ones")
	c.I2(ADD, EDX, Imm(8), "")
	c.I2(CMP, EDX, ECX, "")
	c.I1(JB, Target("hash_word"), "")
	slotOf(c, h)
	c.I2(MOV, EAX, Mem{Base: RDX, Index: RAX, Scale: 4, Disp: bucketSlots, Width: 4}, "")
	c.I2(LEA, RBX, MX(0, R15, RAX, 0), "the one route that it can be")
	comparePath(c)
	if c.Logs() {
		c.I2(TEST, M(1, RBX, routeFlags), Imm(routeQuiet), "in the access log?")
		c.I1(JZ, Target("hash_logged"), "")
		c.I2(OR, R9D, Imm(layout.IsQuiet), "")
		c.Label("hash_logged")
	}
}

// restoresTarget: what stands behind the path is still needed when the route is found.
func restoresTarget(c *emit.Code) bool {
	return c.Plan.Match.Hash != nil && (c.NeedsQuery() || c.NeedsHost())
}

// restoreTarget is behind hash: rsi, ecx the path and its length; r8 as hash leaves it.
func restoreTarget(c *emit.Code) {
	if restoresTarget(c) {
		c.I2(MOV, MX(8, RSI, RCX, 0), R8, "what stood behind the path")
	}
}

// comparePath leaves where the path is not the one of the route in rbx.
func comparePath(c *emit.Code) {
	c.I2(CMP, M(2, RBX, routeLength), CX, "by length")
	c.I1(JNE, Target("not_found"), "")
	c.I2(XOR, EDX, EDX, "")
	c.Label("hash_compare")
	c.I2(MOV, RAX, MX(8, RSI, RDX, 0), "")
	c.I2(CMP, RAX, MX(8, RBX, RDX, routeAnswers+4*int32(c.Columns())), "by words")
	c.I1(JNE, Target("not_found"), "")
	c.I2(ADD, EDX, Imm(8), "")
	c.I2(CMP, EDX, ECX, "")
	c.I1(JB, Target("hash_compare"), "")
}

// BucketTable says where the buckets are; it stands behind the class table.
func BucketTable(c *emit.Code) []Datum {
	if c.Indexed() {
		return indexTable(c)
	}
	if c.Plan.Match.Hash == nil {
		return nil
	}
	table := Datum{Label: "buckets", Note: "where each bucket is"}
	for i := range c.Plan.Match.Hash.Buckets {
		table.Fields = append(table.Fields, Offset{To: bucketLabel(i), From: "classes"})
	}
	return []Datum{table,
		{Label: "no_route", Note: "of a length that no path has", Fields: []Field{Word{Size: 4, Value: 0xffff}}}}
}

func bucketLabel(i int) string { return fmt.Sprintf("bucket_%d", i+1) }

// BucketData lays each bucket out, its routes behind it; beside are the responses that
// stand there too. Of many, parts are laid out at once.
func BucketData(c *emit.Code, beside map[int]bool) {
	if c.Plan.Match.Hash == nil {
		return
	}
	buckets := len(c.Plan.Match.Hash.Buckets)
	parts := make([][]Datum, min(runtime.GOMAXPROCS(0), 1+buckets/bucketsAtOnce))
	var all sync.WaitGroup
	for i := range parts {
		all.Go(func() { parts[i] = bucketRange(c, buckets*i/len(parts), buckets*(i+1)/len(parts), beside) })
	}
	all.Wait()
	c.Prog.Data = append(c.Prog.Data, slices.Concat(parts...)...)
}

// bucketsAtOnce are so many that another thread is worth its start.
const bucketsAtOnce = 64

// bucketRange are the data of the buckets from first up to, but not with, last. It changes nothing
// of the code.
func bucketRange(c *emit.Code, first, last int, beside map[int]bool) (out []Datum) {
	for i := first; i < last; i++ {
		b := c.Plan.Match.Hash.Buckets[i]
		d := Datum{Label: bucketLabel(i), Fields: []Field{Word{Size: 8, Value: b.Multiplier, Note: "multiplier"}}}
		for _, route := range b.Slots {
			to := "no_route"
			if route >= 0 {
				to = c.Plan.Routes[route].Label
			}
			d.Fields = append(d.Fields, Offset{To: to, From: "classes"})
		}
		out = append(out, d)
		for _, route := range b.Slots {
			if route >= 0 {
				out = append(out, hashedRoute(c, c.Plan.Routes[route], beside)...)
			}
		}
	}
	return out
}

// hashedRoute lays a route out, and behind it what it alone answers.
func hashedRoute(c *emit.Code, r plan.Route, beside map[int]bool) []Datum {
	path := append([]byte(r.Path), make([]byte, -len(r.Path)&7)...)
	flags := uint64(0)
	if r.Quiet {
		flags = routeQuiet
	}
	d := Datum{Label: r.Label, Fields: []Field{Word{Size: 2, Value: uint64(len(r.Path))}, Word{Size: 2, Value: flags}}}
	d.Fields = append(d.Fields, routeResponses(c, r)...)
	d.Fields = append(d.Fields, Bytes{B: path})
	out := []Datum{d}
	if r.Resource >= 0 {
		out = append(out, c.Resource(c.Plan.Resources[r.Resource]))
	}
	for _, i := range answers(c, r) {
		if beside[i] {
			out = append(out, c.Record(i))
		}
	}
	return out
}

// answers are the responses that a route may give, each once.
func answers(c *emit.Code, r plan.Route) []int {
	var out []int
	add := func(i int) {
		if i >= 0 && !slices.Contains(out, i) {
			out = append(out, i)
		}
	}
	if r.Resource >= 0 {
		for _, i := range c.Plan.Resources[r.Resource].Responses() {
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

// Beside are the responses that stand beside their route: those of less than a page
// that one route alone gives; the one for every path stands in no bucket.
func Beside(c *emit.Code) map[int]bool {
	if c.Plan.Match.Hash == nil {
		return nil
	}
	out := map[int]bool{}
	seen := map[int]bool{}
	for n, r := range c.Plan.Routes {
		every := c.Plan.Match.Every
		for _, i := range answers(c, r) {
			response := c.Plan.Responses[i]
			out[i] = !seen[i] && !response.Stock && !Large(c, response) && (every == nil || *every != n)
			seen[i] = true
		}
	}
	return out
}

// Large: the response's record is a page or more.
func Large(c *emit.Code, r plan.Response) bool {
	size := int64(len(r.Head))
	if r.Rendered() {
		return false
	}
	if r.Body.Label == "" {
		size += r.Body.Size
	}
	return size >= layout.PageSize
}

// Routed are the resources that stand beside their route.
func Routed(c *emit.Code) map[int]bool {
	if c.Plan.Match.Hash == nil {
		return nil
	}
	out := map[int]bool{}
	for _, r := range c.Plan.Routes {
		out[r.Resource] = true
	}
	return out
}
