package isa

// The rows of integer operations.

func move(b *builder, in *Inst) { b.write(in.Dst, b.read(in.Src)) }

func moveExtended(op StepOp) func(*builder, *Inst) {
	return func(b *builder, in *Inst) {
		v := b.read(in.Src)
		b.write(in.Dst, b.temp(Step{Op: op, Width: in.Dst.Width, From: in.Src.Width, A: v}))
	}
}

func lea(b *builder, in *Inst) {
	b.write(in.Dst, b.temp(Step{Op: Addr, Width: in.Dst.Width, Mem: in.Src.Mem}))
}

func exchange(b *builder, in *Inst) {
	old := b.read(in.Dst)
	if in.Dst.Kind == RegOperand {
		old = b.calc(Copy, in.Dst.Width, old, Val{})
	}
	b.write(in.Dst, b.read(in.Src))
	b.write(in.Src, old)
}

func combine(op StepOp, kind FlagKind) func(*builder, *Inst) {
	return func(b *builder, in *Inst) {
		x, y := b.read(in.Dst), b.read(in.Src)
		b.finish(in.Dst, kind, x, y, b.calc(op, in.Dst.Width, x, y))
	}
}

// compare is combine without its result.
func compare(op StepOp, kind FlagKind) func(*builder, *Inst) {
	return func(b *builder, in *Inst) {
		x, y := b.read(in.Dst), b.read(in.Src)
		b.flags(kind, in.Dst.Width, x, y, b.calc(op, in.Dst.Width, x, y))
	}
}

func unary(op StepOp, kind FlagKind) func(*builder, *Inst) {
	return func(b *builder, in *Inst) {
		x := b.read(in.Dst)
		b.finish(in.Dst, kind, x, Val{}, b.calc(op, in.Dst.Width, x, Val{}))
	}
}

// step adds or subtracts one.
func step(op StepOp, kind FlagKind) func(*builder, *Inst) {
	return func(b *builder, in *Inst) {
		x := b.read(in.Dst)
		b.finish(in.Dst, kind, x, immVal(1), b.calc(op, in.Dst.Width, x, immVal(1)))
	}
}

func negate(b *builder, in *Inst) {
	x := b.read(in.Dst)
	b.finish(in.Dst, FlagsSub, immVal(0), x, b.calc(Neg, in.Dst.Width, x, Val{}))
}

func multiplySigned(b *builder, in *Inst) {
	x, y := in.Dst, in.Src
	if in.Third.Kind == ImmOperand {
		x, y = in.Src, in.Third
	}
	vx, vy := b.read(x), b.read(y)
	b.finish(in.Dst, FlagsImul, vx, vy, b.calc(Mul, in.Dst.Width, vx, vy))
}

func multiply(b *builder, in *Inst) {
	w, x, y := in.Dst.Width, regVal(RAX), b.read(in.Dst)
	low, high := b.calc(Mul, w, x, y), b.calc(MulHigh, w, x, y)
	b.flags(FlagsMul, w, x, y, high)
	b.add(Step{Op: Set, Width: w, Dst: regVal(RAX), A: low})
	b.add(Step{Op: Set, Width: w, Dst: regVal(RDX), A: high})
}

func divide(b *builder, in *Inst) {
	w, by := in.Dst.Width, b.read(in.Dst)
	s := Step{Op: DivQuo, Width: w, A: regVal(RDX), B: regVal(RAX), C: by}
	quotient := b.temp(s)
	s.Op = DivRem
	rest := b.temp(s)
	b.flags(FlagsUndef, w, Val{}, Val{}, Val{})
	b.add(Step{Op: Set, Width: w, Dst: regVal(RAX), A: quotient})
	b.add(Step{Op: Set, Width: w, Dst: regVal(RDX), A: rest})
}

// shift masks its count to 5 bits, or 6 for 8 bytes, whatever the width.
func shift(op StepOp, kind FlagKind) func(*builder, *Inst) {
	return func(b *builder, in *Inst) {
		w, limit := in.Dst.Width, uint64(31)
		if w == 8 {
			limit = 63
		}
		x := b.read(in.Dst)
		count := immVal(in.Src.Imm & limit)
		if in.Src.Kind == RegOperand {
			count = b.calc(And, 1, regVal(in.Src.Reg), immVal(limit))
		}
		b.finish(in.Dst, kind, x, count, b.calc(op, w, x, count))
	}
}

// bit is bt, bts and btr; with BitMod alone nothing is written.
func bit(op StepOp) func(*builder, *Inst) {
	return func(b *builder, in *Inst) {
		w, x := in.Dst.Width, b.read(in.Dst)
		which := b.calc(BitMod, w, b.read(in.Src), Val{})
		if op == BitMod {
			b.flags(FlagsBit, w, x, which, Val{})
			return
		}
		b.finish(in.Dst, FlagsBit, x, which, b.calc(op, w, x, which))
	}
}

// scan writes the whole register, whatever the width: of 0, processors leave it as it was
// (AMD APM, volume 3, BSF), the upper half too.
func scan(b *builder, in *Inst) {
	x := b.read(in.Src)
	result := b.calc(Bsf, in.Dst.Width, x, regVal(in.Dst.Reg))
	b.flags(FlagsScan, in.Dst.Width, x, Val{}, result)
	b.add(Step{Op: Set, Width: 8, Dst: regVal(in.Dst.Reg), A: result})
}
