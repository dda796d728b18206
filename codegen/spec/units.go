package spec

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/verbosel/verbosel/codegen/internal/lazy"
)

// The bounds of numbers, durations and sizes.
const (
	minTimeout = 100 * time.Millisecond
	maxTimeout = time.Hour

	minHeadLimit = 256
	maxHeadLimit = 64 << 10
	maxBodyLimit = 1 << 40
	maxRequests  = 1_000_000
	maxBacklog   = 65535

	minConnections = 16 // the server's own descriptors are among these numbers, and who started it may have left some open
	maxConnections = 65536
	maxWorkers     = 64
)

// sizeUnits are the suffixes of sizes: powers of 1024 with an i, of 1000 without
// (IEC 80000-13).
var sizeUnits = []struct {
	suffix string
	bytes  int64
}{
	{"TiB", 1 << 40}, {"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10},
	{"TB", 1e12}, {"GB", 1e9}, {"MB", 1e6}, {"KB", 1e3}, {"B", 1},
}

// sizePattern is the syntax of a size, for the parser and the JSON Schema alike.
const sizePattern = `^[0-9]{1,18}( ?([KMGT]i?B|B))?$`

var sizeSyntax = lazy.New(sizePattern)

// parseSize reads "16KiB", "16 KB" or "16384" as bytes.
func parseSize(text string) (int64, error) {
	if !sizeSyntax.MatchString(text) {
		return 0, fmt.Errorf("%q is no size", text)
	}
	unit := int64(1)
	for _, u := range sizeUnits {
		if rest, ok := strings.CutSuffix(text, u.suffix); ok {
			text, unit = strings.TrimSuffix(rest, " "), u.bytes
			break
		}
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n > (1<<63-1)/unit {
		return 0, fmt.Errorf("%q is out of range", text)
	}
	return n * unit, nil
}

// formatSize writes bytes in the largest binary unit without a fraction.
func formatSize(n int64) string {
	for _, u := range sizeUnits[:4] {
		if n >= u.bytes && n%u.bytes == 0 {
			return strconv.FormatInt(n/u.bytes, 10) + u.suffix
		}
	}
	return strconv.FormatInt(n, 10)
}

func (d *decoder) size(n *node, name string, lo, hi int64) int64 {
	hint := fmt.Sprintf("write a size from %s to %s, such as %s", formatSize(lo), formatSize(hi), formatSize(max(lo, 4096)))
	if n.kind != kindNumber && n.kind != kindText {
		d.wrongKind(n, name, "a size", hint)
		return 0
	}
	v, err := parseSize(n.text)
	switch {
	case err != nil:
		d.report(n, hint, "%s: %v", name, err)
	case v < lo || v > hi:
		d.report(n, hint, "%s is %s, out of range", name, n.text)
	}
	return v
}

func (d *decoder) duration(n *node, name string) time.Duration {
	const hint = "write a duration from 100ms to 1h with its unit, such as 5s or 1m30s"
	if n.kind == kindNumber {
		d.report(n, fmt.Sprintf("write %ss, if seconds are meant", n.text), "%s: the unit is missing behind %s", name, n.text)
		return 0
	}
	if n.kind != kindText {
		d.wrongKind(n, name, "a duration", hint)
		return 0
	}
	v, err := time.ParseDuration(n.text)
	switch {
	case err != nil:
		d.report(n, hint, "%s: %q is no duration", name, n.text)
	case v < minTimeout || v > maxTimeout:
		d.report(n, hint, "%s is %s, out of range", name, n.text)
	}
	return v
}

// integer reads a whole number in decimal digits.
func (d *decoder) integer(n *node, name string, lo, hi int) int {
	hint := fmt.Sprintf("write a whole number from %d to %d", lo, hi)
	if n.kind != kindNumber {
		d.wrongKind(n, name, "a whole number", hint)
		return 0
	}
	v, err := strconv.Atoi(n.text)
	switch {
	case err != nil || strconv.Itoa(v) != n.text:
		d.report(n, hint, "%s: %s is no whole number in range", name, n.text)
		return 0
	case v < lo || v > hi:
		d.report(n, hint, "%s is %d, out of range", name, v)
	}
	return v
}
