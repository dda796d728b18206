package isa

// The rows of conditions, the stack and the flow of control.

// moveIf loads whatever the condition says, and writes always: of 4 bytes, the upper
// half is cleared even where the condition does not hold.
func moveIf(b *builder, in *Inst) {
	v := b.read(in.Src)
	b.write(in.Dst, b.temp(Step{Op: Select, Width: in.Dst.Width, Cond: in.Cond, A: v, B: regVal(in.Dst.Reg)}))
}

func setIf(b *builder, in *Inst) {
	b.write(in.Dst, b.temp(Step{Op: CondBit, Width: 1, Cond: in.Cond}))
}

func push(b *builder, in *Inst) { b.add(Step{Op: Push, Width: 8, A: b.read(in.Dst)}) }

func pop(b *builder, in *Inst) { b.add(Step{Op: Pop, Width: 8, Dst: regVal(in.Dst.Reg)}) }

func jump(b *builder, in *Inst) {
	b.add(Step{Op: Jump, Cond: in.Cond, Target: in.Target, Next: in.Next()})
}

func call(b *builder, in *Inst) { b.add(Step{Op: Call, Target: in.Target, Next: in.Next()}) }

// plain is an instruction that is one step without operands.
func plain(op StepOp) func(*builder, *Inst) {
	return func(b *builder, in *Inst) { b.add(Step{Op: op, Next: in.Next()}) }
}
