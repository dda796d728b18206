package x64

// NASMMayWiden says for each of o.Lines whether it is a short jump that nasm's own
// optimisation may leave near: in its text it has to be written with the keyword
// short. All other instructions nasm encodes from Inst.String to the same bytes.
//
// nasm decides on a jump from the layout of its pass before, in which the jump may
// have been near: one that reaches its label when short, but not across the bytes of
// its own near form or of others that are near, is stable in both forms, and which
// one nasm ends with depends on its passes. Starting from all jumps near and making
// them short by nasm's rule gives the layout with the most near jumps that is stable;
// any at which nasm can end lies between it and the shortest one, which is Assemble's.
func (o *Object) NASMMayWiden() []bool {
	j := newJumps(o)
	for j.shrink() {
	}
	wide := make([]bool, len(o.Lines))
	for _, i := range j.jumps {
		wide[i] = j.near[i] && o.Lines[i].Len == shortJump
	}
	return wide
}

// jumps is a layout in which some jumps are near that need not be.
type jumps struct {
	o       *Object
	jumps   []int  // lines: the jumps
	targets []int  // for each of jumps, the line of its label
	near    []bool // for each line
	offsets []int  // for each line
}

func newJumps(o *Object) *jumps {
	j := &jumps{o: o, near: make([]bool, len(o.Lines)), offsets: make([]int, len(o.Lines))}
	labels := map[string]int{}
	for i, line := range o.Lines {
		if l, ok := line.Item.(Label); ok {
			labels[l.Name] = i
		}
	}
	for i, line := range o.Lines {
		if inst, ok := line.Item.(Inst); ok && inst.Op.jumps() {
			j.jumps = append(j.jumps, i)
			j.targets = append(j.targets, labels[string(inst.Dst.(Target))])
			j.near[i] = true
		}
	}
	return j
}

// jumps says whether an operation has a short and a near form.
func (op Op) jumps() bool { return op == JMP || JO <= op && op <= JG }

// shrink makes those jumps short that reach in the layout as it is, and says whether
// there were any.
func (j *jumps) shrink() bool {
	j.place()
	changed := false
	for n, i := range j.jumps {
		d := j.offsets[j.targets[n]] - (j.offsets[i] + shortJump)
		if j.near[i] && -128 <= d && d <= 127 {
			j.near[i] = false
			changed = true
		}
	}
	return changed
}

// place computes the offsets of the lines.
func (j *jumps) place() {
	off := 0
	for i, line := range j.o.Lines {
		j.offsets[i] = off
		off += j.length(i, line)
	}
}

// length is a line's length in this layout; a near JMP has 5 bytes, a near Jcc 6.
func (j *jumps) length(i int, line Line) int {
	inst, ok := line.Item.(Inst)
	switch {
	case !ok || !inst.Op.jumps():
		return line.Len
	case !j.near[i]:
		return shortJump
	case inst.Op == JMP:
		return 5
	}
	return 6
}
