// Package meaning says what a variable of a proof stands for. The variable is an integer
// without an end (package zone); what the machine has is that number, or is equal to it
// modulo 1<<32, or lies so far from where a kind of memory begins, or is the low half of
// such a pointer, or is that or null.
//
// So that nobody takes one for another, that is no set of flags which each user would have
// to ask for: a Meaning does not show what it is made of, and each question names all that
// the answer says.
package meaning

// Kind is what a value is.
type Kind uint8

// The kinds of values. Of the pointers, the variable is the distance in bytes from rsp at
// the entry, from address 0 of the file, from envp[0], and from a string's first byte.
const (
	Number Kind = iota
	Stack
	Image
	EnvArray
	EnvString
)

// Meaning is what a variable stands for; the zero Meaning is a number as it is.
type Meaning struct {
	kind Kind
	low  bool // of a 32-bit operation: below 1<<32, and equal to the variable modulo that
	null bool // of a pointer: or it is 0, whatever the variable says
}

// Of is a value of a kind as it is: whole, and not null.
func Of(k Kind) Meaning { return Meaning{kind: k} }

// Is says that the variable is the value: a number, or a whole pointer that is not null.
func (m Meaning) Is(k Kind) bool { return m == Meaning{kind: k} }

// IsOrNull says that the variable is the value, if that is not null.
func (m Meaning) IsOrNull(k Kind) bool { return m.kind == k && !m.low }

// IsNumber says that the value is a number: the variable, or only equal to it modulo 1<<32.
func (m Meaning) IsNumber() bool { return m.kind == Number }

// IsSome says that the value is of a kind: all of it or its low half, and null or not.
func (m Meaning) IsSome(k Kind) bool { return m.kind == k }

// IsLow says that the value is below 1<<32, and equal to the variable modulo that.
func (m Meaning) IsLow() bool { return m.low }

// MayBeNull says that the value may be 0, whatever the variable is.
func (m Meaning) MayBeNull() bool { return m.null }

// Like says that two values are of a kind.
func (m Meaning) Like(n Meaning) bool { return m.kind == n.kind }

// AppendKind appends the kind to a key.
func (m Meaning) AppendKind(b []byte) []byte { return append(b, byte(m.kind)) }

// Memory is what the memory is called that a pointer points to.
func (m Meaning) Memory() string {
	return [...]string{"", "stack", "image", "environment", "environment string"}[m.kind]
}

// Low is the value's low 32 bits.
func (m Meaning) Low() Meaning { return m.WithLow(true) }

// Whole is the value where that is known to be the variable by other means.
func (m Meaning) Whole() Meaning { return m.WithLow(false) }

// WithLow is Low or Whole.
func (m Meaning) WithLow(low bool) Meaning {
	m.low = low
	return m
}

// OrNull is the value, or null.
func (m Meaning) OrNull() Meaning { return m.WithNull(true) }

// NotNull is the value where that is known not to be null.
func (m Meaning) NotNull() Meaning { return m.WithNull(false) }

// WithNull is OrNull or NotNull.
func (m Meaning) WithNull(null bool) Meaning {
	m.null = null
	return m
}

// IsBetween says that the variable, which lies between lo and hi, is the value, a number:
// what is below 1<<32 in both is the same, modulo that or not.
func (m Meaning) IsBetween(lo, hi int64) bool {
	return m.Is(Number) || m.kind == Number && lo >= 0 && hi < 1<<32
}

// Exactly is the value, of a kind, where the variable lies between lo and hi and that is one
// number. A number that the variable is equal to modulo 1<<32 alone is none.
func (m Meaning) Exactly(k Kind, lo, hi int64) (int64, bool) {
	if lo != hi || !m.Is(k) && !(k == Number && m.IsBetween(lo, hi)) {
		return 0, false
	}
	return lo, true
}

// Plus is what a sum of two variables, the second one k times, stands for: of a pointer and
// a number a pointer, of two pointers of a kind their distance. It is unknown where there is
// no such sum, or where a term of a distance may be null.
func (m Meaning) Plus(n Meaning, k int32) (sum Meaning, known bool) {
	kind := Number
	switch {
	case n.kind == Number:
		kind = m.kind
	case m.kind == Number && k > 0:
		kind = n.kind
	case m.kind != n.kind || k > 0:
		return Meaning{}, false
	}
	sum = Meaning{kind, m.low || n.low, m.null || n.null}
	return sum, !sum.null || kind != Number
}
