package prove

import "github.com/verbosel/verbosel/codegen/verify/rules"

// budget bounds what a proof takes of time and memory, whatever the program is. Both are
// counted and not measured, so that a program is judged the same on every machine.
//
// Work is in numbers that are looked at: of sets of records, for the most part, and an
// instruction counts as many as take the same time. Memory is in bytes that are held up to
// the end; what is in use for a moment is bounded where it arises.
type budget struct {
	work, held         int64
	peak               int64 // the most that was held
	mostWork, mostHeld int64
}

// A program of up to 1 MiB is proved in 30 s and 1 GiB, or refused. Beyond a base, what a
// proof may take grows with the data: of many routes there is a number each in many sets.
const (
	instructionWork = 2_000
	maxWork         = 1_200_000 * instructionWork
	maxHeld         = 416 << 20
	workPerByte     = 400
	heldPerByte     = 32
)

// newBudget is what the proof of an image may take.
func newBudget(img *Image) budget {
	size := int64(0)
	for _, s := range img.Data {
		size += int64(min(s.Size, 1<<32)) // no file is larger
	}
	return budget{mostWork: maxWork + workPerByte*size, mostHeld: maxHeld + heldPerByte*size}
}

// spend counts numbers that are looked at.
func (b *budget) spend(n int) { b.work += int64(n) }

// hold counts bytes that are kept, and no more of them where n is negative.
func (b *budget) hold(n int) {
	b.held += int64(n)
	b.peak = max(b.peak, b.held)
}

// overspent fails where the budget is used up, and says whether it is.
func (e *executor) overspent() bool {
	switch {
	case e.work > e.mostWork:
		e.fail(rules.Bounds, "the program is too large to be proved: more than %d million numbers would have to be looked at", e.mostWork/1_000_000)
	case e.held > e.mostHeld:
		e.fail(rules.Bounds, "the program is too large to be proved: more than %d MiB would have to be kept of it", e.mostHeld>>20)
	}
	return e.failure != nil
}

// How many bytes sets of records hold.
const (
	numberBytes = 8
	entryBytes  = 256 // an entry of a map of results, its key included
)
