package explain

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"github.com/verbosel/verbosel/codegen/verify/cert"
	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
)

// number is what a register or a number on the stack holds, with its range where it is no letter and no constant.
func (d *described) number(a linear.Sum) string {
	text := d.sum(a)
	b := d.Range(a)
	if letter := len(a.Terms) == 1 && a.C == 0; letter || a.IsConst() || a.Coef(cert.StackBase) != 0 || a.Coef(cert.ImageBase) != 0 || unbounded(b) {
		return text
	}
	return text + ", " + rangeText(b)
}

func unbounded(b linear.Bounds) bool { return b.Lo <= -linear.NoBound && b.Hi >= linear.NoBound }

func rangeText(b linear.Bounds) string {
	end := func(n int64) string {
		if n <= -linear.NoBound || n >= linear.NoBound {
			return ""
		}
		return fmt.Sprint(n)
	}
	if b.Lo == b.Hi {
		return end(b.Lo)
	}
	return end(b.Lo) + ".." + end(b.Hi)
}

// sum writes a sum, and addresses as places of the stack or of the image.
func (d *described) sum(a linear.Sum) string {
	for _, base := range []struct {
		of     linear.Var
		format string
	}{{cert.StackBase, "stack[%s]"}, {cert.ImageBase, "image[%s]"}} {
		if a.Coef(base.of) == 1 {
			rest := linear.Sum{C: a.C, Terms: slices.DeleteFunc(slices.Clone(a.Terms), func(t linear.Term) bool { return t.Var == base.of })}
			if base.of == cert.ImageBase && rest.IsConst() {
				return fmt.Sprintf(base.format, fmt.Sprintf("%#x", rest.C))
			}
			return fmt.Sprintf(base.format, d.terms(rest))
		}
	}
	return d.terms(a)
}

// terms writes a constant and products.
func (d *described) terms(a linear.Sum) string {
	var b strings.Builder
	for _, t := range a.Terms {
		d.term(&b, t.Coef, d.name(t.Var))
	}
	switch {
	case b.Len() == 0:
		return fmt.Sprint(a.C)
	case a.C > 0:
		fmt.Fprintf(&b, " + %d", a.C)
	case a.C < 0:
		fmt.Fprintf(&b, " - %d", -uint64(a.C))
	}
	return b.String()
}

func (d *described) term(b *strings.Builder, k int64, name string) {
	size := uint64(k)
	if k < 0 {
		size = -size
	}
	switch {
	case b.Len() > 0 && k < 0:
		b.WriteString(" - ")
	case b.Len() > 0:
		b.WriteString(" + ")
	case k < 0:
		b.WriteString("-")
	}
	if size != 1 {
		fmt.Fprintf(b, "%d*", size)
	}
	b.WriteString(name)
}

// name is a variable's letter.
func (d *described) name(v linear.Var) string {
	switch v {
	case cert.StackBase:
		return "stack"
	case cert.ImageBase:
		return "image"
	}
	name, ok := d.names[v]
	if !ok {
		name = letters(len(d.names))
		d.names[v] = name
		d.order = append(d.order, v)
	}
	return name
}

// letters are a to z, a1 to z1 and so on.
func letters(n int) string {
	name := string(rune('a' + n%26))
	if n >= 26 {
		name += fmt.Sprint(n / 26)
	}
	return name
}

// fact writes that a sum is at most 0: what has a positive factor on the left, all else on the right.
func (d *described) fact(a linear.Sum) string {
	var left, right strings.Builder
	for _, t := range a.Terms {
		if t.Coef > 0 {
			d.term(&left, t.Coef, d.name(t.Var))
		} else {
			d.term(&right, -t.Coef, d.name(t.Var))
		}
	}
	side := func(b *strings.Builder, c uint64) {
		switch {
		case b.Len() == 0:
			fmt.Fprint(b, c)
		case c > 0:
			fmt.Fprintf(b, " + %d", c)
		}
	}
	if a.C > 0 {
		side(&left, uint64(a.C))
		side(&right, 0)
	} else {
		side(&left, 0)
		side(&right, -uint64(a.C))
	}
	return left.String() + " <= " + right.String()
}

// variable is what is known of one by itself.
func (d *described) variable(v linear.Var) string {
	a := linear.Of(v)
	var words []string
	if r := results[d.ResultOf(a)]; r != "" {
		words = append(words, r)
	}
	switch b := d.Bounds(v); {
	case b.Lo == 0 && b.Hi == linear.NoBound:
		words = append(words, "any number from 0 on")
	case unbounded(b):
		words = append(words, "any number")
	default:
		words = append(words, rangeText(b))
	}
	if text := bitsText(d.BitsOf(a), d.Bounds(v)); text != "" {
		words = append(words, text)
	}
	if made := d.Made(a); made != cert.Nothing {
		words = append(words, "may tell of "+made.String())
	}
	return strings.Join(words, ", ")
}

// bitsText are bits that are known and that the bounds do not say.
func bitsText(b cert.Bits, bounds linear.Bounds) string {
	known := b.Zeros | b.Ones
	if bounds.Lo >= 0 {
		known &= 1<<bits.Len64(uint64(bounds.Hi)) - 1
	}
	if known == 0 {
		return ""
	}
	return fmt.Sprintf("of its bits %#x are %#x", known, b.Ones&known)
}
