package lower

import (
	. "github.com/verbosel/verbosel/codegen/x64"
)

// cold emits the routines that a plain request never comes to, behind the hot code.
func (c *code) cold() {
	c.section("the rarer requests")
	c.otherMethod()
	c.otherVersion()
	c.targetForms()
	if c.hasHosts() {
		c.hostAuthority()
	}
	c.hexDigit()
	if len(c.plan.Prefixes) > 0 {
		c.notFound()
	}
	c.knownFieldRoutines()
	if c.plan.Server.KeepAlive {
		c.gathering()
	}
	if c.hasResources() || c.logs() {
		c.appendRoutines()
	}
	if c.logs() {
		c.logRoutines()
	}
	if c.extends() && (!c.plan.Server.KeepAlive || c.hasFinalContent()) {
		c.sendExtended()
	}
	if c.hasClock() {
		c.clockRoutines()
	}
	if c.requiresHTTPS() {
		c.byHTTP()
		c.appendPolicy()
	}
	if c.adds() {
		c.appendAdded()
	}
	if c.protects() {
		c.authRoutines()
	}
	if c.reads() {
		c.slotRoutines()
	}
	if c.fills() {
		c.fillForms()
	}
	if c.hasResources() {
		c.resourceRoutines()
		if !c.plan.Server.KeepAlive && !c.extends() {
			c.respondDerived()
		}
	}
}

// constants are laid out in front: the texts that stand near, the class table where
// r15 points, and the table of buckets right behind it.
func (c *code) constants() []Datum {
	out := append(c.nearTexts(),
		Datum{Label: "classes", Note: "what each byte may be part of; r15 points here", Fields: []Field{Bytes{B: classTable()}}})
	out = append(out, c.bucketTable()...)
	return append(out,
		Datum{Label: "methods", Note: "a method in the upper bytes, its column in the lowest", Fields: c.methods()})
}

// layOutData completes the data: constants in front, texts as the code asked for
// them, then routes and responses, the largest last.
func (c *code) layOutData() {
	texts := c.prog.Data
	c.prog.Data = c.constants()
	if c.plan.Server.Hardened {
		c.optionData()
	}
	c.addressData()
	c.httpsData()
	c.addedData()
	c.prog.Data = append(c.prog.Data, texts...)
	c.credentialsData()
	c.routeData()
	c.responseData()
	if c.plan.Match.Hash != nil || c.indexed() {
		c.datum(Datum{Label: "words_end", Note: "paths are compared in words: no word of the last one ends behind the data", Fields: []Field{Bytes{B: make([]byte, 7)}}})
	}
}
