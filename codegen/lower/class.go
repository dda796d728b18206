package lower

import (
	"strings"

	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// Classes of bytes: bits of the class table, which stands at r15.
const (
	classToken   = 1 << 0 // tchar (RFC 9110, 5.6.2)
	classPath    = 1 << 1 // pchar without "%" (RFC 3986, 3.3), "/", and plan.RawInPath
	classQuery   = 1 << 2 // VCHAR but "#": browsers leave more unescaped than RFC 3986, 3.4, has
	classHost    = 1 << 3 // reg-name without "%" (RFC 3986, 3.2.2)
	classAddress = 1 << 4 // HEXDIG, ":" and ".": an IPv6 address between brackets
	classPchar   = 1 << 5 // what an escape in a path is decoded to: classPath without "/"
	classHex     = 1 << 6 // HEXDIG, either case
	classDigit   = 1 << 7 // DIGIT
)

const (
	alnum      = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	unreserved = alnum + "-._~"
	hexDigits  = "0123456789ABCDEFabcdef"
	subDelims  = "!$&'()*+,;="
)

// classTableSize is the size of the class table in bytes: one for each value of a byte.
const classTableSize = 256

// classTable has the classes of every byte.
func classTable() []byte {
	table := make([]byte, classTableSize)
	for b := range table {
		c := string(rune(b))
		for class, chars := range map[byte]string{
			classToken:   alnum + "!#$%&'*+-.^_`|~",
			classPath:    unreserved + subDelims + ":@/" + plan.RawInPath,
			classHost:    unreserved + subDelims,
			classAddress: hexDigits + ":.",
			classHex:     hexDigits,
			classDigit:   "0123456789",
			classPchar:   unreserved + subDelims + ":@" + plan.RawInPath,
		} {
			if b < 0x80 && strings.Contains(chars, c) {
				table[b] |= class
			}
		}
		if b > ' ' && b < 0x7f && b != '#' {
			table[b] |= classQuery
		}
	}
	return table
}

// testClass tests the class of the byte in a register.
func (c *code) testClass(b Reg, class int) {
	c.i2(TEST, MX(1, R15, b, 0), Imm(class), classNames[class])
}

var classNames = map[int]string{
	classToken: "a token's?", classPath: "a path's?", classQuery: "a query's?",
	classHost: "a host name's?", classAddress: "an address's?", classPchar: "a path's, and no slash?",
	classHex: "a hexadecimal digit?", classDigit: "a digit?",
}
