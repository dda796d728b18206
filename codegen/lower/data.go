package lower

import (
	. "github.com/verbosel/verbosel/codegen/x64"
)

// cold emits the routines that a plain request never comes to, behind the hot code.
func cold(c *Code) {
	c.Section("the rarer requests")
	OtherMethod(c)
	OtherVersion(c)
	TargetForms(c)
	if c.HasHosts() {
		HostAuthority(c)
	}
	HexDigit(c)
	if len(c.Plan.Prefixes) > 0 {
		NotFound(c)
	}
	KnownFieldRoutines(c)
	if c.Plan.Server.KeepAlive {
		Gathering(c)
	}
	if c.HasResources() || c.Logs() {
		AppendRoutines(c)
	}
	if c.Logs() {
		LogRoutines(c)
	}
	if c.Extends() && (!c.Plan.Server.KeepAlive || HasFinalContent(c)) {
		SendExtended(c)
	}
	if c.HasClock() {
		ClockRoutines(c)
	}
	if c.RequiresHTTPS() {
		ByHTTP(c)
		AppendPolicy(c)
	}
	if c.Adds() {
		AppendAdded(c)
	}
	if c.Protects() {
		AuthRoutines(c)
	}
	if c.Reads() {
		SlotRoutines(c)
	}
	if c.Fills() {
		FillForms(c)
	}
	if c.HasResources() {
		ResourceRoutines(c)
		if !c.Plan.Server.KeepAlive && !c.Extends() {
			RespondDerived(c)
		}
	}
}

// constants are laid out in front: the texts that stand near, the class table where
// r15 points, and the table of buckets right behind it.
func constants(c *Code) []Datum {
	out := append(c.NearTexts(),
		Datum{Label: "classes", Note: "what each byte may be part of; r15 points here", Fields: []Field{Bytes{B: ClassTable()}}})
	out = append(out, BucketTable(c)...)
	return append(out,
		Datum{Label: "methods", Note: "a method in the upper bytes, its column in the lowest", Fields: Methods(c)})
}

// layOutData completes the data: constants in front, texts as the code asked for
// them, then routes and responses, the largest last.
func layOutData(c *Code) {
	texts := c.Prog.Data
	c.Prog.Data = constants(c)
	if c.Plan.Server.Hardened {
		OptionData(c)
	}
	AddressData(c)
	HttpsData(c)
	AddedData(c)
	c.Prog.Data = append(c.Prog.Data, texts...)
	CredentialsData(c)
	RouteData(c)
	ResponseData(c)
	if c.Plan.Match.Hash != nil || c.Indexed() {
		c.Datum(Datum{Label: "words_end", Note: "paths are compared in words: no word of the last one ends behind the data", Fields: []Field{Bytes{B: make([]byte, 7)}}})
	}
}
