package emit

import (
	"strings"

	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// Classes of bytes: bits of the class table, which stands at r15.
const (
	ClassToken   = 1 << 0 // tchar (RFC 9110, 5.6.2)
	ClassPath    = 1 << 1 // pchar without "%" (RFC 3986, 3.3), "/", and plan.RawInPath
	ClassQuery   = 1 << 2 // VCHAR but "#": browsers leave more unescaped than RFC 3986, 3.4, has
	ClassHost    = 1 << 3 // reg-name without "%" (RFC 3986, 3.2.2)
	ClassAddress = 1 << 4 // HEXDIG, ":" and ".": an IPv6 address between brackets
	ClassPchar   = 1 << 5 // what an escape in a path is decoded to: ClassPath without "/"
	ClassHex     = 1 << 6 // HEXDIG, either case
	ClassDigit   = 1 << 7 // DIGIT
)

const (
	alnum      = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	unreserved = alnum + "-._~"
	hexDigits  = "0123456789ABCDEFabcdef"
	subDelims  = "!$&'()*+,;="
)

// ClassTableSize is the size of the class table in bytes: one for each value of a byte.
const ClassTableSize = 256

// ClassTable has the classes of every byte.
func ClassTable() []byte {
	table := make([]byte, ClassTableSize)
	for b := range table {
		c := string(rune(b))
		for class, chars := range map[byte]string{
			ClassToken:   alnum + "!#$%&'*+-.^_`|~",
			ClassPath:    unreserved + subDelims + ":@/" + plan.RawInPath,
			ClassHost:    unreserved + subDelims,
			ClassAddress: hexDigits + ":.",
			ClassHex:     hexDigits,
			ClassDigit:   "0123456789",
			ClassPchar:   unreserved + subDelims + ":@" + plan.RawInPath,
		} {
			if b < 0x80 && strings.Contains(chars, c) {
				table[b] |= class
			}
		}
		if b > ' ' && b < 0x7f && b != '#' {
			table[b] |= ClassQuery
		}
	}
	return table
}

// TestClass tests the class of the byte in a register.
func (c *Code) TestClass(b Reg, class int) {
	c.I2(TEST, MX(1, R15, b, 0), Imm(class), ClassNames[class])
}

var ClassNames = map[int]string{
	ClassToken: "a token's?", ClassPath: "a path's?", ClassQuery: "a query's?",
	ClassHost: "a host name's?", ClassAddress: "an address's?", ClassPchar: "a path's, and no slash?",
	ClassHex: "a hexadecimal digit?", ClassDigit: "a digit?",
}
