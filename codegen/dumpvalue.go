package codegen

import (
	"fmt"
	"io"
	"reflect"
	"strings"
)

// shownBytes is how much of a body a dump shows.
const shownBytes = 160

// printer writes dumps until the first error.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) printf(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format, args...)
	}
}

func reflectValue(v any) reflect.Value { return reflect.Indirect(reflect.ValueOf(v)) }

// value prints a value as "name: value", structs and lists indented below their
// name; empty fields are left out.
func (p *printer) value(name string, v reflect.Value, depth int) {
	indent := strings.Repeat("  ", depth)
	text, isText := v.Interface().(fmt.Stringer)
	switch {
	case isText:
		p.printf("%s%s: %s\n", indent, name, text)
	case v.Kind() == reflect.Struct:
		if name != "" {
			p.printf("%s%s:\n", indent, name)
			depth++
		}
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() && !v.Field(i).IsZero() {
				p.value(f.Name, v.Field(i), depth)
			}
		}
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8:
		p.printf("%s%s: %s\n", indent, name, quoted(v.Bytes()))
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Struct:
		for i := range v.Len() {
			p.value(fmt.Sprintf("%s[%d]", name, i), v.Index(i), depth)
		}
	case v.Kind() == reflect.String:
		p.printf("%s%s: %q\n", indent, name, v.String())
	default:
		p.printf("%s%s: %v\n", indent, name, v.Interface())
	}
}

// quoted shows bytes as a string, the long ones by their beginning and length.
func quoted(b []byte) string {
	if len(b) <= shownBytes {
		return fmt.Sprintf("%q", b)
	}
	return fmt.Sprintf("%q... (%d bytes)", b[:shownBytes], len(b))
}
