package x64

import (
	"fmt"
	"sync"

	"github.com/twitchyliquid64/golang-asm/obj"
	"github.com/twitchyliquid64/golang-asm/obj/x86"
	"github.com/twitchyliquid64/golang-asm/objabi"
)

// initTables fills golang-asm's encoding tables, which are global and not locked;
// from then on they are only read.
var initTables = sync.OnceFunc(func() { x86.Linkamd64.Init(newContext()) })

// newContext makes golang-asm's context for one assembly. It is not made by
// obj.Linknew, which looks at the environment's GOOS and the working folder, and
// exits the program where it does not like them.
func newContext() *obj.Link {
	return &obj.Link{
		Arch:      &x86.Linkamd64,
		Headtype:  objabi.Hlinux,
		IsAsm:     true, // hand-written code: no padding of jumps
		DiagFunc:  func(format string, args ...any) { panic(newDiagnosis(format, args)) },
		DiagFlush: func() {},
	}
}

// A diagnosis is what golang-asm says about a bad instruction. It is thrown out of
// the assembler, which would go on without the instruction or end the program.
type diagnosis struct {
	text string
	prog *obj.Prog // the instruction, where the message has it
}

func newDiagnosis(format string, args []any) diagnosis {
	d := diagnosis{text: fmt.Sprintf(format, args...)}
	for _, a := range args {
		if p, ok := a.(*obj.Prog); ok {
			d.prog = p
		}
	}
	return d
}

func (d diagnosis) Error() string { return "golang-asm: " + d.text }

// run assembles the chain that starts at first. A chain can be assembled once: the
// result of a second time is silently wrong, as the Progs hold state.
func run(ctxt *obj.Link, first *obj.Prog) (sym *obj.LSym, err error) {
	initTables()
	defer func() {
		if err = thrown(recover()); err != nil {
			sym = nil
		}
	}()
	sym = &obj.LSym{Func: &obj.FuncInfo{Text: first}}
	x86.Linkamd64.Assemble(ctxt, sym, nil) // on Linux it makes no Progs of its own
	return sym, nil
}

// thrown turns what was recovered into an error.
func thrown(r any) error {
	switch r := r.(type) {
	case nil:
		return nil
	case diagnosis:
		return r
	case error:
		return fmt.Errorf("golang-asm panicked: %w", r)
	}
	return fmt.Errorf("golang-asm panicked: %v", r)
}
