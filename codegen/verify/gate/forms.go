package gate

import (
	_ "embed"
	"strings"
	"sync"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// formList names the forms of instructions (isa.Inst.Form) that servers have, one a line. A
// test collects them from every server that it makes; see codegen/README.md.
//
//go:embed forms.txt
var formList string

// formSet is a set of forms of instructions. A nil one has all that package isa knows.
type formSet map[string]bool

var usedForms = sync.OnceValue(func() formSet {
	set := formSet{}
	for form := range strings.Lines(formList) {
		set[strings.TrimSpace(form)] = true
	}
	return set
})

// checkForms demands that the instructions that can be reached have forms of a set: what the
// compiler does not use needs not be understood.
func (c *code) checkForms(forms formSet) error {
	for off, n := range c.size {
		if forms == nil || n == 0 || n == inside {
			continue
		}
		addr := c.base + uint64(off)
		in, err := isa.Decode(c.text[off:], addr)
		if err != nil {
			return c.fail(rules.Decode, addr, "%s", WithoutPlace(err.Error(), addr))
		}
		if form := in.Form(); !forms[form] {
			return c.fail(rules.Decode, addr, "no server has an instruction of the form %s", form)
		}
	}
	return nil
}
