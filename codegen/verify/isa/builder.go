package isa

// builder collects the steps of an instruction.
type builder struct {
	steps []Step
	temps uint8
}

// Steps spells out what the instruction does.
func (in *Inst) Steps() []Step {
	var b builder
	rows[in.Op](&b, in)
	return b.steps
}

func regVal(r Reg) Val        { return Val{Kind: RegVal, Reg: r} }
func immVal(v uint64) Val     { return Val{Kind: ImmVal, Imm: v} }
func (b *builder) add(s Step) { b.steps = append(b.steps, s) }

// temp adds a step that sets a new temporary.
func (b *builder) temp(s Step) Val {
	s.Dst = Val{Kind: TempVal, Temp: b.temps}
	b.temps++
	b.add(s)
	return s.Dst
}

// calc computes with one or two operands.
func (b *builder) calc(op StepOp, width uint8, x, y Val) Val {
	return b.temp(Step{Op: op, Width: width, A: x, B: y})
}

// read is the value of an operand; what is in memory is loaded.
func (b *builder) read(o Operand) Val {
	switch o.Kind {
	case RegOperand:
		return regVal(o.Reg)
	case ImmOperand:
		return immVal(o.Imm)
	case MemOperand:
		return b.temp(Step{Op: Load, Width: o.Width, Mem: o.Mem})
	}
	panic("BUG: an operand that the table does not have")
}

// readVector is read, but memory must be aligned.
func (b *builder) readVector(o Operand) Val {
	v := b.read(o)
	if o.Kind == MemOperand {
		b.steps[len(b.steps)-1].Aligned = true
	}
	return v
}

// write sets an operand.
func (b *builder) write(o Operand, v Val) {
	if o.Kind == MemOperand {
		b.add(Step{Op: Store, Width: o.Width, Mem: o.Mem, A: v})
		return
	}
	b.add(Step{Op: Set, Width: o.Width, Dst: regVal(o.Reg), A: v})
}

// finish writes a result and its flags in the order that Step promises: memory, flags,
// registers. Without a FlagKind there are no flags.
func (b *builder) finish(o Operand, kind FlagKind, x, y, result Val) {
	if o.Kind == MemOperand {
		b.write(o, result)
	}
	if kind != FlagsNone {
		b.flags(kind, o.Width, x, y, result)
	}
	if o.Kind == RegOperand {
		b.write(o, result)
	}
}

func (b *builder) flags(kind FlagKind, width uint8, x, y, result Val) {
	b.add(Step{Op: SetFlags, Width: width, Flags: kind, A: x, B: y, C: result})
}

// mask has the low width bytes set.
func mask(width uint8) uint64 {
	if width >= 8 {
		return ^uint64(0)
	}
	return 1<<(8*width) - 1
}
