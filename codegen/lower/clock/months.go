package clock

import (
	"github.com/verbosel/verbosel/codegen/lower/emit"
	. "github.com/verbosel/verbosel/codegen/x64"
)

func MonthData(c *emit.Code) {
	d := Datum{Label: "months", Note: "in the order of the year"}
	for _, m := range []string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"} {
		d.Fields = append(d.Fields, Bytes{B: []byte(m + "\x00")})
	}
	c.Datum(d)
}
