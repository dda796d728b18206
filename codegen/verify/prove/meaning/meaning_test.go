package meaning

import "testing"

// A number that is known modulo 1<<32 alone is no constant, unless it is below that; a
// half of a pointer, or what may be null, is no place.
func TestExactly(t *testing.T) {
	number, stack := Of(Number), Of(Stack)
	for _, c := range []struct {
		name   string
		m      Meaning
		k      Kind
		lo, hi int64
		want   bool
	}{
		{"a number", number, Number, -5, -5, true},
		{"a range", number, Number, 0, 1, false},
		{"a number for a place", number, Stack, 5, 5, false},
		{"a place", stack, Stack, -16, -16, true},
		{"a place for a number", stack, Number, -16, -16, false},
		{"a place of another kind", stack, Image, -16, -16, false},
		{"half a pointer", stack.Low(), Stack, -16, -16, false},
		{"half a pointer for a number", stack.Low(), Number, 16, 16, false},
		{"a pointer or null", stack.OrNull(), Stack, -16, -16, false},
		{"below 0 modulo 1<<32", number.Low(), Number, -1, -1, false},
		{"0 modulo 1<<32", number.Low(), Number, 0, 0, true},
		{"the greatest below 1<<32", number.Low(), Number, 1<<32 - 1, 1<<32 - 1, true},
		{"1<<32, which is 0", number.Low(), Number, 1 << 32, 1 << 32, false},
		{"whole again", number.Low().Whole(), Number, 1 << 32, 1 << 32, true},
		{"not null after all", stack.OrNull().NotNull(), Stack, -8, -8, true},
	} {
		got, ok := c.m.Exactly(c.k, c.lo, c.hi)
		if ok != c.want || ok && got != c.lo || !ok && got != 0 {
			t.Errorf("%s: got %d, %v, want %v", c.name, got, ok, c.want)
		}
	}
}

func TestPlus(t *testing.T) {
	number, stack, image := Of(Number), Of(Stack), Of(Image)
	for _, c := range []struct {
		name  string
		m, n  Meaning
		k     int32
		want  Meaning
		known bool
	}{
		{"numbers", number, number, 1, number, true},
		{"a low one", number, number.Low(), -1, number.Low(), true},
		{"behind a pointer", stack, number, 1, stack, true},
		{"a pointer behind", number, stack, 1, stack, true},
		{"less a pointer", number, stack, -1, number, false},
		{"a distance", stack, stack, -1, number, true},
		{"of halves", stack.Low(), stack, -1, number.Low(), true},
		{"of two kinds", stack, image, -1, number, false},
		{"two pointers", stack, stack, 1, number, false},
		{"behind what may be null", image.OrNull(), number, 1, image.OrNull(), true},
		{"a distance from what may be null", image.OrNull(), image, -1, number, false},
	} {
		got, known := c.m.Plus(c.n, c.k)
		if known != c.known || known && got != c.want {
			t.Errorf("%s: got %+v, %v, want %+v, %v", c.name, got, known, c.want, c.known)
		}
	}
}
