package code

import (
	"maps"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/data"
	"github.com/verbosel/verbosel/codegen/verify/prove/graph"
	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// RequestLoop is a loop that reads and writes.
type RequestLoop struct {
	Head uint64
	Body map[uint64]bool
}

// exchange says which of read and write a piece of a program may make.
type exchange uint8

const (
	reads exchange = 1 << iota
	writes
	both = reads | writes
)

// findRequests finds the loops that read and write, the outermost ones. Each must have
// one head.
func (p *Program) findRequests() error {
	x := exchanges{Program: p, routines: map[uint64]exchange{}, targets: p.Targets(), left: p.movesStack()}
	for addr, in := range p.Insts {
		x.waits = x.waits || in.Op == isa.SYSCALL && x.call(addr) == SysEpollPwait
	}
	for _, loop := range x.outermost() {
		heads := x.heads(loop)
		if len(heads) != 1 {
			return &data.Failure{Rule: rules.Isolation, Addr: slices.Min(loop), Msg: "the loop that reads and writes is entered at several places: it is not known where a request begins"}
		}
		body := map[uint64]bool{}
		for _, addr := range loop {
			body[addr] = true
		}
		p.Requests = append(p.Requests, RequestLoop{heads[0], body})
	}
	return nil
}

// outermost are the loops that read and write and are not called from within another one.
func (x *exchanges) outermost() [][]uint64 {
	loops := slices.DeleteFunc(x.loops(), func(loop []uint64) bool { return x.of(loop) != both })
	called := map[uint64]bool{}
	for _, loop := range loops {
		for _, addr := range x.called(loop) {
			called[addr] = called[addr] || !slices.Contains(loop, addr)
		}
	}
	return slices.DeleteFunc(loops, func(loop []uint64) bool { return called[loop[0]] })
}

// called are the instructions of the routines that a loop calls.
func (x *exchanges) called(loop []uint64) []uint64 {
	var entries []uint64
	for _, addr := range loop {
		if in := x.Insts[addr]; in.Op == isa.CALL {
			entries = append(entries, in.Target)
		}
	}
	return reach(entries, func(addr uint64) []uint64 {
		if x.anew(addr) {
			return nil
		}
		if in := x.Insts[addr]; in.Op == isa.CALL {
			return append(x.flow(addr), in.Target)
		}
		return x.flow(addr)
	})
}

// heads are where a loop is entered from elsewhere.
func (x *exchanges) heads(loop []uint64) []uint64 {
	member := map[uint64]bool{}
	for _, addr := range loop {
		member[addr] = true
	}
	found := map[uint64]bool{}
	for addr, in := range x.Insts {
		if in.Op == isa.CALL && member[in.Target] && !x.left[in.Target] {
			found[in.Target] = true
		}
		for _, to := range x.enters(addr) {
			if member[to] && !member[addr] {
				found[to] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// flow are the successors within a routine; exit has none.
func (x *exchanges) flow(addr uint64) []uint64 {
	in := x.Insts[addr]
	if in.Op == isa.SYSCALL && x.call(addr) == SysExit {
		return nil
	}
	return inside(in)
}

// enters are flow's, and where a call leads whose routine may be left by rsp.
func (x *exchanges) enters(addr uint64) []uint64 {
	if in := x.Insts[addr]; in.Op == isa.CALL && x.left[in.Target] {
		return append(x.flow(addr), in.Target)
	}
	return x.flow(addr)
}

// movesStack are the instructions from which one can be reached that sets rsp, through calls too.
func (p *Program) movesStack() map[uint64]bool {
	back := map[uint64][]uint64{}
	var todo []uint64
	for addr, in := range p.Insts {
		for _, to := range successors(in) {
			back[to] = append(back[to], addr)
		}
		if slices.ContainsFunc(in.Steps, func(s isa.Step) bool { return s.Op == isa.Set && s.Dst.Reg == isa.RSP }) {
			todo = append(todo, addr)
		}
	}
	out := map[uint64]bool{}
	for _, addr := range reach(todo, func(addr uint64) []uint64 { return back[addr] }) {
		out[addr] = true
	}
	return out
}

// loops are the outermost loops: the strongly connected parts with a cycle. Calls are stepped
// over, but where the routine may go on with the loop, by rsp, and not return.
func (x *exchanges) loops() [][]uint64 {
	addrs := slices.Sorted(maps.Keys(x.Insts))
	index := map[uint64]int{}
	for i, addr := range addrs {
		index[addr] = i
	}
	g := &graph.Digraph{N: len(addrs)}
	for i, addr := range addrs {
		if x.anew(addr) {
			continue
		}
		for _, to := range x.enters(addr) {
			g.Arcs = append(g.Arcs, graph.Arc{From: i, To: index[to]})
		}
	}
	part, n := g.Components()
	loops := make([][]uint64, n)
	for i, p := range part {
		loops[p] = append(loops[p], addrs[i])
	}
	return slices.DeleteFunc(loops, func(l []uint64) bool { return len(l) == 1 && !slices.Contains(x.enters(l[0]), l[0]) })
}

// anew says that a process that serves many connections goes on with another one at a system
// call: where it waits, and where it reads from a client.
func (x *exchanges) anew(addr uint64) bool {
	if !x.waits || x.Insts[addr].Op != isa.SYSCALL {
		return false
	}
	n := x.call(addr)
	return n == SysEpollPwait || n == SysRecvfrom
}

// exchanges tells what instructions read and write, calls included.
type exchanges struct {
	*Program
	routines map[uint64]exchange
	targets  map[uint64]bool
	left     map[uint64]bool // routines that may be left by rsp
	waits    bool            // with epoll
}

// Targets are where branches and calls lead.
func (p *Program) Targets() map[uint64]bool {
	out := map[uint64]bool{}
	for _, in := range p.Insts {
		if in.Op == isa.JMP || in.Op == isa.JCC || in.Op == isa.CALL {
			out[in.Target] = true
		}
	}
	return out
}

func (x *exchanges) of(list []uint64) exchange {
	var all exchange
	for _, addr := range list {
		var one exchange
		switch in := x.Insts[addr]; in.Op {
		case isa.SYSCALL:
			one = x.ofSyscall(addr)
		case isa.CALL:
			one = x.ofRoutine(in.Target)
		}
		if one&writes != 0 && x.writesInterim(addr) {
			one &^= writes
		}
		all |= one
	}
	return all
}

// ofRoutine is of for all that a call may execute before it returns.
func (x *exchanges) ofRoutine(entry uint64) exchange {
	if known, ok := x.routines[entry]; ok {
		return known
	}
	x.routines[entry] = 0 // where it calls itself, which is refused elsewhere
	var rets []uint64
	back := map[uint64][]uint64{}
	reach([]uint64{entry}, func(addr uint64) []uint64 {
		if x.Insts[addr].Op == isa.RET {
			rets = append(rets, addr)
		}
		for _, to := range x.flow(addr) {
			back[to] = append(back[to], addr)
		}
		return x.flow(addr)
	})
	x.routines[entry] = x.of(reach(rets, func(addr uint64) []uint64 { return back[addr] }))
	return x.routines[entry]
}

// reach are the instructions that can be reached.
func reach(from []uint64, next func(addr uint64) []uint64) []uint64 {
	seen := map[uint64]bool{}
	var out []uint64
	for todo := from; len(todo) > 0; {
		addr := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if !seen[addr] {
			seen[addr] = true
			out = append(out, addr)
			todo = append(todo, next(addr)...)
		}
	}
	return out
}

// ofSyscall is of for a system call; where its number is not found it may be either.
func (x *exchanges) ofSyscall(addr uint64) exchange {
	switch x.call(addr) {
	case SysRead, SysRecvfrom:
		return reads
	case SysWrite, SysSendto:
		return writes
	case anyCall:
		return both
	}
	return 0
}

// anyCall stands for a number that was not found.
const anyCall = -1

// call is a system call's number, where the instructions in front of it say that.
func (x *exchanges) call(addr uint64) int64 {
	in, ok := x.setter(addr, isa.RAX)
	switch {
	case ok && in.Op == isa.MOV && in.Src.Kind == isa.ImmOperand:
		return int64(in.Src.Imm)
	case ok && in.Op == isa.XOR && in.Dst == in.Src:
		return 0
	}
	return anyCall
}

// setterDistance is how many instructions in front of another one a setter is looked for.
const setterDistance = 6

// setter is the instruction that gives a register the value that it has at another one,
// where all that lies between is executed in a row.
func (x *exchanges) setter(addr uint64, r isa.Reg) (*Decoded, bool) {
	for range setterDistance {
		in := x.Before[addr]
		if in == nil || x.targets[addr] || in.Op == isa.JMP || in.Op == isa.CALL || in.Op == isa.RET {
			break
		}
		if _, sets := registers(in); sets>>r&1 == 1 {
			return in, true
		}
		addr = in.Addr
	}
	return nil, false
}
