package diag

// Severity is how much a finding weighs.
type Severity uint8

// The severities.
const (
	Mistake Severity = iota // nothing can be built from the spec
	Warning                 // it is built, but is hardly what was meant
)

// String gives the word of `check --json`.
func (s Severity) String() string { return [...]string{"error", "warning"}[s] }

// Warnings returns the warnings of the list, in their order.
func (l List) Warnings() List {
	var out List
	for _, e := range l {
		if e.Severity == Warning {
			out.Add(e)
		}
	}
	return out
}

// hasMistake reports whether the list has more than warnings.
func (l List) hasMistake() bool { return len(l.Warnings()) < len(l) }
