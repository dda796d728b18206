package route

import (
	"fmt"
	"slices"

	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// folderPage gives GET the folder's page where the path is no asset's.
func folderPage(c *emit.Code) {
	c.I2(TEST, M(1, RBX, layout.IndexedFlags), Imm(layout.RoutePage), "an application's page?")
	c.I1(JZ, Target("matched"), "")
	getOnly(c, "matched", "page_get")
	c.I2(MOV, ESI, layout.Slot(4, slotPath(c)), "")
	c.I2(MOV, ECX, layout.Slot(4, slotPathEnd(c)), "")
	c.I2(SUB, ECX, ESI, "the path's length")
	c.I2(ADD, RSI, RBP, "")
	c.Call("is_asset", "")
	c.I1(JE, Target("matched"), "a file that is missing")
	c.I2(MOV, R11D, Imm(c.Columns()), "the page stands behind the responses")
}

// HasPages: a path's answer depends on whether it is an asset's.
func HasPages(c *emit.Code) bool {
	return c.Pages() || slices.ContainsFunc(c.Plan.Prefixes, func(p plan.Prefix) bool { return p.Page >= 0 })
}

// indexTable says where the buckets are; it stands behind the class table.
func indexTable(c *emit.Code) []Datum {
	table := Datum{Label: "buckets", Note: "where each bucket is"}
	for i := range c.Plan.Match.Index.Hash.Buckets {
		table.Fields = append(table.Fields, Offset{To: bucketLabel(i), From: "classes"})
	}
	return []Datum{table, {Label: "no_key", Note: "of a length that no text has", Fields: []Field{
		Word{Size: 4}, Word{Size: 4, Value: noWord}, Word{Size: 4}, Word{Size: 1, Value: noShift}, Word{Size: 8}}}}
}

// indexData lays out buckets, each with its keys behind it, then states, hosts and routes.
func indexData(c *emit.Code) {
	x := c.Plan.Match.Index
	for i, b := range x.Hash.Buckets {
		d := Datum{Label: bucketLabel(i), Fields: []Field{Word{Size: 8, Value: b.Multiplier, Note: "multiplier"}}}
		for _, key := range b.Slots {
			to := "no_key"
			if key >= 0 {
				to = keyLabel(key)
			}
			d.Fields = append(d.Fields, Offset{To: to, From: "classes"})
		}
		c.Datum(d)
		for _, key := range b.Slots {
			if key >= 0 {
				c.Datum(indexKey(c, key))
			}
		}
	}
	for i, s := range x.States {
		d := Datum{Label: stateLabel(i), Fields: []Field{Word{Size: 4, Value: uint64(s.Seed), Note: "of its segments"}}}
		if s.One >= 0 {
			d.Fields = append(d.Fields, Offset{To: stateLabel(s.One), From: "classes", Note: "behind any other"})
		} else {
			d.Fields = append(d.Fields, Word{Size: 4, Note: "no other segment"})
		}
		for _, route := range []int{s.End, s.Slash, s.Rest} {
			d.Fields = append(d.Fields, Offset{To: c.Plan.Routes[route].Label, From: "classes"})
		}
		c.Datum(d)
	}
	if c.HasHosts() {
		c.Datum(Datum{Label: "host_names", Fields: []Field{Word{Size: 4, Value: uint64(plan.HostSeed), Note: "of hosts"}}})
		c.Datum(Datum{Label: "host_ends", Fields: []Field{Word{Size: 4, Value: uint64(plan.WildcardSeed), Note: "of what hosts end with"}}})
	}
	for i, b := range x.Blocks {
		d := Datum{Label: blockLabel(i), Note: b.Name, Fields: []Field{
			Word{Size: 4, Value: uint64(b.Seed), Note: "of its paths"}, Offset{To: stateLabel(b.Root), From: "classes"}}}
		if c.HttpsVaries() {
			d.Fields = append(d.Fields, Word{Size: 2, Value: uint64(b.HTTPS), Note: "what it asks for"})
		}
		c.Datum(d)
	}
	for _, r := range c.Plan.Routes {
		c.Datum(indexedRoute(c, r))
	}
}

// indexKey is a key's record.
func indexKey(c *emit.Code, i int) Datum {
	k := c.Plan.Match.Index.Keys[i]
	last, shift := uint64(noWord), uint64(0)
	if n := len(k.Text); n >= 8 {
		last = uint64(n - 8)
	} else {
		shift = uint64(byte(-8 * n))
	}
	return Datum{Label: keyLabel(i), Fields: []Field{
		Word{Size: 4, Value: uint64(k.Seed)}, Word{Size: 4, Value: last}, Offset{To: keyRecord(c, k), From: "classes"},
		Word{Size: 1, Value: shift}, Bytes{B: []byte(k.Text)}}}
}

// keyRecord is the label of what a key leads to.
func keyRecord(c *emit.Code, k plan.Key) string {
	switch k.Kind {
	case plan.KeyRoute:
		return c.Plan.Routes[k.Target].Label
	case plan.KeyState:
		return stateLabel(k.Target)
	case plan.KeyBlock:
		return blockLabel(k.Target)
	}
	panic(fmt.Sprintf("BUG: a key of kind %d", k.Kind))
}

func indexedRoute(c *emit.Code, r plan.Route) Datum {
	flags := uint64(0)
	if r.Quiet {
		flags |= routeQuiet
	}
	page, first := c.Plan.Responses[r.Responses[0]].Label, ""
	if r.Resource >= 0 {
		page = c.Plan.Resources[r.Resource].Label
	}
	switch {
	case r.Page:
		flags |= layout.RoutePage
	case r.Resource >= 0:
		first = page
	}
	d := Datum{Label: r.Label, Note: r.Path, Fields: []Field{Word{Size: 4, Value: flags}}}
	d.Fields = append(d.Fields, columnFields(c, r, first)...)
	if c.Pages() {
		d.Fields = append(d.Fields, Offset{To: page, From: "classes", Note: "the page"})
	}
	d.Fields = append(d.Fields, c.GuardFields(r)...)
	return d
}
