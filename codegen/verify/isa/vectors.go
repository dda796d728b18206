package isa

// The rows of vector operations.

// moveLow is movd and movq: into a vector register with zeros above, or its low bytes.
func moveLow(width uint8) func(*builder, *Inst) {
	return func(b *builder, in *Inst) {
		v := b.read(in.Src)
		if in.Dst.Reg.IsVector() && in.Dst.Kind == RegOperand {
			v = b.temp(Step{Op: ZeroExt, Width: 16, From: width, A: v})
		}
		b.write(in.Dst, v)
	}
}

func moveVector(aligned bool) func(*builder, *Inst) {
	return func(b *builder, in *Inst) {
		b.write(in.Dst, b.read(in.Src))
		for i := range b.steps {
			b.steps[i].Aligned = aligned && b.steps[i].Op != Set
		}
	}
}

// vector has an operand that must be aligned where it is in memory.
func vector(op StepOp) func(*builder, *Inst) {
	return func(b *builder, in *Inst) {
		y := b.readVector(in.Src)
		b.write(in.Dst, b.calc(op, 16, regVal(in.Dst.Reg), y))
	}
}

func moveMask(b *builder, in *Inst) {
	b.write(in.Dst, b.calc(VMoveMask, 4, b.read(in.Src), Val{}))
}
