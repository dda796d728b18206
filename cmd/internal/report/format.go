// Package report puts figures into words, tables and plots. It knows nothing about
// what is measured.
package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Seconds writes a time with three significant digits and a unit that fits it.
func Seconds(s float64) string {
	for _, unit := range []struct {
		name string
		size float64
	}{{"s", 1}, {"ms", 1e-3}, {"µs", 1e-6}} {
		if math.Abs(s) >= unit.size {
			return significant(s/unit.size) + " " + unit.name
		}
	}
	if s == 0 {
		return "0 s"
	}
	return significant(s/1e-9) + " ns"
}

// Bytes writes a size in binary units.
func Bytes(n float64) string {
	for _, unit := range []struct {
		name string
		size float64
	}{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}} {
		if n >= unit.size {
			return significant(n/unit.size) + " " + unit.name
		}
	}
	return significant(n) + " B"
}

// Count writes a number with commas, and with a fraction only where it is small.
func Count(n float64) string {
	if n < 100 {
		return significant(n)
	}
	digits := strconv.FormatInt(int64(math.Round(n)), 10)
	var b strings.Builder
	for i, digit := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(digit)
	}
	return b.String()
}

// Ratio writes a ratio with three significant digits.
func Ratio(r float64) string { return significant(r) }

// Percent writes a part of one.
func Percent(p float64) string { return fmt.Sprintf("%.0f %%", 100*p) }

// significant writes three significant digits without an exponent, and whole numbers
// whole.
func significant(x float64) string {
	switch a := math.Abs(x); {
	case x == math.Trunc(x) || a >= 99.95:
		return strconv.FormatFloat(x, 'f', 0, 64)
	case a >= 9.995:
		return strconv.FormatFloat(x, 'f', 1, 64)
	case a >= 0.9995:
		return strconv.FormatFloat(x, 'f', 2, 64)
	}
	return strconv.FormatFloat(x, 'g', 3, 64)
}
