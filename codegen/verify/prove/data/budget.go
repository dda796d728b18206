package data

// Budget bounds what a proof takes of time and memory, whatever the program is. Both are
// counted and not measured, so that a program is judged the same on every machine.
//
// Work is in numbers that are looked at: of sets of records, for the most part, and an
// instruction counts as many as take the same time. Memory is in bytes that are held up to
// the end; what is in use for a moment is bounded where it arises.
type Budget struct {
	Work, Held         int64
	Peak               int64 // the most that was held
	MostWork, MostHeld int64
}

// A program of up to 1 MiB is proved in 30 s and 1 GiB, or refused. Beyond a base, what a
// proof may take grows with the data: of many routes there is a number each in many sets.
const (
	InstructionWork = 2_000
	maxWork         = 1_200_000 * InstructionWork
	maxHeld         = 416 << 20
	workPerByte     = 400
	heldPerByte     = 32
)

// newBudget is what the proof of an image may take.
func newBudget(img *Image) Budget {
	size := int64(0)
	for _, s := range img.Data {
		size += int64(min(s.Size, 1<<32)) // no file is larger
	}
	return Budget{MostWork: maxWork + workPerByte*size, MostHeld: maxHeld + heldPerByte*size}
}

// Spend counts numbers that are looked at.
func (b *Budget) Spend(n int) { b.Work += int64(n) }

// Hold counts bytes that are kept, and no more of them where n is negative.
func (b *Budget) Hold(n int) {
	b.Held += int64(n)
	b.Peak = max(b.Peak, b.Held)
}

// How many bytes sets of records hold.
const (
	numberBytes = 8
	entryBytes  = 256 // an entry of a map of results, its key included
)
