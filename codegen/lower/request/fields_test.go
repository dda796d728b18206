package request

import (
	"testing"

	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/plan"
)

// Every field that the server acts on has a bit, and those that clients send besides
// have none: they are read over without a comparison.
func TestKnownNames(t *testing.T) {
	c := emit.NewCode(&plan.Plan{Server: plan.Server{KeepAlive: true}})
	has := func(name string) bool { return knownNames(c)>>((int(name[0])+len(name))%32)&1 != 0 }
	for _, f := range c.KnownFields() {
		if !has(f.Name) {
			t.Errorf("%s has no bit", f.Name)
		}
	}
	for _, name := range []string{
		"accept", "accept-encoding", "accept-language", "authorization", "cache-control", "content-type", "cookie",
		"dnt", "if-none-match", "if-modified-since", "origin", "pragma", "priority", "range", "referer", "sec-fetch-dest",
		"sec-fetch-mode", "sec-fetch-site", "upgrade-insecure-requests", "user-agent", "x-forwarded-for", "x-real-ip",
	} {
		if has(name) {
			t.Errorf("%s has the bit of a field that the server acts on", name)
		}
	}
}
