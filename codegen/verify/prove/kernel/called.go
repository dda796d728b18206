package kernel

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/prove/code"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/step"
)

// Argument is one of a system call's that is a constant: Index counts from 0, Value is
// what the register holds, all 64 bits of it.
type Argument struct {
	Index int
	Value uint64
}

// Call is a system call that the program makes.
type Call struct {
	Number int64

	// Arguments are the ways in which it is made: whatever the client does, all arguments
	// of one of them have these values. A way that says nothing of any argument is alone.
	Arguments [][]Argument
}

// maxWaysOfCall bounds the ways that one call is made: with more, nothing is said of its
// arguments.
const maxWaysOfCall = 32

// way is what a call's arguments are, as far as they are constants.
func way(s *domain.State, n int64) []Argument {
	way := []Argument{}
	for i, r := range code.ArgumentRegisters[:code.ArgumentCounts[n]] {
		if c, ok := step.Argument(s, r); ok {
			way = append(way, Argument{i, uint64(c)})
		}
	}
	return way
}

// noteCall adds a way in which a call is made. That is done in every state in which a call
// is interpreted, so that those noted cover all that can be.
func (e *Process) noteCall(n int64, way []Argument) {
	if _, known := code.ArgumentCounts[n]; !known {
		panic(fmt.Sprintf("BUG: nothing says how many arguments the system call %d has", n))
	}
	e.calls[n] = withWay(e.calls[n], way)
}

// withWay adds a way to those of a call, unless one of them says less, which covers it;
// those of which it says less go.
func withWay(ways [][]Argument, way []Argument) [][]Argument {
	for _, w := range ways {
		if saysLess(w, way) {
			return ways
		}
	}
	ways = slices.DeleteFunc(ways, func(w []Argument) bool { return saysLess(way, w) })
	if len(ways) == maxWaysOfCall {
		return [][]Argument{{}}
	}
	return append(ways, way)
}

// saysLess reports that everything in a is in b too, so that what b covers a does.
func saysLess(a, b []Argument) bool {
	for _, arg := range a {
		if !slices.Contains(b, arg) {
			return false
		}
	}
	return true
}

// Called lists the calls that were noted by number, their ways in order.
func (e *Process) Called() []Call {
	var list []Call
	for _, n := range slices.Sorted(maps.Keys(e.calls)) {
		ways := slices.SortedFunc(slices.Values(e.calls[n]), compareWays)
		list = append(list, Call{n, ways})
	}
	return list
}

func compareWays(a, b []Argument) int {
	return slices.CompareFunc(a, b, func(x, y Argument) int {
		if x.Index != y.Index {
			return x.Index - y.Index
		}
		return cmp.Compare(x.Value, y.Value)
	})
}
