package lower

import (
	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/request"
	"github.com/verbosel/verbosel/codegen/lower/respond"
	"github.com/verbosel/verbosel/codegen/lower/route"
	"github.com/verbosel/verbosel/codegen/lower/serve"
	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// Lower emits the server that p describes.
func Lower(p *plan.Plan) *Program {
	c := emit.NewCode(p)
	serve.Start(c)
	if c.Loops() {
		serve.Loop(c)
	} else {
		serve.AcceptLoop(c)
	}
	serve.HandleRequest(c)
	request.RequestLine(c)
	request.RequestTarget(c)
	route.MatchRoute(c)
	request.Fields(c)
	request.Framing(c)
	respond.Respond(c)
	respond.Finish(c)
	if !p.Server.KeepAlive && !c.Extends() {
		respond.RespondComposed(c)
	}
	respond.SendRoutine(c)
	if c.Loops() {
		serve.SendAtOnce(c)
	}
	serve.NextLine(c)
	if c.Indexed() {
		route.Find(c)
	}
	serve.ReadMore(c)
	respond.Fail(c)
	if c.Loops() {
		serve.StopLoop(c)
		serve.HandOver(c)
	} else if c.Stops() {
		serve.Stop(c)
	}
	cold(c)
	request.Body(c)
	serve.BootFailed(c)
	layOutData(c)
	return emit.Shorten(&c.Prog)
}
