package lower

import (
	"github.com/verbosel/verbosel/codegen/lower/boot"
	"github.com/verbosel/verbosel/codegen/lower/clock"
	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/log"
	"github.com/verbosel/verbosel/codegen/lower/request"
	"github.com/verbosel/verbosel/codegen/lower/resource"
	"github.com/verbosel/verbosel/codegen/lower/respond"
	"github.com/verbosel/verbosel/codegen/lower/route"
	"github.com/verbosel/verbosel/codegen/lower/serve"
	"github.com/verbosel/verbosel/codegen/lower/slots"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// cold emits the routines that a plain request never comes to, behind the hot code.
func cold(c *emit.Code) {
	c.Section("the rarer requests")
	request.OtherMethod(c)
	request.OtherVersion(c)
	request.TargetForms(c)
	if c.HasHosts() {
		route.HostAuthority(c)
	}
	request.HexDigit(c)
	if len(c.Plan.Prefixes) > 0 {
		route.NotFound(c)
	}
	request.KnownFieldRoutines(c)
	if c.Plan.Server.KeepAlive {
		respond.Gathering(c)
	}
	if c.HasResources() || c.Logs() {
		resource.AppendRoutines(c)
	}
	if c.Logs() {
		log.LogRoutines(c)
	}
	if c.Extends() && (!c.Plan.Server.KeepAlive || respond.HasFinalContent(c)) {
		respond.SendExtended(c)
	}
	if c.HasClock() {
		clock.ClockRoutines(c)
	}
	if c.RequiresHTTPS() {
		respond.ByHTTP(c)
		respond.AppendPolicy(c)
	}
	if c.Adds() {
		slots.AppendAdded(c)
	}
	if c.Protects() {
		request.AuthRoutines(c)
	}
	if c.Reads() {
		slots.SlotRoutines(c)
	}
	if c.Fills() {
		respond.FillForms(c)
	}
	if c.HasResources() {
		resource.ResourceRoutines(c)
		if !c.Plan.Server.KeepAlive && !c.Extends() {
			resource.RespondDerived(c)
		}
	}
}

// constants are laid out in front: the texts that stand near, the class table where
// r15 points, and the table of buckets right behind it.
func constants(c *emit.Code) []Datum {
	out := append(c.NearTexts(),
		Datum{Label: "classes", Note: "what each byte may be part of; r15 points here", Fields: []Field{Bytes{B: emit.ClassTable()}}})
	out = append(out, route.BucketTable(c)...)
	return append(out,
		Datum{Label: "methods", Note: "a method in the upper bytes, its column in the lowest", Fields: request.Methods(c)})
}

// layOutData completes the data: constants in front, texts as the code asked for
// them, then routes and responses, the largest last.
func layOutData(c *emit.Code) {
	texts := c.Prog.Data
	c.Prog.Data = constants(c)
	if c.Plan.Server.Hardened {
		boot.OptionData(c)
	}
	serve.AddressData(c)
	respond.HttpsData(c)
	slots.AddedData(c)
	c.Prog.Data = append(c.Prog.Data, texts...)
	request.CredentialsData(c)
	route.RouteData(c)
	respond.ResponseData(c)
	if c.Plan.Match.Hash != nil || c.Indexed() {
		c.Datum(Datum{Label: "words_end", Note: "paths are compared in words: no word of the last one ends behind the data", Fields: []Field{Bytes{B: make([]byte, 7)}}})
	}
}
